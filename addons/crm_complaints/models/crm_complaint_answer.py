# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmComplaint(models.Model):
    """Answer templates in the language of the customer."""

    _inherit = "crm.complaint"

    def _get_answer_lang(self):
        """Language in which the customer is answered: the contact's, else that of the text.

        :return: code of an active language
        """
        self.ensure_one()
        active = {code for code, _name in self.env["res.lang"].get_installed()}
        wanted = (self.partner_id.lang, self.lang, self.company_id.partner_id.lang, self.env.lang)
        return next((code for code in wanted if code in active), "en_US")
