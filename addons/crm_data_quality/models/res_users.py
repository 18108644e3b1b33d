# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def unlink(self):
        self.env["crm.quality.tally"].sudo()._give_to_nobody(self)
        return super().unlink()
