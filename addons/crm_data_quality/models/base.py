# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class Base(models.AbstractModel):
    _inherit = "base"

    def _after_blackening(self):
        """Called after personal texts were replaced in these records, past `write`.

        A model that derives something from its texts does so again.
        """
