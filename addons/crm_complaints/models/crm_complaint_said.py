# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import complaint_words


class CrmComplaint(models.Model):
    """Finding complaints by what they say."""

    _inherit = "crm.complaint"

    said = fields.Char(
        string="What They Say",
        store=False,
        search="_search_said",
        exportable=False,
        help="Finds complaints whose text has all of the words, in any of their forms, or one "
        "exact term given as dictionary and stem, e.g. “german:verpack”.",
    )

    def _search_said(self, operator, value):
        if operator in ("ilike", "="):
            value = [value]
        elif operator != "in":
            return NotImplemented
        return Domain.OR(
            Domain("id", "in", self._said_sql(text))
            for text in value
            if isinstance(text, str) and text.strip()
        )

    @api.model
    def _said_sql(self, text):
        """Query of the ids of complaints that say something.

        :param text: ``configuration:stem``, ``configuration:`` for all complaints of a
            language, or words that all have to stand in the complaint
        """
        texts = self.env["crm.complaint.text"].sudo()
        texts.flush_model()
        configs = texts._known_configurations() | {complaint_words.FALLBACK}
        config, separator, stem = text.partition(":")
        if separator and config in configs:
            wanted = {config: [stem] if stem else []}
        else:
            words = {word.lower() for run in complaint_words.sequences(text, "") for word in run}
            found = {name: self._stems_said(name, words) for name in configs}
            wanted = {name: stems for name, stems in found.items() if stems}
        conditions = [
            SQL(
                "said.config = %s AND said.term_keys @> %s::bigint[]",
                name,
                [complaint_words.term_key(name, stem) for stem in stems],
            )
            for name, stems in wanted.items()
        ]
        if not conditions:
            return SQL("(SELECT NULL::int WHERE FALSE)")
        return SQL(
            "(SELECT said.complaint_id FROM crm_complaint_text said WHERE %s)",
            SQL(" OR ").join(SQL("(%s)", condition) for condition in conditions),
        )

    @api.model
    def _stems_said(self, config, words):
        stems = self.env["crm.complaint.text"].sudo()._stems(config, words)
        return sorted({stem for stem in stems.values() if stem})
