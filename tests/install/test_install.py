# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Each addon installs with its dependencies, in any order, and goes without a trace."""

import fingerprint
import pytest
from odoo_process import install, shell, stock_template, uninstall

from devkit import addons, setup, templates

ORDERS = [
    ["crm_kpi"],
    ["crm_data_quality"],
    ["crm_complaints", "crm_data_quality"],
    ["crm_data_quality", "crm_kpi", "crm_complaints"],
]


@pytest.fixture
def bare():
    """A copy of a database with stock modules only."""
    setup.ensure("test")
    name = templates.copy(stock_template(), "install")
    yield name
    templates.drop(name)


def installed(name):
    return set(
        shell(
            name,
            'answer(env["ir.module.module"].search([("state", "=", "installed")]).mapped("name"))',
        )
    )


@pytest.mark.parametrize("order", ORDERS, ids="+".join)
def test_install_and_uninstall_without_a_trace(bare, order):
    before = fingerprint.take(bare)
    modules_before = installed(bare)
    for module in order:
        install(bare, [module])
    now = installed(bare)
    assert set(order) <= now
    glue = {"crm_kpi", "crm_data_quality"} <= now
    assert ("crm_kpi_data_quality" in now) == glue, "glue installs itself, and only then"
    uninstall(bare, addons.names())
    # stock modules that came as dependencies
    uninstall(bare, sorted(installed(bare) - modules_before))
    assert installed(bare) == modules_before
    assert fingerprint.differences(before, fingerprint.take(bare)) == {}
