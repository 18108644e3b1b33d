# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmComplaintCategory(models.Model):
    """Which complaints have to lead to an action."""

    _inherit = "crm.complaint.category"

    require_action = fields.Boolean(
        string="Corrective Action Needed",
        help="Complaints of this category can only be resolved with a corrective action that has "
        "an owner and a due date.",
    )


class CrmComplaint(models.Model):
    """Corrective actions of a complaint."""

    _inherit = "crm.complaint"

    corrective_action = fields.Text(
        string="Measure in Words", help="A measure noted as a text, without owner and due date."
    )
    action_ids = fields.Many2many(
        "crm.complaint.action",
        string="Corrective Actions",
        copy=False,
        check_company=True,
        help="What is done so that it does not happen again; one action may serve several "
        "complaints.",
    )

    @api.constrains("stage_id", "category_id", "duplicate_of_id", "action_ids")
    def _check_actions_before_closing(self):
        self._check_action()

    def _check_action(self, without=None):
        """Resolved complaints have the corrective action that their category demands.

        :param without: actions that do not count, e.g. for they are about to be deleted
        """
        for complaint in self.sudo():
            stage, category = complaint.stage_id, complaint.category_id
            needed = category.require_action and not complaint.duplicate_of_id
            if not needed or not stage.is_closed or stage.is_rejected:
                continue
            actions = complaint.action_ids.filtered("active")
            if not actions - (without.sudo() if without else actions.browse()):
                raise ValidationError(
                    self.env._(
                        "Please plan a corrective action for “%(complaint)s” before closing it: "
                        "the category “%(category)s” needs one.",
                        complaint=complaint.display_name,
                        category=category.name,
                    )
                )
