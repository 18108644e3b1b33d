# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The company of the story: a company of its own, beside those that are there already."""

from dataclasses import dataclass

from odoo.fields import Command

from . import names, story


@dataclass
class House:
    """What every document of the company needs."""

    company: object
    products: list
    tax: object
    journal: object


def language(env):
    """The language of the company's people: German where it is installed."""
    german = env["res.lang"].search([("code", "=", "de_DE")])
    return german.code or env.lang


def create_company(env):
    """The company in euro, with just as much bookkeeping as invoices need."""
    euro = env.ref("base.EUR")
    euro.active = True
    # A localization would be installed in the midst of this (its chart is not needed here),
    # and a company with an internet domain would be looked up at a paid service.
    company = (
        env["res.company"]
        .with_context(install_mode=True)
        .create(
            {
                "name": story.COMPANY,
                "currency_id": euro.id,
                "country_id": env.ref("base.de").id,
                "street": "Werkstraße 12",
                "zip": "34117",
                "city": "Kassel",
            }
        )
    )
    company.partner_id.write(
        {
            "tz": "Europe/Berlin",
            "email": f"info@{story.DOMAIN}",
            "phone": "+49 561 5550100",
            "website": f"https://www.{story.DOMAIN}",
        }
    )
    company.resource_calendar_id.write({"tz": "Europe/Berlin", "hours_per_day": 8.0})
    env.ref("base.user_admin").write(
        {"company_ids": [Command.link(company.id)], "company_id": company.id}
    )
    return company


def create_house(env):
    """Accounts, journal, tax and products of the company of ``env``."""
    company = env.company
    accounts = {
        kind: env["account.account"].create(
            {
                "code": code,
                "name": name,
                "account_type": kind,
                "company_ids": [Command.set(company.ids)],
            }
        )
        for kind, code, name in (
            ("asset_receivable", "140000", "Forderungen aus Lieferungen und Leistungen"),
            ("income", "840000", "Umsatzerlöse 19 % USt"),
            ("liability_current", "177600", "Umsatzsteuer 19 %"),
        )
    }
    env["ir.default"].set(
        "res.partner",
        "property_account_receivable_id",
        accounts["asset_receivable"].id,
        company_id=company.id,
    )
    journal = env["account.journal"].create(
        {
            "name": "Ausgangsrechnungen",
            "code": "RE",
            "type": "sale",
            "company_id": company.id,
            "default_account_id": accounts["income"].id,
        }
    )
    group = env["account.tax.group"].create({"name": "USt 19 %", "company_id": company.id})
    tax = env["account.tax"].create(
        {
            "name": "19 % USt",
            "amount": 19,
            "type_tax_use": "sale",
            "company_id": company.id,
            "tax_group_id": group.id,
            "country_id": company.country_id.id,
            **_repartition(accounts["liability_current"]),
        }
    )
    category = env["product.category"].create({"name": "Anlagentechnik"})
    products = env["product.product"].create(
        [
            {
                "name": name,
                "type": "service",
                "invoice_policy": "order",
                "list_price": price,
                "standard_price": cost,
                "categ_id": category.id,
                "company_id": company.id,
                "taxes_id": [Command.set(tax.ids)],
                "supplier_taxes_id": [Command.clear()],
                "property_account_income_id": accounts["income"].id,
            }
            for name, price, cost in names.PRODUCTS
        ]
    )
    return House(company, list(products), tax, journal)


def _repartition(account):
    return {
        f"{kind}_repartition_line_ids": [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "account_id": account.id}),
        ]
        for kind in ("invoice", "refund")
    }
