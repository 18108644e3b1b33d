# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .crm_background_run import CrmBackgroundRun


class CrmDuplicateSearch(models.Model):
    """One search for duplicates in a company's records.

    It compares all records of the company, whoever started it; what it found is visible only to
    those who may read the records. A search after the first one compares what has changed.
    """

    _name = "crm.duplicate.search"
    _description = "Search for Duplicates"
    _inherit = ["crm.background.run", "mail.thread"]
    _run_cron = "crm_data_quality.ir_cron_run_duplicate_searches"
    _run_fields = CrmBackgroundRun._run_fields | {
        "phase", "watermark", "read_from", "total_count", "compared_count", "report", "method",
        "last_key", "learnt_weights",
    }  # fmt: skip
    _scope_fields = frozenset(("company_id", "kind", "is_full"))
    _order = "id desc"

    name = fields.Char(required=True, default=lambda self: self._default_name())
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Records of this company and those without a company are compared.",
    )
    kind = fields.Selection(
        selection="_selection_kind",
        string="Compare",
        required=True,
        default="customers",
        help="Customers include contacts of companies; own users are left out. Leads are compared "
        "as long as they are neither won nor lost.",
    )
    is_full = fields.Boolean(
        string="Compare Everything Again",
        copy=False,
        help="Compares also what has not changed since the last search. Decisions stay.",
    )
    phase = fields.Selection(
        [
            ("read_customers", "Reading customers"),
            ("read_leads", "Reading leads"),
            ("block", "Finding candidates"),
            ("score", "Comparing"),
            ("group", "Grouping"),
        ],
        default="read_customers",
        required=True,
        readonly=True,
        copy=False,
    )
    finished_on = fields.Datetime(tracking=True)
    watermark = fields.Datetime(
        readonly=True,
        copy=False,
        help="Changes up to here are in the result; the next search takes what is newer.",
    )
    read_from = fields.Datetime(
        readonly=True,
        copy=False,
        help="What was written before this was seen when the reading began; the next search reads "
        "what was written later.",
    )
    total_count = fields.Integer(
        string="Records", readonly=True, copy=False, help="Records that could have duplicates."
    )
    last_key = fields.Integer(
        readonly=True, copy=False, help="Place that the present phase has reached."
    )
    compared_count = fields.Integer(
        string="Pairs Compared", readonly=True, copy=False, help="Pairs of records looked at."
    )
    method = fields.Selection(
        [("rapidfuzz", "rapidfuzz"), ("python", "Python")],
        readonly=True,
        copy=False,
        help="What compares texts. Without the Python library “rapidfuzz” plain Python does: it finds "
        "the same, but takes much longer.",
    )
    report = fields.Json(
        readonly=True,
        copy=False,
        help="Blocks that were cut because too many records share a value: list of size, key and "
        "the id of a profile.",
    )
    report_text = fields.Text(
        string="Left Out",
        compute="_compute_report_text",
        help="Values that too many records share to be a reason for comparing them.",
    )
    cluster_count = fields.Integer(
        string="Duplicates",
        compute="_compute_counts",
        help="Open clusters that you may see, of this company and comparison.",
    )
    automatic_count = fields.Integer(
        string="Almost Certain", compute="_compute_counts", help="Of these, almost certain ones."
    )
    review_count = fields.Integer(
        string="To Review", compute="_compute_counts", help="Of these, those to be looked at."
    )
    surplus_count = fields.Integer(
        string="Surplus Records",
        compute="_compute_counts",
        help="Records that would go if all almost certain clusters were merged.",
    )

    @api.model
    def _selection_kind(self):
        return [
            ("customers", self.env._("Customers and contacts")),
            ("leads", self.env._("Leads")),
            ("leads_customers", self.env._("Leads with customers")),
        ]

    @api.model
    def _default_name(self):
        day = fields.Date.context_today(self)
        return self.env._("Duplicates, %s", format_date(self.env, day))

    @api.depends("run_state", "phase", "done_count", "step_count")
    def _compute_progress(self):
        # shares of the whole that the phases take, measured at a million customers
        reading = (0.0, 33.0)
        begin = {
            "read_customers": reading,
            "read_leads": reading,
            "block": (33.0, 12.0),
            "score": (45.0, 35.0),
        }
        for search in self:
            if search.run_state == "done":
                search.progress = 100.0
                continue
            start, width = begin.get(search.phase, (80.0, 19.0))
            share = search.done_count / search.step_count if search.step_count else 0.0
            search.progress = start + width * min(share, 1.0)

    def _cluster_domain(self):
        """The open clusters that the search stands for: the button opens what the figure counts."""
        self.ensure_one()
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("kind", "=", self.kind)
            & Domain("state", "=", "open")
        )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("company_id", "kind", "run_state")
    def _compute_counts(self):
        for search in self:
            groups = self.env["crm.duplicate.cluster"]._read_group(
                search._cluster_domain(), ["band"], ["__count", "surplus_count:sum"]
            )
            counts = {band: (number, surplus) for band, number, surplus in groups}
            search.automatic_count, search.surplus_count = counts.get("automatic", (0, 0))
            search.review_count = counts.get("review", (0, 0))[0]
            search.cluster_count = search.automatic_count + search.review_count

    @api.depends_context("uid", "lang", "allowed_company_ids")
    @api.depends("report")
    def _compute_report_text(self):
        labels = dict(self._selection_block())
        for search in self:
            lines = []
            for size, key, profile_id in search.report or []:
                value = self._block_value(key, profile_id)
                lines.append(
                    self.env._(
                        "%(field)s %(value)s: %(number)s records",
                        field=labels.get(key, key),
                        value=value,
                        number=size,
                    )
                )
            search.report_text = "\n".join(lines)

    @api.model
    def _selection_block(self):
        """Keys whose cut blocks are reported, in words."""
        return [
            ("email", self.env._("E-mail")),
            ("phone", self.env._("Phone")),
            ("vat", self.env._("VAT number")),
            ("name", self.env._("Name")),
            ("street_city", self.env._("Address")),
        ]

    @api.model
    def _block_value(self, key, profile_id):
        """The value that a block shares, as one of its records has it, if one may read that."""
        profile = self.env["crm.duplicate.profile"].sudo().browse(profile_id).exists()
        record = (profile.partner_id or profile.lead_id).with_env(self.env)
        if not record or not record._filtered_access("read"):
            return "…"
        if key == "street_city":
            return " ".join(text for text in (record.street, record.zip, record.city) if text)
        name = {"email": "email_normalized", "phone": "phone_sanitized", "name": "display_name"}
        return record[name.get(key, key)] or "…"

    # ------------------------------------------------------------ buttons
    def action_search_again(self):
        """A new search of the same scope, started at once; it compares what has changed."""
        self.ensure_one()
        again = self.copy({"name": self._default_name()})
        again.action_start()
        return again.get_formview_action()

    def action_open_clusters(self):
        """The open duplicates."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_duplicate_cluster"
        )
        return action | {"domain": list(self._cluster_domain()), "context": {}}
