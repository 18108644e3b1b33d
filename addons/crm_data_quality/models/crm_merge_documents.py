# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

# Tables of documents in the books, with the condition that a row is booked, as SQL over the
# columns of the table (alias "t"); and the condition that it is sealed for good.
_BOOKED = {
    "account_move": ("t.state = 'posted'", "t.inalterable_hash IS NOT NULL"),
    "account_move_line": (
        "t.parent_state = 'posted'",
        "EXISTS (SELECT FROM account_move move WHERE move.id = t.move_id"
        " AND move.inalterable_hash IS NOT NULL)",
    ),
    "account_payment": (
        "EXISTS (SELECT FROM account_move move WHERE move.id = t.move_id"
        " AND move.state = 'posted')",
        "EXISTS (SELECT FROM account_move move WHERE move.id = t.move_id"
        " AND move.inalterable_hash IS NOT NULL)",
    ),
    "account_bank_statement_line": (
        "EXISTS (SELECT FROM account_move move WHERE move.id = t.move_id"
        " AND move.state = 'posted')",
        "EXISTS (SELECT FROM account_move move WHERE move.id = t.move_id"
        " AND move.inalterable_hash IS NOT NULL)",
    ),
}


class CrmMerge(models.Model):
    """What stays with the merged record: booked documents, and pictures."""

    _inherit = "crm.merge"

    @api.model
    def _movable_documents(self, table, alias):
        """Booked documents move only where their company says so, sealed ones never.

        Odoo's seal (`inalterable_hash`) covers the customer of the journal items: moving a
        sealed one would break the chain of the books.
        """
        if table not in _BOOKED or "account.move" not in self.env:
            return None
        booked, sealed = (SQL(text.replace("t.", f"{alias}.")) for text in _BOOKED[table])
        return SQL(
            """(NOT COALESCE(%s, FALSE) OR (NOT COALESCE(%s, FALSE) AND EXISTS (
                SELECT FROM res_company company
                 WHERE company.id = %s AND company.merge_moves_booked)))""",
            booked,
            sealed,
            SQL.identifier(alias, "company_id"),
        )

    @api.model
    def _movable_files(self, table, alias):
        """Files that are the value of a field belong to the record itself."""
        if table != "ir_attachment":
            return None
        return SQL("%s IS NULL", SQL.identifier(alias, "res_field"))

    @api.model
    def _staying_documents(self, partners):
        """Booked documents that stay with customers, as far as the user may read them.

        :return: dict customer id → number of invoices and entries
        """
        if "account.move" not in self.env or not self.env["account.move"].has_access("read"):
            return {}
        moves = self.env["account.move"]
        groups = moves._read_group(
            [
                ("partner_id", "in", partners.ids),
                ("state", "=", "posted"),
                "|",
                ("company_id.merge_moves_booked", "=", False),
                ("inalterable_hash", "!=", False),
            ],
            ["partner_id"],
            ["__count"],
        )
        return {partner.id: count for partner, count in groups}
