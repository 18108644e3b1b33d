# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file

from odoo.addons.crm_data_quality.hooks import post_init_hook


def migrate(cr, version):  # noqa: ARG001 - Odoo's signature
    """Learn the places of postal codes, and say which correction belongs to which rule."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    post_init_hook(env)
    # the rules are the administrator's; their new field is empty and gets what is shipped
    convert_file(env, "crm_data_quality", "data/crm_quality_rule_fixes.xml", {}, mode="init")
