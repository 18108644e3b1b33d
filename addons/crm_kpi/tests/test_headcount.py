# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
@freeze_time("2026-05-20 09:30:00")
class TestHeadcount(TransactionCase):
    """Full-time equivalents of each department, by the employees' dated versions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Nordwerk GmbH"})
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.boss = new_test_user(
            cls.env,
            login="hr_boss",
            groups="sales_team.group_sale_manager,hr.group_hr_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.sales, cls.service = cls.env["hr.department"].create(
            [{"name": name, "company_id": cls.company.id} for name in ("Sales", "Service")]
        )
        cls.half = cls.company.resource_calendar_id.copy({"name": "Half"})
        cls.half.attendance_ids.filtered(lambda line: line.day_period != "morning").unlink()

    def employee(self, since, **values):
        employee = self.env["hr.employee"].create(
            {"name": "E", "company_id": self.company.id, "date_version": since, **values}
        )
        self.assertEqual(str(employee.version_id.date_version), since)
        return employee

    def value(self, period, code="headcount", **filters):
        self.env.flush_all()
        self.env.invalidate_all()
        kpi = self.env["crm.kpi"].search([("code", "=", code)])
        card = kpi.with_user(self.boss).with_context(
            kpi_period=period, kpi_filters=json.dumps(filters), tz="Europe/Berlin"
        ).card  # fmt: skip
        return card["value"]

    def test_department_and_hours_of_the_time(self):
        moved = self.employee("2026-01-01", department_id=self.sales.id)
        moved.create_version({"date_version": "2026-03-16", "department_id": self.service.id})
        halved = self.employee("2026-01-01", department_id=self.sales.id)
        halved.create_version({"date_version": "2026-04-11", "resource_calendar_id": self.half.id})
        share = self.half.hours_per_week / self.company.resource_calendar_id.hours_per_week
        self.assertAlmostEqual(share, 0.5)
        sales, service = {"department": [self.sales.id]}, {"department": [self.service.id]}
        self.assertAlmostEqual(self.value("month:2026-02", **sales), 2)
        self.assertAlmostEqual(self.value("month:2026-03", **sales), 1 + 15 / 31)
        self.assertAlmostEqual(self.value("month:2026-03", **service), 16 / 31)
        self.assertAlmostEqual(self.value("month:2026-03"), 2)
        self.assertAlmostEqual(self.value("month:2026-04", **sales), (10 + 20 * share) / 30)
        self.assertAlmostEqual(self.value("month:2026-04", **service), 1)

    def test_who_leaves_counts_to_the_last_day(self):
        leaver = self.employee("2026-01-01")
        leaver.departure_date = "2026-03-10"
        leaver.active = False
        self.assertAlmostEqual(self.value("month:2026-02"), 1)
        self.assertAlmostEqual(self.value("month:2026-03"), 10 / 31)
        self.assertAlmostEqual(self.value("month:2026-04"), 0)

    def test_archived_without_a_date_stays_in_the_past(self):
        employee = self.employee("2026-01-01")
        employee.active = False
        self.assertAlmostEqual(self.value("month:2026-04"), 1)
        version = employee.version_id
        archived_on = version.headcount_to
        self.assertTrue(archived_on)
        # what happens to the record later does not move the day of leaving
        self.env.cr.execute(
            "UPDATE hr_employee SET write_date = write_date + interval '90 days' WHERE id = %s",
            (employee.id,),
        )
        employee.invalidate_recordset()
        version.resource_calendar_id = self.half
        self.env.flush_all()
        self.assertEqual(version.headcount_to, archived_on)
        employee.active = True
        self.assertFalse(version.headcount_to)

    def test_contract(self):
        employee = self.employee("2026-01-01")
        employee.version_id.write(
            {"contract_date_start": "2026-03-02", "contract_date_end": "2026-03-31"}
        )
        self.assertAlmostEqual(self.value("month:2026-03"), 30 / 31)
        self.assertAlmostEqual(self.value("month:2026-04"), 0)

    def test_running_period_counts_the_days_gone(self):
        self.employee("2026-05-11")
        self.assertAlmostEqual(self.value("this_month"), 10 / 20)
