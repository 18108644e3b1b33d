# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

# The largest id a column can hold.
MAX_ID = 2**31 - 1


class CrmKpiDimension(models.Model):
    """A way to split figures, e.g. by team; sources say which field of theirs it is."""

    _name = "crm.kpi.dimension"
    _description = "KPI Dimension"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Technical name used in links and contexts, unique.")
    model_name = fields.Char(
        string="Model",
        help="Technical name of the model whose records are the members of the dimension. "
        "Empty for a selection.",
    )
    empty_label = fields.Char(
        string="Name of “None”",
        translate=True,
        help="How the row of the records without a member is called. Empty: “Unassigned”.",
    )
    sequence = fields.Integer(default=10)

    _code_unique = models.Constraint(
        "UNIQUE(code)", "A KPI dimension with this code exists already."
    )

    def _is_member(self, value):
        """Whether a value from outside may stand for a member (False: records without one)."""
        self.ensure_one()
        if value is False:
            return True
        if self.model_name:
            return type(value) is int and 0 < value <= MAX_ID
        return isinstance(value, str)

    def _member_labels(self, member_ids, source_field=None):
        """Names of members as the viewer may read them.

        :param member_ids: iterable of values of the dimension's field (False: none)
        :param source_field: the field of the source, needed for selections
        :return: dict member → label
        """
        self.ensure_one()
        labels = {False: self.empty_label or self.env._("Unassigned")}
        wanted = [member for member in member_ids if member]
        if self.model_name in self.env:
            records = self.env[self.model_name].with_context(active_test=False).browse(wanted)
            readable = records.exists()._filtered_access("read")
            labels |= {record.id: record.display_name for record in readable}
            for member in wanted:
                labels.setdefault(member, self.env._("Not visible for your role"))
        else:
            texts = {}
            if source_field and source_field.type == "selection":
                texts = dict(source_field._description_selection(self.env))
            labels |= {member: texts.get(member, str(member)) for member in wanted}
        return labels
