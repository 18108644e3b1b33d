# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..kpi.definition import NUMERIC_TYPES, DefinitionError, evaluate_domain, stored_field
from ..kpi.stocks import MOMENTS

DATE_TYPES = ("date", "datetime")


class CrmKpiMeasure(models.Model):
    """What is counted or summed up: a source, a filter, an aggregate and its dates."""

    _name = "crm.kpi.measure"
    _description = "KPI Measure"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Technical name, unique; formulas use it.")
    source_id = fields.Many2one("crm.kpi.source", required=True, index=True, ondelete="cascade")
    source_model = fields.Char(related="source_id.model_name")
    domain = fields.Char(
        required=True,
        default="[]",
        help="Which records of the source count. It may use uid and company_ids.",
    )
    aggregate = fields.Selection(
        [
            ("count", "Number of records"),
            ("count_distinct", "Number of different values"),
            ("sum", "Sum"),
            ("avg", "Average"),
            ("median", "Median"),
            ("p90", "90th percentile"),
        ],
        required=True,
        default="count",
        help="Records without a value are left out of all but the number of records.",
    )
    field_name = fields.Char(
        string="Field",
        help="Stored field that is aggregated. Not needed for a number of records; "
        "a stock without a field aggregates its age in calendar days at the moment it is taken.",
    )
    factor = fields.Float(
        default=1.0, digits=(16, 6), help="The figure is multiplied by this, e.g. −1 for credits."
    )
    time_kind = fields.Selection(
        [
            ("flow", "Flow: what happened in the period"),
            ("stock", "Stock: what there was at its end"),
            ("stock_start", "Stock: what there was at its begin"),
            ("stock_average", "Average stock over the period"),
        ],
        required=True,
        default="flow",
    )
    date_field = fields.Char(help="Flow: date by which a record falls into a period.")
    date_from_field = fields.Char(help="Stock: date from which a record belongs to it.")
    date_to_field = fields.Char(
        help="Stock: date from which a record no longer belongs to it; records without it still do."
    )

    has_history = fields.Boolean(
        "Known for the Past",
        default=True,
        help="Stock: switch off where the records tell only the present state, as with “waiting "
        "for an answer”. Periods that are over have no figure then, instead of a wrong one.",
    )
    min_age_days = fields.Integer(
        "Older Than (Days)",
        help="Stock: only records that belong to it for longer than this. 0: all.",
    )
    max_age_days = fields.Integer(
        "Up To (Days)",
        help="Stock: only records that belong to it for no longer than this. 0: all.",
    )

    _code_unique = models.Constraint("UNIQUE(code)", "A KPI measure with this code exists already.")

    error_reason = fields.Char(
        compute="_compute_error_reason", help="Why the measure cannot be computed; empty if it can."
    )

    @api.depends_context("uid", "lang")
    @api.depends(
        "source_id",
        "domain",
        "aggregate",
        "field_name",
        "time_kind",
        "date_field",
        "date_from_field",
        "date_to_field",
    )
    def _compute_error_reason(self):
        for measure in self:
            try:
                measure._check_resolvable()
            except DefinitionError as error:
                measure.error_reason = str(error)
            else:
                measure.error_reason = False

    @property
    def is_age(self):
        """Whether the measure aggregates the age of a stock, in calendar days."""
        return self.time_kind in MOMENTS and self.aggregate != "count" and not self.field_name

    @property
    def is_money(self):
        """Whether the measure sums amounts of money."""
        model = self.env.get(self.source_id.model_name)
        field = model is not None and model._fields.get(self.field_name or "")
        return bool(field) and field.type == "monetary" and self.aggregate != "count_distinct"

    def _check_resolvable(self):
        """Check the definition against the installed models.

        :raise DefinitionError: with the reason, for the person who reads the card
        """
        self.ensure_one()
        model = self.source_id._get_model()
        self.source_id._get_domain()
        evaluate_domain(self.env, self.domain)
        if self.aggregate != "count" and not self.is_age:
            types = None if self.aggregate == "count_distinct" else NUMERIC_TYPES
            stored_field(model, self.field_name or "", types)
        names = self._date_field_names()
        if len({stored_field(model, name or "", DATE_TYPES).type for name in names}) > 1:
            raise DefinitionError(
                self.env._("The dates %s mix days and moments.", ", ".join(names))
            )
        if self.source_id.estimated_field:
            stored_field(model, self.source_id.estimated_field, ["boolean"])
        if self._rate_field():
            comodel = "res.currency" if self.source_id.currency_field else "res.company"
            stored_field(model, self._rate_field(), comodel=comodel)

    def _date_field_names(self):
        """Names of the fields that place the measure in time; the last may be empty for a stock."""
        if self.time_kind == "flow":
            return [self.date_field]
        return [self.date_from_field] + ([self.date_to_field] if self.date_to_field else [])

    def _rate_field(self):
        """The field that tells the currency of amounts: a currency or a company."""
        source = self.source_id
        return self.is_money and (source.currency_field or source.company_field)

    def _technical_fields(self):
        """Fields that the query reads beside those of the filter and the aggregate."""
        names = [*self._date_field_names(), self.source_id.estimated_field, self._rate_field()]
        return [name for name in names if name]

    def _age_limits(self):
        """The age, in days, above which and up to which a record belongs to the stock."""
        self.ensure_one()
        if self.time_kind not in MOMENTS:
            return None, None
        return self.min_age_days, self.max_age_days

    def _explain(self):
        """The measure in words: dict name, records, filter, date, aggregate."""
        self.ensure_one()
        if self.error_reason:
            return {"name": self.name, "error": self.error_reason}
        model = self.source_id._get_model()
        labels = [
            model._fields[name]._description_string(self.env) for name in self._date_field_names()
        ]
        aggregates = dict(self._fields["aggregate"]._description_selection(self.env))
        aggregate = aggregates[self.aggregate]
        if self.is_age:
            aggregate = self.env._("%s of the age in days", aggregate)
        elif self.aggregate != "count":
            field = model._fields[self.field_name]._description_string(self.env)
            aggregate = self.env._("%(aggregate)s of “%(field)s”", aggregate=aggregate, field=field)
        time_kinds = dict(self._fields["time_kind"]._description_selection(self.env))
        time = time_kinds[self.time_kind]
        youngest, oldest = self._age_limits()
        if youngest:
            time += "; " + self.env._("older than %s days", youngest)
        if oldest:
            time += "; " + self.env._("no older than %s days", oldest)
        domain = self.source_id._get_domain() & evaluate_domain(self.env, self.domain)
        return {
            "name": self.name,
            "source": self.source_id.name,
            "model": model._name,
            "aggregate": aggregate,
            "date": " → ".join(labels),
            "time": time,
            "filter": str(list(domain)),
            "archived": self.source_id.include_archived,
        }

    def _open_action(self, domain, name):
        """Window action on the records of a domain, with the context the query had."""
        self.ensure_one()
        context = {"active_test": False} if self.source_id.include_archived else {}
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self.source_id.model_name,
            "views": [(False, "list"), (False, "form")],
            "domain": list(domain),
            "context": {**context, "create": False},
            "target": "current",
        }
