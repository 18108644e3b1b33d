# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .quality.uninstall import forget_names_in_other_modules


def post_init_hook(env):
    """Learn the places of postal codes from the customers that are there already."""
    env["crm.quality.place"]._learn()


def uninstall_hook(env):
    """Leave no names behind."""
    forget_names_in_other_modules(env)
