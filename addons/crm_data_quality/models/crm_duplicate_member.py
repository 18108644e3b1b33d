# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


def record_name(record):
    """Name of a customer or lead; of a lead also whose it is: titles alone say little."""
    if record._name != "crm.lead":
        return record.display_name
    who = record.partner_name or record.contact_name or record.partner_id.sudo().display_name
    return f"{record.display_name} ({who})" if who else record.display_name


class CrmDuplicateMember(models.Model):
    """One record of a cluster of duplicates: a customer (or contact) or a lead."""

    _name = "crm.duplicate.member"
    _description = "Member of Duplicates"
    _inherit = ["crm.duplicate.visibility"]
    _order = "cluster_id, id"
    _log_access = False

    cluster_id = fields.Many2one(
        "crm.duplicate.cluster", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="cluster_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    lead_id = fields.Many2one(
        "crm.lead", string="Lead", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    # ------------------------------------------------------------ the record at a glance
    street = fields.Char(compute="_compute_glance")
    zip = fields.Char(compute="_compute_glance")
    city = fields.Char(compute="_compute_glance")
    email = fields.Char(compute="_compute_glance")
    phone = fields.Char(compute="_compute_glance")
    record_created_on = fields.Datetime(string="Created On", compute="_compute_glance")

    _one_record = models.Constraint(
        "CHECK((partner_id IS NULL) <> (lead_id IS NULL))",
        "A member is either a customer or a lead.",
    )
    _cluster_partner_unique = models.UniqueIndex(
        "(cluster_id, partner_id) WHERE partner_id IS NOT NULL"
    )
    _cluster_lead_unique = models.UniqueIndex("(cluster_id, lead_id) WHERE lead_id IS NOT NULL")

    @api.depends("partner_id.display_name", "lead_id.display_name", "lead_id.partner_name")
    def _compute_display_name(self):
        for member in self:
            member.display_name = record_name(member._record())

    @api.depends("partner_id", "lead_id")
    def _compute_glance(self):
        for member in self:
            record = member._record()
            for name in ("street", "zip", "city", "phone"):
                member[name] = record[name]
            member.email = record["email_from" if record._name == "crm.lead" else "email"]
            member.record_created_on = record.create_date

    def _record(self):
        """The customer or lead itself, archived ones included."""
        self.ensure_one()
        return self.partner_id or self.lead_id

    @api.model
    def _hidden_where(self, alias):
        """A member is as secret as its cluster: else it would tell that there is another."""
        clusters = self.env["crm.duplicate.cluster"]
        return clusters._hides_member(SQL.identifier(alias, "cluster_id"))

    def action_not_duplicate(self):
        """This record is not the same as the other members."""
        for member in self:
            member.cluster_id.action_not_duplicate(member)
        return True

    def action_open_record(self):
        """The form of the customer or lead."""
        self.ensure_one()
        return self._record().get_formview_action()
