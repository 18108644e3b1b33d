# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmQualityFinding(models.Model):
    """Whose findings are: what the record rules of users without wider rights ask.

    As plain conditions over four tables the rules made the database read all findings of a
    million customers to show somebody the thousand that are his.
    """

    _inherit = "crm.quality.finding"

    is_mine = fields.Boolean(
        compute="_compute_is_mine",
        search="_search_is_mine",
        compute_sudo=True,
        help="Found by a check of the user, assigned to the user, or about a customer or lead whose "
        "salesperson the user is now.",
    )

    @api.depends_context("uid")
    @api.depends(
        "check_id.user_id", "assignment_id.user_id", "partner_id.user_id", "lead_id.user_id"
    )
    def _compute_is_mine(self):
        for finding in self:
            people = finding.check_id.user_id | finding.assignment_id.user_id
            people |= finding.partner_id.user_id | finding.lead_id.user_id
            finding.is_mine = self.env.user in people

    @api.model
    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        # found from what is the person's own on, by the indexes of the links
        queries = [
            SQL(
                "SELECT f.id FROM %s s JOIN crm_quality_finding f ON f.%s = s.id WHERE %s = %s",
                SQL.identifier(self.env[self._fields[name].comodel_name]._table),
                SQL.identifier(name, to_flush=self._fields[name]),
                SQL.identifier("s", "user_id", to_flush=self._user_field(name)),
                self.env.uid,
            )
            for name in (*self._subject_fields, "assignment_id")
        ]
        mine = Domain("id", "in", SQL("(%s)", SQL(" UNION ALL ").join(queries)))
        # nearly all that is looked at may come from one check: that is answered without a search
        checks = self.env["crm.quality.check"].sudo().search(Domain("user_id", "=", self.env.uid))
        if checks:
            mine |= Domain("check_id", "in", checks.ids)
        return Domain.OR(mine if wanted else ~mine for wanted in value)

    @api.model
    def _user_field(self, name):
        """The field of the person whose a customer, lead or assignment is."""
        return self.env[self._fields[name].comodel_name]._fields["user_id"]
