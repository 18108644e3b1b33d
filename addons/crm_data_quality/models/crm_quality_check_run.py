# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..quality import background
from ..quality.batch import Batch

RUNNING = ("waiting", "running")

# Records read, judged and committed at a time: small enough that Cancel answers within a
# second, large enough that the fixed cost of each rule's queries does not count.
BATCH_SIZE = 2000


class CrmQualityCheck(models.Model):
    """The run of a check: batch by batch, each committed with the place reached."""

    _inherit = "crm.quality.check"

    def action_start(self):
        """Start the check: small scopes at once, large ones in the background."""
        for check in self:
            if check.run_state != "draft":
                raise UserError(check.env._("This check was started already."))
            if not check.result_ids.filtered("is_selected"):
                raise UserError(check.env._("Select at least one rule."))
            total = check.partner_count
            if not total:
                raise UserError(check.env._("No record matches this scope."))
            check.sudo().write(
                {
                    "state": "result",
                    "run_state": "waiting",
                    "started_on": fields.Datetime.now(),
                    "total_count": total,
                }
            )
            check._launch()
        return True

    def action_cancel(self):
        """Stop after the current batch; what was found so far is kept for resuming."""
        for check in self:
            check.check_access("write")
            if check.run_state in RUNNING:
                check.sudo().run_state = "cancelled"
        return True

    def action_resume(self):
        """Go on where the check was cancelled."""
        for check in self:
            check.check_access("write")
            if check.run_state != "cancelled":
                raise UserError(check.env._("Only a cancelled check can be resumed."))
            check.sudo().run_state = "waiting"
            check._launch()
        return True

    def _launch(self):
        self.ensure_one()
        if self.total_count <= BATCH_SIZE:
            self.sudo()._run()
        else:
            self.env.ref("crm_data_quality.ir_cron_run_checks").sudo()._trigger()

    # ------------------------------------------------------------ background
    @api.model
    def _cron_run_checks(self):
        """Run waiting checks, committing after each batch, until the time of the job is used up."""
        domain = Domain("run_state", "in", RUNNING)
        waiting = self.search(domain, order="started_on, id")
        background.work_off(waiting, domain, RUNNING, "_try_batch")

    def _try_batch(self, memo):
        """Check the next records; a check that cannot go on says why and lets others run.

        :return: number of records checked; None when it was stopped
        """
        done, reason = background.attempt(self, self._run_batch, memo)
        if reason:
            self.run_state = "cancelled"
            self.message_post(body=self.env._("The check was stopped: %s", reason))
        return done

    def _run(self):
        """Run the whole check in this transaction."""
        self.ensure_one()
        memo = {}
        while self.run_state in RUNNING:
            self._run_batch(memo)

    # ------------------------------------------------------------ one batch
    def _run_batch(self, memo):
        """Check the next records, or finish when there are none.

        :param memo: dict kept by the caller between batches
        :return: number of records checked
        """
        self.ensure_one()
        rules = self.result_ids.filtered("is_selected").rule_id
        batch = self._next_batch(rules, memo)
        if not batch.rows:
            self._finish()
            return 0
        accepted = self._accepted_values(batch)
        tallies = defaultdict(lambda: [0, 0, 0])
        findings = []
        owners = {key: row["user_id"] or None for key, row in batch.rows.items()}
        for owner in owners.values():
            tallies[None, owner][0] += 1
        for result in self.result_ids.filtered("is_selected"):
            self._run_rule(result, batch, owners, accepted, tallies, findings)
        self._store_findings(findings)
        self.env["crm.quality.tally"]._add(self, tallies)
        self.write(
            {
                "run_state": "running",
                "done_count": self.done_count + len(batch.rows),
                "last_partner_id": max(batch.rows),
            }
        )
        if len(batch.rows) < BATCH_SIZE:
            self._finish()
        return len(batch.rows)

    def _next_batch(self, rules, memo):
        """The next records with the fields that the rules look at."""
        subjects = self._subjects()
        domain = self._subject_domain() & Domain("id", ">", self.last_partner_id)
        found = subjects.search(domain, order="id", limit=BATCH_SIZE)
        return self._make_batch(found, rules, memo)

    def _make_batch(self, found, rules, memo):
        """Some records with the fields that the rules look at."""
        problems = memo.setdefault("problems", {})
        for rule in rules:
            if rule not in problems:
                problems[rule] = rule._definition_problem() or rule._access_problem(found)
        sound = rules.filtered(lambda rule: not problems[rule])
        names = sorted({"user_id"} | sound._read_fields())
        rows = {row["id"]: row for row in found.read(names, load=None)}
        if "email_from" in names:
            # leads: checks that customers share look for the name of the customer's field
            for row in rows.values():
                row["email"] = row["email_from"]
        found.invalidate_recordset()
        return Batch(env=found.env, check=self.with_env(found.env), rows=rows, memo=memo)

    def _run_rule(self, result, batch, owners, accepted, tallies, findings):
        """Judge the batch by one rule and add to tallies and findings."""
        # reasons and filters are in the language and with the id of the person who checks
        rule = result.rule_id.with_env(batch.env)
        problem = batch.memo["problems"][result.rule_id]
        if problem:
            result.not_checked_reason = problem
            return
        try:
            applicable, outcome = rule._judge(batch)
        except AccessError as error:
            # a filter may look at what this person must not see
            result.not_checked_reason = str(error).splitlines()[0]
            return
        if outcome.not_checked:
            result.not_checked_reason = outcome.not_checked
            return
        for key in applicable:
            tallies[rule.id, owners[key]][0] += 1
        field_name = rule._finding_field()
        for key, (value, reason, proposal) in outcome.failed.items():
            code, details = reason if isinstance(reason, tuple) else (reason, None)
            is_accepted = accepted.get((rule.id, key)) == value
            tallies[rule.id, owners[key]][2 if is_accepted else 1] += 1
            findings.append(
                (
                    rule.id,
                    key,
                    owners[key],
                    field_name,
                    value,
                    code,
                    json.dumps(details) if details else None,
                    proposal,
                    is_accepted,
                )
            )

    def _accepted_values(self, batch):
        """Values that somebody called OK: dict (rule id, record id) → value."""
        acceptances = self.env["crm.quality.acceptance"].sudo()
        name = self._subject_field()
        domain = Domain(name, "in", list(batch.rows))
        return {
            (item.rule_id.id, item[name].id): item.value or ""
            for item in acceptances.search_fetch(domain, ["rule_id", name, "value"])
        }

    def _subject_field(self):
        """Field of findings and acceptances that holds what is checked."""
        return "lead_id" if self.subject == "crm.lead" else "partner_id"

    def _store_findings(self, findings):
        """Write the findings of a batch in one statement."""
        if not findings:
            return
        columns = [list(column) for column in zip(*findings, strict=True)]
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_quality_finding (
                    check_id, rule_id, %s, user_id, field_name, value, reason_code,
                    reason_values, proposal, is_accepted)
                SELECT %s, f.*
                FROM unnest(%s::int[], %s::int[], %s::int[], %s::varchar[], %s::varchar[],
                    %s::varchar[], %s::jsonb[], %s::varchar[], %s::boolean[]) AS f
                """,
                SQL.identifier(self._subject_field()),
                self.id,
                *columns,
            )
        )
        self.env["crm.quality.finding"].invalidate_model(flush=False)
