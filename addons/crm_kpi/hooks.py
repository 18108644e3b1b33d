# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import SQL

from .kpi.schema import fill_first
from .kpi.uninstall import forget_names_in_other_modules


def post_init_hook(env):
    """Fill the past from what the database knows, so that the first day has figures."""
    env.flush_all()
    # Years are sorted and joined at once here: in memory, where there is some.
    env.cr.execute(SQL("SET LOCAL work_mem = '64MB'"))
    with fill_first(env, "crm_kpi"):
        # Leads need the moments of their quotations, offers the losses of their opportunities.
        env["sale.order"]._kpi_fill_facts()
        env["crm.lead"]._kpi_fill_history()
        env["sale.order"]._kpi_fill_history()
        env["account.move"]._kpi_fill_history()
        env["res.partner"]._kpi_fill_history()
        env["crm.forecast.snapshot"]._cron_take_snapshot()


def uninstall_hook(env):
    """Leave no names behind."""
    forget_names_in_other_modules(env)
