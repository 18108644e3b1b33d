# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

VIEW_TYPE = "complaint_insight"
PANELS = ("terms", "overview")
ATTRIBUTES = {"__validate__", "string", "panel", "class", "js_class"}


class IrUiView(models.Model):
    """The view type ``complaint_insight``: a page of tables over the complaints that the
    search finds, ``<complaint_insight panel="terms"/>`` or ``panel="overview"``."""

    _inherit = "ir.ui.view"

    type = fields.Selection(
        selection_add=[(VIEW_TYPE, "Complaint Insight")], ondelete={VIEW_TYPE: "cascade"}
    )

    def _validate_tag_complaint_insight(self, node, _name_manager, node_info):
        if not node_info["validate"]:
            return
        if unknown := set(node.attrib) - ATTRIBUTES:
            self._raise_view_error(
                self.env._("Unknown attributes: %s", ", ".join(sorted(unknown))), node
            )
        if node.get("panel") not in PANELS:
            self._raise_view_error(
                self.env._("“panel” has to be one of: %s", ", ".join(PANELS)), node
            )

    def _get_view_info(self):
        return {VIEW_TYPE: {"icon": "fa fa-commenting-o"}} | super()._get_view_info()


class IrActionsActWindowView(models.Model):
    _inherit = "ir.actions.act_window.view"

    view_mode = fields.Selection(
        selection_add=[(VIEW_TYPE, "Complaint Insight")], ondelete={VIEW_TYPE: "cascade"}
    )
