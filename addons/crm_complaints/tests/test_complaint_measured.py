# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.crm_complaint_measured import MEASURED_FIELDS
from .common import ComplaintCase, at


@tagged("post_install", "-at_install")
class TestComplaintMeasured(ComplaintCase):
    """Acknowledgement, and what the system measures."""

    def test_acknowledged_once_at_the_earliest(self):
        complaint = self._complaint(received_on=at("2026-03-02 08:00"))
        self.assertFalse(complaint.acknowledged_on)
        complaint._mark_acknowledged(at("2026-03-02 08:01"))
        complaint._mark_acknowledged(at("2026-03-02 09:00"))
        self.assertEqual(complaint.acknowledged_on, at("2026-03-02 08:01"))
        with freeze_time(at("2026-03-02 10:00")):
            complaint.action_answered_by_phone()
        self.assertEqual(complaint.first_answer_on, at("2026-03-02 10:00"))
        self.assertEqual(complaint.acknowledged_on, at("2026-03-02 08:01"))

    def test_first_answer_acknowledges(self):
        complaint = self._complaint(user_id=self.seller.id).with_user(self.seller)
        with freeze_time(at("2026-03-02 10:00")):
            complaint.action_answered_by_phone()
        self.assertEqual(complaint.acknowledged_on, at("2026-03-02 10:00"))
        with freeze_time(at("2026-03-02 11:00")):
            complaint._mark_acknowledged()
        self.assertEqual(complaint.acknowledged_on, at("2026-03-02 10:00"))

    def test_nobody_writes_what_is_measured(self):
        complaint = self._complaint(user_id=self.seller.id)
        values = {
            "first_answer_on": "2026-01-01 00:00:00",
            "acknowledged_on": "2026-01-01 00:00:00",
            "reopen_count": 0,
        }
        self.assertEqual(set(values), MEASURED_FIELDS)
        computed = {
            "work_days_to_resolution": 0.1,
            "due_on": "2036-01-01 00:00:00",
            "is_closed": True,
            "rated_on": "2026-01-01 00:00:00",
        }
        for user in (self.seller, self.leader, self.all_seller):
            complaint.user_id = user
            for name, value in (values | computed).items():
                with self.subTest(user=user.login, field=name):
                    with self.assertRaises(AccessError):
                        complaint.with_user(user).write({name: value})
                    with self.assertRaises(AccessError):
                        self._complaint(user, **{name: value})
        for name, value in computed.items():
            with self.subTest(field=name), self.assertRaises(AccessError):
                complaint.with_user(self.manager).write({name: value})

    def test_an_administrator_imports_the_past(self):
        complaints = self.env["crm.complaint"].with_user(self.manager)
        fields = complaints.fields_get(MEASURED_FIELDS, ["readonly"])
        self.assertFalse(any(field["readonly"] for field in fields.values()))
        fields = complaints.with_user(self.seller).fields_get(MEASURED_FIELDS, ["readonly"])
        self.assertTrue(all(field["readonly"] for field in fields.values()))
        result = complaints.load(
            ["name", "received_on", "first_answer_on", "reopen_count"],
            [["Old one", "2024-03-04 08:00:00", "2024-03-04 09:00:00", "2"]],
        )
        self.assertFalse(result["messages"])
        old = complaints.browse(result["ids"])
        self.assertEqual(old.acknowledged_on, at("2024-03-04 10:00"))
        self.assertEqual(old.reopen_count, 2)
