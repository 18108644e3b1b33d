# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import models


class CrmMerge(models.Model):
    """Notes in the chatter of both sides, each with a link to the other."""

    _inherit = "crm.merge"

    def _note_merge(self):
        self._log(
            lambda others: self.env._("Merged into this record: %s", others),
            lambda kept: self.env._("Merged into %s.", kept),
        )

    def _note_undo(self):
        self._log(
            lambda others: self.env._("The merge with %s was undone.", others),
            lambda kept: self.env._("The merge into %s was undone.", kept),
        )

    def _log(self, text_of_kept, text_of_merged):
        """Log on all records of merges of one model; the texts are given links."""
        bodies = {}
        for merge in self:
            kept = merge._kept()
            others = Markup(", ").join(record._get_html_link() for record in merge._merged())
            bodies[kept.id] = text_of_kept(others)
            bodies.update(dict.fromkeys(merge._merged().ids, text_of_merged(kept._get_html_link())))
        if bodies:
            records = self.env[self[0].res_model].browse(bodies)
            records._message_log_batch(
                {key: Markup("<p>%s</p>") % body for key, body in bodies.items()}
            )
