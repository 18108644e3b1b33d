# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The rules about mailings with Odoo's app for mailings: blacklist, traces, subscriptions."""

from pathlib import Path

import pytest
from odoo_process import install, shell, stock_template

from devkit import setup, templates

SCRIPT = Path(__file__).parent / "mailing.py"


@pytest.fixture
def database():
    setup.ensure("test")
    name = templates.copy(stock_template(), "mailing")
    yield name
    templates.drop(name)


def test_rules_about_mailings(database):
    install(database, ["crm_data_quality", "mass_mailing"])
    found = shell(database, SCRIPT.read_text())
    assert found["blacklist_mailed"] == {
        "passed": ["before"],
        "found": {"after": "blacklist_mailed"},
        "skipped": ["agreed", "bounced", "left", "never", "pending"],
    }
    assert found["consent"] == {
        "passed": ["agreed", "pending"],
        "found": {"never": "consent_missing", "left": "consent_withdrawn",
                  "bounced": "consent_missing"},
        "skipped": ["after", "before"],
    }  # fmt: skip
