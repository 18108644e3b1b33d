# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmMergeLine(models.Model):
    """One changed row of a merge, as it was and as the merge left it.

    Lines hold personal data of any table. Only the service writes them, in SQL; they are purged
    when the merge expires.
    """

    _name = "crm.merge.line"
    _description = "Line of the Journal of a Merge"
    _order = "id"
    _log_access = False
    _rec_name = "table_name"

    merge_id = fields.Many2one(
        "crm.merge", required=True, readonly=True, index=True, ondelete="cascade"
    )
    table_name = fields.Char(string="Table", required=True, readonly=True)
    row_id = fields.Integer(
        string="Row", readonly=True, help="Id of the row; empty in tables that have none."
    )
    row_key = fields.Json(
        readonly=True, help="All other columns of a row without an id: they tell which one it is."
    )
    action = fields.Selection(
        [("update", "Changed"), ("delete", "Removed"), ("insert", "Added")],
        required=True,
        readonly=True,
    )
    old_values = fields.Json(
        readonly=True, help="Changed columns as they were; of a removed row all of them."
    )
    new_values = fields.Json(readonly=True, help="Changed columns as the merge left them.")
    undo_state = fields.Selection(
        [
            ("restored", "Restored"),
            ("changed", "Changed since"),
            ("missing", "Deleted since"),
            ("failed", "Refused by the database"),
        ],
        string="Undone",
        readonly=True,
        help="What undoing the merge did with this row; empty before.",
    )
    kept_columns = fields.Char(
        readonly=True, help="Columns that were not restored, because they had changed since."
    )
