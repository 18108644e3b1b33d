# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def post_init_hook(env):
    """Fill the past from what the database knows, so that the first day has figures."""
    env["sale.order"]._kpi_fill_history()
    env["account.move"]._kpi_fill_history()
    env["res.partner"]._kpi_fill_history()
