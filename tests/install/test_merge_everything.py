# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Merge and undo in a database with more addons than ours need, and with what others left there."""

from pathlib import Path

import pytest
from odoo_process import install, shell

from devkit import setup, templates

# What is installed beside ours: newsletters by mail and SMS, the website, loyalty cards.
MODULES = ["mass_mailing_sms", "mass_mailing_crm", "website_crm", "sale_loyalty"]


@pytest.fixture(scope="module")
def result():
    setup.ensure("test")
    name = templates.copy(templates.ensure(demo=False), "everything")
    try:
        install(name, MODULES)
        yield shell(name, (Path(__file__).parent / "merge_everything.py").read_text())
    finally:
        templates.drop(name)


def test_everything_that_hangs_on_the_customer_moves(result):
    assert result["seen"] == {
        "custom": True,
        "custom references": [True, True],
        "custom per company": [["Muster Bau", "Anwalt"], [False, "Muster Bau"]],
        "custom field of stock": True,
        "custom field of customers": True,
        "unique row of a lost table": ["kept"],
        "relation of a lost table": ["x", "y"],
        "odd names": True,
        "no key": True,
        "children": True,
        "leads": True,
        "portal user": True,
        "reactions": True,
        "rating": True,
        "attendees": True,
        "opted out": [["Neues", "A"], ["Neues", "B"]],
        "traces": True,
        "visitors": [[True, True, 2]],
        "loyalty": True,
        "orders": True,
    }
    assert result["lines"] > 50


def test_every_row_of_every_table_is_restored(result):
    assert (result["state"], result["report"]) == ("undone", "")
    assert result["tables"] > 500
    assert result["left"] == {}
