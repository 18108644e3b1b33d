# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

BERLIN = ZoneInfo("Europe/Berlin")


def at(text):
    """Naive UTC datetime of a clock time in Berlin, e.g. "2026-03-02 09:00"."""
    local = datetime.fromisoformat(text).replace(tzinfo=BERLIN)
    return local.astimezone(UTC).replace(tzinfo=None)


def naive_work_hours(start, end, holidays=()):
    """Working hours (Mon-Fri 8-12 and 13-17 in Berlin) counted minute by minute."""
    minutes = 0
    moment = start
    while moment < end:
        local = moment.replace(tzinfo=UTC).astimezone(BERLIN)
        office = local.weekday() < 5 and local.hour in (8, 9, 10, 11, 13, 14, 15, 16)
        if office and local.date() not in holidays:
            minutes += 1
        moment += timedelta(minutes=1)
    return minutes / 60


class ComplaintCase(TransactionCase):
    """A company with office hours in Berlin, people of each role, two customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls._new_company("Muster GmbH")
        cls.env.user.company_ids |= cls.company
        cls.env.user.company_id = cls.company
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.seller = cls._new_user("seller", "sales_team.group_sale_salesman")
        cls.colleague = cls._new_user("colleague", "sales_team.group_sale_salesman")
        cls.leader = cls._new_user(
            "leader", "sales_team.group_sale_salesman,crm_kpi.group_kpi_team_leader"
        )
        cls.all_seller = cls._new_user("allseller", "sales_team.group_sale_salesman_all_leads")
        cls.manager = cls._new_user("boss", "sales_team.group_sale_manager")
        cls.team = cls.env["crm.team"].create(
            {
                "name": "North",
                "user_id": cls.leader.id,
                "company_id": cls.company.id,
                "member_ids": [Command.link(cls.seller.id)],
            }
        )
        partners = cls.env["res.partner"]
        cls.customer = partners.create(
            {"name": "Kunde AG", "is_company": True, "email": "info@kunde.example"}
        )
        cls.contact = partners.create(
            {"name": "Karla Kunde", "parent_id": cls.customer.id, "email": "karla@kunde.example"}
        )
        cls.other_customer = partners.create(
            {"name": "Andere GmbH", "is_company": True, "email": "post@andere.example"}
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Ladder", "list_price": 100.0, "taxes_id": False, "type": "consu"}
        )
        cls.stages = {
            name: cls.env.ref(f"crm_complaints.stage_{name}")
            for name in ("new", "in_progress", "waiting", "resolved", "rejected")
        }

    @classmethod
    def _new_company(cls, name):
        company = cls.env["res.company"].create(
            {"name": name, "currency_id": cls.env.ref("base.EUR").id}
        )
        hours = [
            Command.create(
                {
                    "name": f"{day}-{start}",
                    "dayofweek": str(day),
                    "hour_from": start,
                    "hour_to": start + 4,
                    "day_period": "morning" if start == 8 else "afternoon",
                }
            )
            for day in range(5)
            for start in (8, 13)
        ]
        company.resource_calendar_id = cls.env["resource.calendar"].create(
            {
                "name": "Office hours",
                "company_id": company.id,
                "tz": "Europe/Berlin",
                "hours_per_day": 8,
                "attendance_ids": [Command.clear(), *hours],
            }
        )
        return company

    @classmethod
    def _new_user(cls, login, groups, **values):
        return new_test_user(
            cls.env,
            f"complaint_{login}",
            groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            email=f"{login}@muster.example",
            **values,
        )

    @classmethod
    def _complaint(cls, user=None, **values):
        values = {
            "name": "Too late",
            "partner_id": cls.customer.id,
            "company_id": cls.company.id,
            **values,
        }
        return cls.env["crm.complaint"].with_user(user or cls.env.user).create(values)

    @classmethod
    def _order(cls, confirm=True, partner=None, user=None, price=100.0, **values):
        order = cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "company_id": cls.company.id,
                "user_id": (user or cls.seller).id,
                "team_id": cls.team.id,
                "order_line": [
                    Command.create(
                        {"product_id": cls.product.id, "product_uom_qty": 1, "price_unit": price}
                    )
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        return order
