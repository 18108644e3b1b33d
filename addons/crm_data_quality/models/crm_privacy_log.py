# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import email_normalize


class CrmPrivacyLog(models.Model):
    """Who disclosed, anonymised or archived personal data when. It names nobody but the doer."""

    _name = "crm.privacy.log"
    _description = "Privacy Log"
    _order = "id desc"
    _rec_name = "action"

    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users",
        string="Handled By",
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="set null",
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    action = fields.Selection(
        [
            ("disclosed", "Disclosed (Art. 15 GDPR)"),
            ("anonymised", "Anonymised (Art. 17 GDPR)"),
            ("restricted", "Restricted (Art. 18 GDPR)"),
            ("archived", "Archived after the retention period"),
        ],
        required=True,
        readonly=True,
    )
    record_count = fields.Integer(string="Records", readonly=True)
    references = fields.Char(
        readonly=True, help="Database ids of the customers and leads, without any name."
    )

    @api.model
    def _note(self, action, partners, leads):
        """Note what is done with customers and leads, here and in Odoo's own privacy log.

        Odoo's log masks names and addresses down to their first letters.
        """
        ids = [
            f"{records._name} {', '.join(map(str, records.ids))}"
            for records in (partners, leads)
            if records
        ]
        self.create(
            {
                "action": action,
                "user_id": self.env.uid,
                "company_id": self.env.company.id,
                "record_count": len(partners) + len(leads),
                "references": "; ".join(ids),
            }
        )
        if action == "archived" or "privacy.log" not in self.env:
            return
        label = dict(self._fields["action"]._description_selection(self.env))[action]
        for partner in partners:
            address = email_normalize(partner.email or "", strict=False)
            if address:
                self.env["privacy.log"].sudo().create(
                    {
                        "anonymized_name": partner.name,
                        "anonymized_email": address,
                        "user_id": self.env.uid,
                        "execution_details": f"{label}: #{partner.id}",
                    }
                )
