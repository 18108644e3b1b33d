# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.crm_kpi.kpi import formats
from odoo.addons.crm_kpi.kpi.figures import Question

DASH = "–"


class CrmComplaint(models.Model):
    """Pages that analyse complaints: tables whose every figure opens its records.

    A page is asked for with the viewer's search (domain and first "group by") and, in the
    context, period and comparison as on the KPI dashboard (``kpi_period``, ``kpi_compare``).
    The answer is a list of tables, which the screen and the workbook both draw:

    - table: key, title, note, columns, rows, empty (what to say when there is no row)
    - column: key, label, kind (text, number)
    - row: key, cells, level (1 for a row below the one before)
    - cell: text (in the viewer's language), value (for the workbook), optionally domain
      (the records behind it), model (crm.complaint when not given), share (0..1, for a
      bar or a shade)
    """

    _inherit = "crm.complaint"

    @api.model
    @api.readonly
    def get_insight(self, panel, domain, options=None):
        """The tables of a page, as the viewer.

        :param panel: ``terms`` or ``overview``
        :param domain: what the search asks for, without the period
        :param options: choices made on the page, see the panels
        :return: dict tables, and what the page needs for its choices
        :raise AccessError: for whom complaints are not to analyse, e.g. customers
        :raise UserError: for a page, period or choice that makes no sense
        """
        if self.env.user.share:
            raise AccessError(self.env._("Only employees analyse complaints."))
        self.check_access("read")
        options = options or {}
        if not isinstance(options, dict):
            raise UserError(self.env._("These choices cannot be read."))
        panels = {"terms": self._insight_terms, "overview": self._insight_overview}
        if panel not in panels:
            raise UserError(self.env._("There is no page “%s”.", panel))
        return panels[panel](Domain(domain), options)

    @api.model
    @api.readonly
    def get_insight_info(self):
        """The period as the page's header shows it, see ``dashboard_info`` of the KPIs."""
        self.check_access("read")
        # Labels and presets only; whoever reads complaints need not have KPIs.
        info = self.env["crm.kpi"].sudo().dashboard_info()
        return info | {"dimensions": []}

    # ------------------------------------------------------------------
    # What all pages use
    # ------------------------------------------------------------------
    @api.model
    def _insight_question(self):
        """Period, comparison and time zone that the viewer asked for."""
        # Only periods are taken from it: the definitions of dimensions need not be readable.
        return Question(self.sudo().with_context(kpi_filters="{}").env)

    @api.model
    def _insight_other_period(self, question):
        """The period compared with, or None."""
        compared = {
            "previous": question.period.previous,
            "last_year": question.period.last_year,
            "none": lambda: None,
        }
        return compared[question.compare]()

    @api.model
    def _in_period(self, field_name, period, timezone):
        """Domain of the complaints whose date lies in a period."""
        start, end = period.utc_bounds(timezone)
        return Domain(field_name, ">=", fields.Datetime.to_string(start)) & Domain(
            field_name, "<", fields.Datetime.to_string(end)
        )

    @api.model
    def _number_cell(self, value, decimals=0, **values):
        """Cell of a number; a dash when there is none, which is not 0."""
        text = DASH if value is None else formats.number_text(self.env, value, decimals)
        return {"text": text, "value": value, **values}

    @api.model
    def _percent_cell(self, share, decimals=1, **values):
        """Cell of a share (0..1); its value is in percent."""
        if share is None:
            return {"text": DASH, "value": None, **values}
        number = formats.number_text(self.env, 100 * share, decimals)
        text = formats.percent_text(self.env, number)
        return {"text": text, "value": 100 * share, **values}

    @api.model
    def _money_cell(self, value, **values):
        """Cell of an amount in the currency of the viewer's company."""
        if value is None:
            return {"text": DASH, "value": None, **values}
        currency = self.env.company.currency_id
        number = formats.number_text(self.env, value, 0)
        parts = (number, "\N{NO-BREAK SPACE}", currency.symbol)
        text = "".join(parts if currency.position == "after" else reversed(parts))
        return {"text": text, "value": value, **values}

    @api.model
    def _column(self, key, label, kind="number"):
        return {"key": key, "label": label, "kind": kind}

    @api.model
    def _member_label(self, field_name, value):
        """Name of a member of a dimension as the viewer reads it."""
        if not value:
            return self.env._("None")
        field = self._fields[field_name]
        if field.type == "selection":
            return dict(self._fields[field_name]._description_selection(self.env)).get(value, value)
        record = self.env[field.comodel_name].browse(value)
        # its name is shown beside the complaints that may be read, as on their form
        return record.sudo().display_name
