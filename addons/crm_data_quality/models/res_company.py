# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    merge_automatic = fields.Boolean(
        string="Merge Almost Certain Duplicates",
        help="A scheduled job merges duplicates that are almost certain. Each merge can be undone.",
    )
    link_automatic = fields.Boolean(
        string="Link Leads to Almost Certain Customers",
        help="A scheduled job gives leads without a customer the one that they almost certainly "
        "come from. Each link can be undone.",
    )
    merge_moves_booked = fields.Boolean(
        string="Move Booked Invoices",
        help="Posted invoices and payments go to the kept customer, too. Otherwise they stay with "
        "the archived one. Sealed documents (inalterable hash) never move.",
    )
    quality_journal_days = fields.Integer(
        string="Corrections and Merges Can Be Undone For",
        default=90,
        help="In days. The journals of corrections and merges hold old values of customers, which is "
        "personal data: then they are deleted.",
    )

    quality_detail_checks = fields.Integer(
        string="Checks That Keep Their Findings",
        default=2,
        help="So many checks of the same scope and person keep their findings, the latest ones. "
        "Older checks keep their figures: the trend stays.",
    )
    _quality_detail_checks_positive = models.Constraint(
        "CHECK(quality_detail_checks > 0)", "At least the latest check must keep its findings."
    )
    _quality_journal_days_positive = models.Constraint(
        "CHECK(quality_journal_days > 0)", "The journal must be kept for at least one day."
    )
