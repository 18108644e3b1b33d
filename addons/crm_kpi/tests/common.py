# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL

SALES_GROUPS = {
    "own": "sales_team.group_sale_salesman",
    "all": "sales_team.group_sale_salesman_all_leads",
    "manager": "sales_team.group_sale_manager",
}


class KpiCase(TransactionCase):
    """Two companies in two currencies, two teams, one user per role; Europe/Berlin."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={**cls.env.context, "tracking_disable": True, "tz": "Europe/Berlin"}
        )
        cls.company = cls.env["res.company"].create({"name": "Nordwerk GmbH"})
        cls.company.currency_id = cls.env.ref("base.EUR")
        cls.other_company = cls.env["res.company"].create(
            {"name": "Alpwerk AG", "currency_id": cls.env.ref("base.CHF").id}
        )
        cls.env.ref("base.CHF").active = True
        cls.env.ref("base.EUR").active = True
        companies = cls.company | cls.other_company
        cls.users = {}
        for name, groups in {
            "anna": SALES_GROUPS["own"],
            "bernd": SALES_GROUPS["own"],
            "lena": f"{SALES_GROUPS['own']},crm_kpi.group_kpi_team_leader",
            "olga": SALES_GROUPS["all"],
            "max": SALES_GROUPS["manager"],
        }.items():
            cls.users[name] = new_test_user(
                cls.env,
                login=f"kpi_{name}",
                groups=groups,
                company_id=cls.company.id,
                company_ids=[fields.Command.set(companies.ids)],
                tz="Europe/Berlin",
            )
        cls.north, cls.south = cls.env["crm.team"].create(
            [
                {
                    "name": "Nord",
                    "company_id": cls.company.id,
                    "user_id": cls.users["lena"].id,
                    "member_ids": [fields.Command.set([cls.users["anna"].id])],
                },
                {
                    "name": "Süd",
                    "company_id": cls.company.id,
                    "member_ids": [fields.Command.set([cls.users["bernd"].id])],
                },
            ]
        )
        cls.source = cls.env["crm.kpi.source"].create(
            {
                "name": "Test leads",
                "code": "test_lead",
                "model_name": "crm.lead",
                "include_archived": True,
                "dimension_ids": [
                    fields.Command.create(
                        {
                            "dimension_id": cls.env.ref(f"crm_kpi.dimension_{code}").id,
                            "field_name": name,
                        }
                    )
                    for code, name in (
                        ("team", "team_id"),
                        ("user", "user_id"),
                        ("company", "company_id"),
                    )
                ],
            }
        )

    @classmethod
    def make_lead(cls, created, team=None, user=None, company=None, **values):
        """A lead created at a UTC moment given as text."""
        lead = cls.env["crm.lead"].create(
            {
                "name": "Anfrage",
                "type": "lead",
                "team_id": team.id if team else False,
                "user_id": cls.users[user].id if user else False,
                "company_id": (company or cls.company).id,
                **values,
            }
        )
        lead.flush_recordset()
        cls.env.cr.execute(
            SQL("UPDATE crm_lead SET create_date = %s WHERE id = %s", created, lead.id)
        )
        lead.invalidate_recordset(["create_date"])
        return lead

    @classmethod
    def make_measure(cls, code, **values):
        """A measure on the test source, by creation date."""
        return cls.env["crm.kpi.measure"].create(
            {
                "name": code,
                "code": code,
                "source_id": cls.source.id,
                "date_field": "create_date",
                **values,
            }
        )

    @classmethod
    def make_kpi(cls, code, measure=None, **values):
        """A KPI of the support group."""
        return cls.env["crm.kpi"].create(
            {
                "name": code,
                "code": code,
                "group_id": cls.env.ref("crm_kpi.kpi_group_support").id,
                "measure_id": measure.id if measure else False,
                **values,
            }
        )

    def as_user(self, record, name, period, companies=None, **context):
        """The record as a user sees it, in a period."""
        companies = companies or self.company
        return record.with_user(self.users[name]).with_context(
            kpi_period=period,
            tz="Europe/Berlin",
            allowed_company_ids=companies.ids,
            **context,
        )

    def drilled(self, kpi, side="value", member=None):
        """The records the click on a figure opens."""
        action = kpi.action_open_records(side, member)
        model = kpi.env[action["res_model"]].with_context(**action["context"])
        return model.search(action["domain"])
