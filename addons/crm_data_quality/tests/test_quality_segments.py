# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, fields
from odoo.tests import tagged

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualitySegments(QualityCase):
    """Where findings pile up, counted set-based and opened with the same number."""

    def segments(self, check, kind):
        found = self.env["crm.quality.segment"].search(
            [("check_id", "=", check.id), ("kind", "=", kind)]
        )
        return {item.label: (item.failed, item.total, item.share) for item in found}

    def assert_drill_down(self, check):
        segments = self.env["crm.quality.segment"].search([("check_id", "=", check.id)])
        self.assertTrue(segments)
        findings = self.env["crm.quality.finding"].with_user(self.manager)
        for segment in segments.with_user(self.manager):
            domain = segment.action_open_findings()["domain"] + [("is_accepted", "=", False)]
            with self.subTest(kind=segment.kind, segment=segment.label):
                self.assertEqual(findings.search_count(domain), segment.failed)

    def test_customers(self):
        tag = self.env["res.partner.category"].create({"name": "Fair"})
        values = {"country_id": self.austria.id, "user_id": self.seller.id}
        for _number in range(3):
            self.customer(category_id=tag.ids, **values)
        self.customer(email="a@bau-muster.de", **values)
        for _number in range(4):
            self.customer(email="b@bau-muster.de", country_id=self.germany.id)
        old = self.customer(country_id=self.germany.id)
        self.age(old, 800)
        accepted = self.customer(country_id=self.germany.id, name="OK")
        check = self.run_check("company_email")
        self.env["crm.quality.finding"].search(
            [("check_id", "=", check.id), ("partner_id", "=", accepted.id)]
        ).action_accept()
        check = self.run_check("company_email")
        self.assertEqual((check.done_count, check.finding_count), (10, 4))
        self.assertEqual(self.segments(check, "country"), {"Austria": (3, 4, 75.0)})
        self.assertEqual(self.segments(check, "owner"), {self.seller.name: (3, 4, 75.0)})
        self.assertEqual(self.segments(check, "tag"), {"Fair": (3, 3, 100.0)})
        [(label, numbers)] = self.segments(check, "month").items()
        self.assertEqual(numbers, (1, 1, 100.0))
        self.assertIn(str(fields.Datetime.subtract(fields.Datetime.now(), days=800).year), label)
        self.assert_drill_down(check)
        result = check.result_ids.filtered("is_selected")
        self.assertEqual(result.worst_segment, "Fair: 3 of 3")
        self.assertFalse(self.segments(check, "source"), "customers have none")

    def test_without_a_value(self):
        self.customer(email="a@bau-muster.de", user_id=self.seller.id, country_id=self.germany.id)
        self.customer()
        check = self.run_check("company_email")
        self.assertEqual(self.segments(check, "owner"), {"No Salesperson": (1, 1, 100.0)})
        self.assertEqual(self.segments(check, "country"), {"No Country": (1, 1, 100.0)})
        self.assert_drill_down(check)

    def test_a_missing_country_lies_in_no_country(self):
        self.customer(country_id=self.germany.id)
        self.customer()
        self.assertFalse(self.segments(self.run_check("country"), "country"))
        self.assertFalse(self.segments(self.run_check("owner"), "owner"))

    def test_leads(self):
        source = self.env["utm.source"].create({"name": "Fair"})
        tag = self.env["crm.tag"].create({"name": "Hall"})
        for _number in range(2):
            self.lead(source_id=source.id, tag_ids=[Command.link(tag.id)], user_id=False)
        self.lead(email_from="a@bau-muster.de", user_id=self.seller.id)
        self.lead(user_id=self.seller.id, phone="089 123456")
        check = self.run_lead_check("lead_contact")
        self.assertEqual(self.segments(check, "source"), {"Fair": (2, 2, 100.0)})
        self.assertEqual(self.segments(check, "tag"), {"Hall": (2, 2, 100.0)})
        self.assertEqual(self.segments(check, "owner"), {"No Salesperson": (2, 2, 100.0)})
        self.assert_drill_down(check)

    def test_month_of_the_person_who_checks(self):
        """31 January, 23:30 UTC is February in Berlin."""
        self.manager.tz = "Europe/Berlin"
        late, other = self.customer(), self.customer(email="a@bau-muster.de")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = '2025-01-31 23:30:00' WHERE id = %s", late.ids
        )
        self.env.invalidate_all()
        check = self.run_check("company_email")
        self.assertEqual(self.segments(check, "month"), {"February 2025": (1, 1, 100.0)})
        self.assert_drill_down(check)
        self.assertTrue(other)

    def test_the_worst_three_of_each_kind(self):
        countries = self.env["res.country"].search([], limit=5)
        for number, country in enumerate(countries):
            for _customer in range(number + 1):
                self.customer(country_id=country.id)
        for _number in range(30):
            self.customer(email="a@bau-muster.de")
        found = self.segments(self.run_check("company_email"), "country")
        self.assertEqual(sorted(numbers[0] for numbers in found.values()), [3, 4, 5])
