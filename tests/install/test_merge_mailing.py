# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Merging customers with Odoo's app for mailings: who has left a list has left it for good."""

from pathlib import Path

import pytest
from odoo_process import install, shell, stock_template

from devkit import setup, templates

SCRIPT = Path(__file__).parent / "merge_mailing.py"
LEFT = [True, "2024-05-06 07:08:09", True]
SUBSCRIBED = [False, False, False]


@pytest.fixture(scope="module")
def found():
    setup.ensure("test")
    name = templates.copy(stock_template(), "merge_mailing")
    try:
        install(name, ["crm_data_quality", "mass_mailing"])
        yield shell(name, SCRIPT.read_text())
    finally:
        templates.drop(name)


def test_an_opt_out_holds_for_all_addresses(found):
    """Only of the list that was left, with its day and its reason."""
    assert found["subscribed"] == {
        "left@one.example.com": {"News": LEFT, "Else": SUBSCRIBED},
        "clean@one.example.com": {"News": LEFT, "Offers": SUBSCRIBED},
    }
    assert found["opted out of the mailing"] == ["clean@one.example.com", "left@one.example.com"]


def test_undo_restores_every_row(found):
    state, rows, lists = found["undone"]
    assert (state, rows) == ("undone", {})
    assert lists["clean@one.example.com"] == {"News": SUBSCRIBED, "Offers": SUBSCRIBED}


def test_an_address_that_was_on_no_list(found):
    assert found["unknown"] == {
        "left@two.example.com": {"News": LEFT},
        "new@two.example.com": {"News": LEFT},
    }
    assert found["unknown undone"] == ["undone", {}]


def test_what_people_did_since_stays(found):
    state, report, lists = found["used since"]
    assert state == "partly"
    assert "new@two.example.com" in report
    # Odoo keeps the reason of an opt-out that was taken back
    assert lists == {"new@two.example.com": {"News": [False, False, True], "Offers": SUBSCRIBED}}


def test_an_address_of_two_merges(found):
    assert set(found["two merges"].values()) == {True}
    assert len(found["two merges"]) == 3
    assert found["two merges undone"] == {}


def test_nobody_left(found):
    assert found["nobody left"] == {"a@five.example.com": {"News": SUBSCRIBED}}


def test_a_lead_linked_to_its_customer(found):
    assert found["linked"] == {
        "left@six.example.com": {"Offers": LEFT},
        "c@six.example.com": {"Offers": LEFT},
    }
    assert found["words"] == ["linked", "partly"]
