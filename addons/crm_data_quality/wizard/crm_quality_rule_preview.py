# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from psycopg2.errors import QueryCanceled

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# Seconds that a preview may take; what could not be looked at is told.
TIME_LIMIT = 8.0
STEP = 1_000
SHOWN = 20


class CrmQualityRule(models.Model):
    _inherit = "crm.quality.rule"

    def action_preview(self):
        """Show which records would fail the rule now."""
        self.ensure_one()
        preview = self.env["crm.quality.rule.preview"].create({"rule_id": self.id})
        preview._fill()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview: %s", self.name),
            "res_model": preview._name,
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }


class CrmQualityRulePreview(models.TransientModel):
    """What a rule would find now among the records that the user may read."""

    _name = "crm.quality.rule.preview"
    _description = "Preview of a Data Quality Rule"

    rule_id = fields.Many2one("crm.quality.rule", required=True, ondelete="cascade", readonly=True)
    subject = fields.Selection(related="rule_id.subject")
    total_count = fields.Integer(
        string="All Records", readonly=True, help="Records of the usual scope."
    )
    checked_count = fields.Integer(string="Looked At", readonly=True)
    applicable = fields.Integer(readonly=True, help="Records that the rule applies to.")
    failed = fields.Integer(string="Would Fail", readonly=True)
    is_partial = fields.Boolean(
        compute="_compute_is_partial", help="The time ran out before all records were looked at."
    )
    problem = fields.Char(readonly=True, help="Why nothing could be checked.")
    line_ids = fields.One2many(
        "crm.quality.rule.preview.line", "preview_id", string="First Findings", readonly=True
    )

    @api.depends("checked_count", "total_count", "problem")
    def _compute_is_partial(self):
        for preview in self:
            preview.is_partial = not preview.problem and preview.checked_count < preview.total_count

    def _fill(self):
        """Judge the records batch by batch until the time is used up."""
        self.ensure_one()
        check = self.env["crm.quality.check"].new({"subject": self.rule_id.subject})
        try:
            # a filter of one's own may be slow: the database gives up, not the person
            with self.env.cr.savepoint():
                self.env.cr.execute("SELECT current_setting('statement_timeout')")
                [before] = self.env.cr.fetchone()
                self._set_timeout(str(int(TIME_LIMIT * 1000)))
                self._judge_all(check)
                self._set_timeout(before)
        except QueryCanceled:
            self.env.invalidate_all(flush=False)
            self.problem = self.env._("The rule takes too long for a preview. Narrow its filter.")

    def _set_timeout(self, value):
        self.env.cr.execute("SELECT set_config('statement_timeout', %s, TRUE)", (value,))

    def _judge_all(self, check):
        end = time.monotonic() + TIME_LIMIT
        subjects = check._subjects()
        domain = check._subject_domain()
        values = {"total_count": subjects.search_count(domain), "checked_count": 0}
        applicable, failed, lines, last, memo = 0, 0, [], 0, {}
        while time.monotonic() < end:
            found = subjects.search(domain & Domain("id", ">", last), order="id", limit=STEP)
            if not found:
                break
            last = found[-1].id
            batch = check._make_batch(found, self.rule_id, memo)
            rule = self.rule_id.with_env(batch.env)
            problem = memo["problems"][self.rule_id]
            try:
                ids, outcome = (set(), None) if problem else rule._judge(batch)
            except AccessError:
                # a filter may look at what this person must not see
                problem = "filter_access"
            problem = problem or outcome.not_checked
            if problem:
                values["problem"] = self.rule_id._write_not_checked(problem)
                break
            applicable += len(ids)
            failed += len(outcome.failed)
            values["checked_count"] += len(found)
            for key in sorted(outcome.failed)[: SHOWN - len(lines)]:
                lines.append((key, *outcome.failed[key]))
        values |= {"applicable": applicable, "failed": failed}
        values["line_ids"] = [Command.create(self._line_values(check, *line)) for line in lines]
        self.write(values)

    def _line_values(self, check, key, value, reason, proposal):
        code, details = reason if isinstance(reason, tuple) else (reason, None)
        rule = self.rule_id
        general = code in ("empty", "pattern", "filter") and rule.finding_text
        return {
            check._subject_field(): key,
            "value": value,
            "reason": general or rule._reason_writer()(code, details),
            "proposal": proposal,
        }


class CrmQualityRulePreviewLine(models.TransientModel):
    """A record that would fail."""

    _name = "crm.quality.rule.preview.line"
    _description = "Finding of a Preview"

    preview_id = fields.Many2one("crm.quality.rule.preview", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="cascade")
    lead_id = fields.Many2one("crm.lead", string="Lead", ondelete="cascade")
    value = fields.Char()
    reason = fields.Char()
    proposal = fields.Char()
