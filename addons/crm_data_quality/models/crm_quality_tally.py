# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL


class CrmQualityTally(models.Model):
    """Running counts of a check per rule and owner: the memory between its batches.

    The row without a rule counts the owner's customers themselves.
    """

    _name = "crm.quality.tally"
    _description = "Data Quality Count per Rule and Owner"
    _log_access = False

    check_id = fields.Many2one("crm.quality.check", required=True, ondelete="cascade")
    rule_id = fields.Many2one("crm.quality.rule", ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Owner", ondelete="set null")
    applicable = fields.Integer(help="Customers that the rule applies to.")
    failed = fields.Integer(help="Of these, customers with an open finding.")
    accepted = fields.Integer(help="Of these, customers with a finding that is OK as it is.")

    _check_rule_user_index = models.UniqueIndex(
        "(check_id, COALESCE(rule_id, 0), COALESCE(user_id, 0))"
    )

    def _give_to_nobody(self, users):
        """Customers of users who are deleted count among those without a salesperson."""
        tallies = self.search([("user_id", "in", users.ids)])
        for check, items in tallies.grouped("check_id").items():
            counts = defaultdict(lambda: [0, 0, 0])
            for item in items:
                total = counts[item.rule_id.id or None, None]
                for index, number in enumerate((item.applicable, item.failed, item.accepted)):
                    total[index] += number
            items.unlink()
            self._add(check, counts)
            if check.run_state == "done":
                check._refresh_figures()

    def _add(self, check, tallies):
        """Add the counts of a batch.

        :param tallies: dict (rule id or None, user id or None) → [applicable, failed, accepted]
        """
        rows = [(*key, *counts) for key, counts in tallies.items()]
        columns = [list(column) for column in zip(*rows, strict=True)]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_quality_tally AS t
                    (check_id, rule_id, user_id, applicable, failed, accepted)
                SELECT %s, n.* FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::int[]) AS n
                ON CONFLICT (check_id, COALESCE(rule_id, 0), COALESCE(user_id, 0)) DO UPDATE SET
                    applicable = t.applicable + EXCLUDED.applicable,
                    failed = t.failed + EXCLUDED.failed,
                    accepted = t.accepted + EXCLUDED.accepted
                """,
                check.id,
                *columns,
            )
        )
        self.invalidate_model(flush=False)
