# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmComplaint(models.Model):
    """Buttons of complaints, and the way to them from other documents."""

    _inherit = "crm.complaint"

    def action_assign_to_me(self):
        """Take over the complaints."""
        self.user_id = self.env.user
        return True

    def action_reopen(self):
        """Take closed complaints up again; what closing wrote is cleared."""
        stages = self.env["crm.complaint.stage"]
        for team, complaints in self.filtered("is_closed").grouped("team_id").items():
            complaints.stage_id = stages._get_in_progress(team)
        return True

    def action_view_similar(self):
        """Other complaints of the same commercial customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaints of %s", self.commercial_partner_id.display_name),
            "res_model": "crm.complaint",
            "view_mode": "list,form,kanban,pivot",
            "domain": [("commercial_partner_id", "=", self.commercial_partner_id.id)],
            "context": {"active_test": False},
        }

    @api.model
    def _action_open(self, domain, context):
        """Open the complaints of a document; a new one when it has none.

        :param domain: complaints of the document
        :param context: defaults for new complaints
        """
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_complaints.action_complaints")
        if not self.search_count(domain, limit=1):
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("New Complaint"),
                "res_model": "crm.complaint",
                "view_mode": "form",
                "context": context,
            }
        return {**action, "domain": domain, "context": context}

    @api.model
    def _count_by(self, field_name, records):
        """Number of complaints the user may read, by document.

        :param field_name: many2one field that leads to the document
        :return: dict record → number; empty for users without access to complaints
        """
        if not self.has_access("read"):
            return {}
        groups = self._read_group([(field_name, "in", records.ids)], [field_name], ["__count"])
        return dict(groups)
