# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmSavingEffect(models.Model):
    """The effect of one saving in one month, laid out by the saving itself.

    Nobody edits these rows: they follow from the saving. Figures count them by
    ``date`` and by the state of their saving, so that rejected and reversed
    savings stay visible without being counted.
    """

    _name = "crm.saving.effect"
    _description = "Monthly Effect of a Saving"
    _order = "date desc, id desc"
    _rec_name = "saving_id"

    saving_id = fields.Many2one(
        "crm.saving", required=True, ondelete="cascade", index=True, readonly=True
    )
    date = fields.Date(
        required=True,
        readonly=True,
        index=True,
        help="First day of the month that counts: the first of the month, or the day on which "
        "the saving begins.",
    )
    company_id = fields.Many2one(
        related="saving_id.company_id", store=True, index=True, readonly=True
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id", readonly=True)
    planned_amount = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="Expected saving of this month in company currency, at the rate of the date. "
        "Parts of months count by their days.",
    )
    actual_amount = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="Measured saving of this month (baseline − actual cost) in company currency, at the "
        "rate of the date. 0 until the saving is verified.",
    )
    state = fields.Selection(related="saving_id.state", store=True, index=True)
    category_id = fields.Many2one(related="saving_id.category_id", store=True, index=True)
    department_id = fields.Many2one(related="saving_id.department_id", store=True, index=True)
    user_id = fields.Many2one(related="saving_id.user_id", store=True, index=True)

    _saving_date_uniq = models.Constraint(
        "UNIQUE(saving_id, date)", "A saving has one effect per month."
    )
