# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityRead(QualityCase):
    """Records of a batch are read as `read` reads them, only faster."""

    def assert_same(self, records, names):
        check = self.env["crm.quality.check"].with_user(self.manager).new({})
        records = records.with_user(self.manager)
        expected = {row["id"]: row for row in records.read(names, load=None)}
        self.env.invalidate_all()
        self.assertEqual(check._read_rows(records, names), expected)

    def rules_fields(self, subject):
        rules = self.env["crm.quality.rule"].search([("subject", "=", subject)])
        return sorted({"user_id"} | rules._read_fields())

    def test_customers(self):
        full = self.customer(
            email="a@x.de", phone="089 123456", vat="DE136695976", user_id=self.seller.id,
            country_id=self.germany.id, zip="80331", city="München", comment="<p>Late</p>",
            message_bounce=3, lang="en_US",
        )  # fmt: skip
        self.env["mail.blacklist"]._add("a@x.de")
        empty = self.customer(name=False, is_company=False, type="delivery", parent_id=full.id)
        full.write({"city": "Bonn"})  # not flushed yet
        names = self.rules_fields("res.partner")
        self.assertIn("is_blacklisted", names)
        more = ["comment", "category_id", "message_bounce", "date_localization", "barcode"]
        known = [name for name in more if name in self.partners._fields]
        self.assert_same(full + empty, sorted({*names, *known}))

    def test_leads(self):
        full = self.lead(
            email_from="a@x.de", partner_name="Bau", expected_revenue=12.5, priority="2",
            date_deadline="2026-11-30", country_id=self.germany.id, user_id=self.seller.id,
        )  # fmt: skip
        names = self.rules_fields("crm.lead")
        more = ["expected_revenue", "priority", "date_deadline", "tag_ids", "probability"]
        self.assert_same(full + self.lead(), sorted({*names, *more}))

    def test_what_was_deleted_meanwhile_is_left_out(self):
        customer, gone = self.customer(), self.customer()
        gone.unlink()
        check = self.env["crm.quality.check"].new({})
        self.assertEqual(set(check._read_rows(customer + gone, ["name"])), set(customer.ids))
