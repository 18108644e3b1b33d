# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.tests import TransactionCase, new_test_user


class LeadProcessCommon(TransactionCase):
    """A pipeline of its own in a company that works in Berlin."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls.env["res.company"].create({"name": "Berlin GmbH"})
        cls.company.resource_calendar_id.tz = "Europe/Berlin"
        cls.anna = new_test_user(
            cls.env,
            login="anna",
            groups="sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.bert = new_test_user(
            cls.env,
            login="bert",
            groups="sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.leader = new_test_user(
            cls.env,
            login="leader",
            groups="sales_team.group_sale_salesman,crm_kpi.group_kpi_team_leader",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.boss = new_test_user(
            cls.env,
            login="boss",
            groups="sales_team.group_sale_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.team = cls.env["crm.team"].create(
            {"name": "North", "company_id": cls.company.id, "user_id": cls.leader.id}
        )
        cls.other_team = cls.env["crm.team"].create(
            {"name": "South", "company_id": cls.company.id, "user_id": cls.boss.id}
        )
        cls.new, cls.talk, cls.won = cls.env["crm.stage"].create(
            [
                {"name": "T New", "sequence": 1},
                {"name": "T Talk", "sequence": 2},
                {"name": "T Won", "sequence": 3, "is_won": True},
            ]
        )
        cls.Log = cls.env["crm.lead.stage.log"]

    @classmethod
    def _lead(cls, at, **values):
        with freeze_time(at):
            lead = cls.env["crm.lead"].create(
                {
                    "name": "Deal",
                    "type": "opportunity",
                    "company_id": cls.company.id,
                    "team_id": cls.team.id,
                    "user_id": cls.anna.id,
                    "stage_id": cls.new.id,
                    **values,
                }
            )
        # The database clock does not freeze.
        lead.flush_recordset()
        cls.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = %s", (at, lead.id))
        lead.invalidate_recordset(["create_date"])
        lead.modified(["create_date"])
        lead.stage_log_ids.entered_on = at
        return lead

    @classmethod
    def _write(cls, at, lead, **values):
        with freeze_time(at):
            lead.write(values)
            lead.flush_recordset()

    def _stays(self, lead):
        self.env.flush_all()
        return [
            (log.stage_id, log.entered_on, log.left_on, log.outcome)
            for log in self.Log.search([("lead_id", "=", lead.id)], order="entered_on, id")
        ]
