# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..kpi.definition import DefinitionError, evaluate_domain


class CrmKpiSource(models.Model):
    """A model whose records are counted or summed up, and where its dimensions lie."""

    _name = "crm.kpi.source"
    _description = "KPI Source"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Technical name, unique.")
    model_name = fields.Char(
        string="Model",
        required=True,
        help="Technical name of the model, e.g. sale.order.",
    )
    domain = fields.Char(
        required=True,
        default="[]",
        help="Only records that match this domain are looked at. "
        "It may use uid and company_ids (the companies chosen by the viewer).",
    )
    include_archived = fields.Boolean(
        help="Archived records count as well, as lost opportunities must.",
    )
    company_field = fields.Char(
        default="company_id",
        help="Field with the company of a record. Amounts are in that company's currency "
        "unless a currency field is given. Empty: the records have no company.",
    )
    currency_field = fields.Char(
        help="Field with the currency of the amounts, where it is not the company's.",
    )
    estimated_field = fields.Char(
        help="Boolean field that tells which records have dates that had to be estimated.",
    )
    dimension_ids = fields.One2many(
        "crm.kpi.source.dimension", "source_id", string="Dimensions", copy=True
    )

    _code_unique = models.Constraint("UNIQUE(code)", "A KPI source with this code exists already.")

    def _get_model(self):
        """The source's model in the viewer's environment.

        :raise DefinitionError: when no such model is installed
        """
        self.ensure_one()
        model = self.env.get(self.model_name)
        if model is None:
            raise DefinitionError(self.env._("The model “%s” is not installed.", self.model_name))
        if model._abstract or model._transient or (not model._auto and model._table_query is None):
            raise DefinitionError(self.env._("The model “%s” stores no records.", self.model_name))
        return model.with_context(active_test=not self.include_archived)

    def _get_domain(self):
        """The base domain as a list.

        :raise DefinitionError: when it cannot be evaluated
        """
        self.ensure_one()
        return evaluate_domain(self.env, self.domain)

    def _dimension_field(self, code):
        """Name of the source's field for a dimension, or None when it has none."""
        self.ensure_one()
        line = self.dimension_ids.filtered(lambda line: line.dimension_id.code == code)
        return line.field_name or None


class CrmKpiSourceDimension(models.Model):
    """Where a dimension lies in a source."""

    _name = "crm.kpi.source.dimension"
    _description = "Dimension of a KPI Source"
    _order = "sequence, id"
    _rec_name = "dimension_id"

    source_id = fields.Many2one("crm.kpi.source", required=True, index=True, ondelete="cascade")
    dimension_id = fields.Many2one("crm.kpi.dimension", required=True, ondelete="cascade")
    sequence = fields.Integer(related="dimension_id.sequence", store=True)
    field_name = fields.Char(required=True, help="Stored field of the source's model.")

    _dimension_unique = models.Constraint(
        "UNIQUE(source_id, dimension_id)", "A source has each dimension only once."
    )
