# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..kpi.definition import evaluate_formula, formula_names


class CrmKpi(models.Model):
    """A key figure: how it is made of measures, what it means and when it is good."""

    _name = "crm.kpi"
    _description = "KPI"
    _inherit = ["mail.thread"]
    _order = "group_sequence, sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(required=True, copy=False, help="Technical name, unique.")
    group_id = fields.Many2one(
        "crm.kpi.group", required=True, index=True, ondelete="restrict", string="KPI Group"
    )
    group_sequence = fields.Integer(related="group_id.sequence", store=True, string="Group Order")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("simple", "Measure"), ("ratio", "Ratio of two measures"), ("derived", "Formula")],
        required=True,
        default="simple",
        tracking=True,
    )
    measure_id = fields.Many2one("crm.kpi.measure", ondelete="cascade", tracking=True)
    numerator_id = fields.Many2one("crm.kpi.measure", ondelete="cascade", tracking=True)
    denominator_id = fields.Many2one("crm.kpi.measure", ondelete="cascade", tracking=True)
    factor = fields.Float(
        default=1.0,
        digits=(16, 6),
        tracking=True,
        help="A ratio is multiplied by this: 100 for percent or “per 100 orders”.",
    )
    formula = fields.Char(
        tracking=True,
        help="Codes of measures, numbers, brackets and + − * /. "
        "A division by zero and a missing operand give “no data”.",
    )
    formula_measure_ids = fields.Many2many(
        "crm.kpi.measure", compute="_compute_formula_measure_ids", compute_sudo=True
    )
    unit = fields.Selection(
        [
            ("number", "Number"),
            ("percent", "Percent"),
            ("money", "Money (company currency)"),
            ("days", "Days"),
            ("hours", "Hours"),
        ],
        required=True,
        default="number",
    )
    direction = fields.Selection(
        [("up", "Higher is better"), ("down", "Lower is better"), ("neutral", "Neither")],
        required=True,
        default="up",
    )
    decimals = fields.Integer(default=0, help="Decimals shown; figures are computed unrounded.")
    explanation = fields.Text(
        translate=True, help="One or two sentences for the people who read the figure."
    )
    left_out = fields.Text(
        string="What Is Left Out", translate=True, help="Records that do not count, in words."
    )
    missing_text = fields.Char(
        string="Said Where Nothing Is Recorded",
        translate=True,
        help="Why there is no figure where no record stands behind it. With this text such a "
        "figure is missing, where it would be 0 without.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        tracking=True,
        domain="[('share', '=', False)]",
        help="Who answers for this figure.",
    )
    min_cases = fields.Integer(
        string="Cases Needed", default=0, help="With fewer cases no verdict is given."
    )
    is_cohort = fields.Boolean(
        string="Open Cohort",
        help="Follows the records of a period up to now: recent periods are not finished, so a "
        "change against earlier ones is neither good nor bad.",
    )
    is_headline = fields.Boolean(
        string="Main Figure",
        default=True,
        help="Shown on the dashboard from the start; others are found in the list and by filters.",
    )
    favorite_user_ids = fields.Many2many("res.users", "crm_kpi_favorite_rel", "kpi_id", "user_id")
    is_favorite = fields.Boolean(
        compute="_compute_is_favorite",
        inverse="_inverse_is_favorite",
        search="_search_is_favorite",
        string="On My List",
    )
    is_share = fields.Boolean(
        compute="_compute_is_share",
        compute_sudo=True,
        help="The ratio is a share of cases, so that its statistical uncertainty can be told.",
    )
    is_stock = fields.Boolean(
        compute="_compute_is_stock",
        compute_sudo=True,
        help="Taken at the end of the period, not summed up over it.",
    )
    is_additive = fields.Boolean(
        compute="_compute_is_stock",
        compute_sudo=True,
        help="The parts of a breakdown add up to the total.",
    )

    _code_unique = models.Constraint("UNIQUE(code)", "A KPI with this code exists already.")

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("install_mode"):
            # a shipped definition is no news, least of all in the language of the installation
            return super(CrmKpi, self.with_context(mail_create_nolog=True)).create(vals_list)
        return super().create(vals_list)

    @api.depends("formula", "kind")
    def _compute_formula_measure_ids(self):
        names = {
            kpi: formula_names(kpi.formula) if kpi.kind == "derived" and kpi.formula else set()
            for kpi in self
        }
        found = self.env["crm.kpi.measure"].search(
            [("code", "in", sorted(set().union(*names.values())))]
        )
        for kpi in self:
            kpi.formula_measure_ids = found.filtered(lambda m, wanted=names[kpi]: m.code in wanted)

    @api.depends("kind", "unit", "numerator_id", "denominator_id")
    def _compute_is_share(self):
        for kpi in self:
            top, bottom = kpi.numerator_id, kpi.denominator_id
            kpi.is_share = (
                kpi.kind == "ratio"
                and kpi.unit == "percent"
                and top.aggregate == bottom.aggregate == "count"
                and top.source_id == bottom.source_id
                and top.time_kind == bottom.time_kind == "flow"
                and top.date_field == bottom.date_field
            )

    @api.depends("kind", "measure_id", "numerator_id", "denominator_id", "formula")
    def _compute_is_stock(self):
        # unions of measures, made below, forget what could be read together
        every = self.measure_id | self.numerator_id | self.denominator_id | self.formula_measure_ids
        every.fetch(["time_kind", "aggregate"])
        for kpi in self:
            measures = kpi._measures()
            kinds = set(measures.mapped("time_kind")) - {"flow"}
            # a flow divided by what there was at the begin is a flow still
            kpi.is_stock = bool(kinds if kpi.kind == "simple" else kinds - {"stock_start"})
            kpi.is_additive = kpi.kind == "simple" and all(
                measure.aggregate in ("count", "sum") for measure in measures
            )

    @api.depends("favorite_user_ids")
    @api.depends_context("uid")
    def _compute_is_favorite(self):
        for kpi in self:
            kpi.is_favorite = self.env.user in kpi.sudo().favorite_user_ids

    def _inverse_is_favorite(self):
        for kpi in self:
            kpi._set_favorite(kpi.is_favorite)

    def _set_favorite(self, wanted):
        """Put the KPIs on the viewer's own list or take them off it."""
        command = fields.Command.link if wanted else fields.Command.unlink
        self.sudo().write({"favorite_user_ids": [command(self.env.uid)]})

    def write(self, vals):
        """Everybody keeps an own list of records that only managers may change."""
        if "is_favorite" in vals:
            vals = dict(vals)
            self.check_access("read")
            self._set_favorite(vals.pop("is_favorite"))
            if not vals:
                return True
        return super().write(vals)

    def _search_is_favorite(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = fields.Domain("favorite_user_ids", "in", [self.env.uid])
        wanted = fields.Domain.FALSE
        if True in value:
            wanted |= mine
        if False in value:
            wanted |= ~mine
        return wanted

    def _measures(self):
        """The measures the KPI is made of, whatever its kind."""
        self.ensure_one()
        match self.kind:
            case "ratio":
                return self.numerator_id | self.denominator_id
            case "derived":
                return self.formula_measure_ids
        return self.measure_id

    def _missing_measures(self):
        """Codes in the formula that no measure has (any more)."""
        self.ensure_one()
        if self.kind != "derived":
            return []
        return sorted(formula_names(self.formula) - set(self.formula_measure_ids.mapped("code")))

    @api.constrains("kind", "measure_id", "numerator_id", "denominator_id", "formula")
    def _check_kind(self):
        """Each kind needs its own parts."""
        for kpi in self:
            if kpi.kind == "simple" and not kpi.measure_id:
                raise ValidationError(self.env._("“%s” needs a measure.", kpi.name))
            if kpi.kind == "ratio" and not (kpi.numerator_id and kpi.denominator_id):
                raise ValidationError(
                    self.env._("“%s” needs a numerator and a denominator.", kpi.name)
                )
            if kpi.kind == "derived":
                kpi._check_formula()

    def _check_formula(self):
        try:
            names = formula_names(self.formula or "")
            evaluate_formula(self.formula, dict.fromkeys(names, 1.0))
        except SyntaxError as error:
            raise ValidationError(
                self.env._("The formula of “%s” cannot be read.", self.name)
            ) from error
        unknown = names - set(self.formula_measure_ids.mapped("code"))
        if unknown or not names:
            raise ValidationError(
                self.env._(
                    "The formula of “%(kpi)s” names no measure of the database: %(names)s",
                    kpi=self.name,
                    names=", ".join(sorted(unknown)) or "–",
                )
            )
