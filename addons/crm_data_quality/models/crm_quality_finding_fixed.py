# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class CrmQualityFinding(models.Model):
    """Findings that were put right since the check: its figures stay as they were measured."""

    _inherit = "crm.quality.finding"

    fixed_on = fields.Datetime(
        string="Fixed Since",
        readonly=True,
        help="When the data was changed so that the rule is met. The figures of the check stay as "
        "measured; the next check counts anew.",
    )

    _fixed_index = models.Index("(check_id, rule_id) WHERE fixed_on IS NOT NULL")

    @api.model
    def _refresh_fixed(self, records, changed, checks=None):
        """Judge open findings of customers or leads again after a change of their data.

        Judged as the check did: with the rights and the language of the person who checked. What
        cannot be judged any more stays open.

        :param records: customers or leads that were changed
        :param changed: names of the fields that were written; empty: any may have been
        :param checks: whose findings; None: those of all finished checks
        """
        own = "lead_id" if records._name == "crm.lead" else "partner_id"
        domain = Domain(own, "in", records.ids) & Domain("is_accepted", "=", False)
        if checks is None:
            domain &= Domain("check_id.run_state", "=", "done")
        else:
            domain &= Domain("check_id", "in", checks.ids)
        findings = self.sudo().search(domain) if records else self
        now = fields.Datetime.now()
        for (check, rule), items in findings.grouped(
            lambda item: (item.check_id, item.rule_id)
        ).items():
            try:
                if changed and not rule._watched_fields() & changed:
                    continue
                failed = self._still_failing(check, rule, items[own])
            except UserError as error:
                _logger.info("Findings of “%s” stay open: %s", rule.code, error)
                continue
            fixed = items.filtered(lambda item, f=failed: item[own].id not in f)
            fixed.filtered(lambda item: not item.fixed_on).write({"fixed_on": now})
            (items - fixed).filtered("fixed_on").write({"fixed_on": False})

    @api.model
    def _still_failing(self, check, rule, records):
        """Ids of the records that the rule still finds something about, or that can no longer
        be judged."""
        seen = check._subjects().with_context(active_test=False).browse(records.ids)
        batch = check._make_batch(seen._filtered_access("read"), rule, {})
        if problem := batch.memo["problems"][rule]:
            raise UserError(rule._write_not_checked(problem))
        batch.memo |= self.env["crm.quality.place"]._memo(batch.rows)
        _applicable, outcome = rule.with_env(seen.env)._judge(batch)
        if outcome.not_checked:
            raise UserError(rule._write_not_checked(outcome.not_checked))
        return set(outcome.failed) | (set(records.ids) - set(batch.rows))
