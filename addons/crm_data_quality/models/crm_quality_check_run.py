# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from collections import Counter, defaultdict

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..quality.batch import Batch
from .crm_background_run import CrmBackgroundRun

# Records read, judged and committed at a time: small enough that Cancel answers within a
# second, large enough that the fixed cost of each rule's queries does not count.
BATCH_SIZE = 2000


class CrmQualityCheck(models.Model):
    """The run of a check: batch by batch, each committed with the place reached."""

    _inherit = "crm.quality.check"

    # what only the run may write, beside the state
    _run_fields = CrmBackgroundRun._run_fields | {
        "valid_from", "valid_to", "last_partner_id", "total_count", "score", "score_change",
        "previous_id", "finding_count", "is_repeat",
    }  # fmt: skip

    def _start_values(self):
        if not self.result_ids.filtered("is_selected"):
            raise UserError(self.env._("Select at least one rule."))
        total = self.partner_count
        if not total:
            raise UserError(self.env._("No record matches this scope."))
        return {"state": "result", "total_count": total}

    def _is_small(self):
        return self.total_count <= BATCH_SIZE

    def _progress_words(self):
        return self.env._(
            "%(done)s of %(total)s records checked",
            done=formatLang(self.env, self.done_count, digits=0),
            total=formatLang(self.env, self.total_count, digits=0),
        )

    def _after_stop(self, problem):
        if problem:
            self.message_post(body=self.env._("The check was stopped: %s", problem))

    @api.model
    def _cron_run_checks(self):
        """Run waiting checks, committing after each batch, until the time of the job is used up."""
        self._work_off()

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
        rows = self._read_rows(found, names)
        if "email_from" in names:
            # leads: checks that customers share look for the name of the customer's field
            for row in rows.values():
                row["email"] = row["email_from"]
        batch = Batch(env=found.env, check=self.with_env(found.env), rows=rows, memo=memo)
        sound.with_env(found.env)._answer_filters(batch)
        return batch

    def _run_rule(self, result, batch, owners, accepted, tallies, findings):
        """Judge the batch by one rule and add to tallies and findings."""
        # reasons and filters are in the language and with the id of the person who checks
        rule = result.rule_id.with_env(batch.env)
        problem = batch.memo["problems"][result.rule_id]
        if problem:
            result._set_not_checked(problem)
            return
        try:
            applicable, outcome = rule._judge(batch)
        except AccessError:
            # a filter may look at what this person must not see
            result._set_not_checked("filter_access")
            return
        if outcome.not_checked:
            result._set_not_checked(outcome.not_checked)
            return
        rule_id = rule.id
        for owner, number in Counter(map(owners.__getitem__, applicable)).items():
            tallies[rule_id, owner][0] += number
        field_name = rule._finding_field()
        for key, (value, reason, proposal) in outcome.failed.items():
            code, details = reason if isinstance(reason, tuple) else (reason, None)
            is_accepted = accepted.get((rule_id, key)) == value
            tallies[rule_id, owners[key]][2 if is_accepted else 1] += 1
            findings.append(
                (
                    rule_id,
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
