# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..kpi.nullable import NullableFloat

MEMBER_FIELDS = ("user_id", "team_id", "department_id")


class CrmKpiTarget(models.Model):
    """A value to reach: for one KPI, one scope and one span of days.

    The scope is a person, a team, a department, a company or (nothing chosen)
    everything. The most specific target wins, see ``kpi/targets.py``.
    """

    _name = "crm.kpi.target"
    _description = "KPI Target"
    _order = "date_from desc, kpi_id, id"
    _check_company_auto = True

    kpi_id = fields.Many2one("crm.kpi", "KPI", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        index=True,
        help="Empty: for all companies together.",
    )
    team_id = fields.Many2one(
        "crm.team", "Sales Team", ondelete="cascade", index="btree_not_null", check_company=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('share', '=', False)]",
    )
    department_id = fields.Many2one(
        "hr.department", ondelete="cascade", index="btree_not_null", check_company=True
    )
    date_from = fields.Date("From", required=True, index=True, help="First day, included.")
    date_to = fields.Date("Until", required=True, index=True, help="Last day, included.")
    value = fields.Float(
        digits=(16, 4),
        required=True,
        help="What is to be reached in the unit of the KPI (percent: 25 for 25 %), for the whole "
        "span. Sums are spread over the company's working days when another period is looked "
        "at; ratios are not.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        help="Currency of a target in money: that of the company.",
    )
    unit = fields.Selection(related="kpi_id.unit")
    direction = fields.Selection(related="kpi_id.direction")
    amber_band = NullableFloat(
        "Amber Band (%)",
        help="A miss by at most this percentage of the target is “at risk”, not “off track”. "
        "Empty: as set on the KPI.",
    )
    note = fields.Char(help="How the target was agreed on.")

    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "The last day of a target lies before its first day."
    )
    _amber_is_percent = models.Constraint(
        "CHECK(amber_band >= 0 AND amber_band <= 100)", "The amber band is a percentage, 0 to 100."
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for target in self:
            target.currency_id = (target.company_id or self.env.company).currency_id

    @api.depends("kpi_id", "company_id", "date_from", "date_to", *MEMBER_FIELDS)
    def _compute_display_name(self):
        for target in self:
            target.display_name = ", ".join(
                filter(None, (target.kpi_id.name, target._scope_label(), target._span_label()))
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_number(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_number(vals)
        return super().write(vals)

    def _check_number(self, vals):
        # rounding would fail on these before any constraint is asked
        value = vals.get("value")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValidationError(self.env._("A target must be a number."))

    @api.constrains(*MEMBER_FIELDS)
    def _check_one_member(self):
        for target in self:
            if sum(bool(target[name]) for name in MEMBER_FIELDS) > 1:
                raise ValidationError(
                    self.env._("A target is for one person, one team or one department.")
                )

    @api.constrains("kpi_id", "company_id", "date_from", "date_to", *MEMBER_FIELDS)
    def _check_no_overlap(self):
        """Two targets for the same thing and day would be counted twice."""
        for target in self:
            # whoever sets a target must be told about one that he may not read
            other = self.sudo().search(
                [
                    ("id", "!=", target.id),
                    ("date_from", "<=", target.date_to),
                    ("date_to", ">=", target.date_from),
                    *target._scope_domain(),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "There is a target for “%(kpi)s” and %(scope)s from %(span)s already.",
                        kpi=target.kpi_id.name,
                        scope=target._scope_label(),
                        span=other._span_label(),
                    )
                )

    def _scope_domain(self):
        """Targets of the same KPI and scope."""
        self.ensure_one()
        names = ("kpi_id", "company_id", *MEMBER_FIELDS)
        return Domain.AND([[(name, "=", self[name].id)] for name in names])

    def _scope_label(self):
        self.ensure_one()
        member = self.user_id or self.team_id or self.department_id or self.company_id
        # its name is shown to whoever may read the target
        return member.sudo().display_name if member else self.env._("all companies")

    def _span_label(self):
        self.ensure_one()
        if not self.date_from or not self.date_to:
            return ""
        return self.env._(
            "%(first)s to %(last)s",
            first=fields.Date.to_string(self.date_from),
            last=fields.Date.to_string(self.date_to),
        )


class CrmKpi(models.Model):
    _inherit = "crm.kpi"

    target_ids = fields.One2many("crm.kpi.target", "kpi_id", "Targets")
    amber_band = NullableFloat(
        "Amber Band (%)",
        help="A miss by at most this percentage of a target is “at risk”. "
        "Empty: the default of the settings.",
    )

    _amber_is_percent = models.Constraint(
        "CHECK(amber_band >= 0 AND amber_band <= 100)", "The amber band is a percentage, 0 to 100."
    )

    @property
    def is_distributed(self):
        """Whether a target may be spread over time and added up: sums of a flow only."""
        return self.is_additive and not self.is_stock
