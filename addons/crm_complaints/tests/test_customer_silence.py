# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ComplaintCase, at

TODAY = "2026-06-01 10:00"


@tagged("post_install", "-at_install")
class TestCustomerSilence(ComplaintCase):
    """Silent customers are found by their own rhythm, and a person decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"churn_min_days": 30, "churn_default_days": 365})
        cls.reason = cls.env.ref("crm_complaints.end_reason_competitor")
        for moment in ("2026-01-05 09:00", "2026-01-25 09:00", "2026-02-14 09:00"):
            with freeze_time(at(moment)):
                cls._order(price=200)  # every 20 days: limit 60, silent from 16 April
                cls.env.flush_all()
        with freeze_time(at("2026-05-20 09:00")):
            cls._order(partner=cls.other_customer)
            cls.env.flush_all()

    def setUp(self):
        super().setUp()
        clock = freeze_time(at(TODAY))
        clock.start()
        self.addCleanup(clock.stop)
        self.env["crm.customer.lifecycle"]._cron_refresh()
        self.row = self._row()

    def _row(self):
        return self.env["crm.customer.lifecycle"].search([("partner_id", "=", self.customer.id)])

    def _refresh(self, moment):
        with freeze_time(at(moment)):
            self.env["crm.customer.lifecycle"]._cron_refresh()

    def _decide(self, action, **values):
        form = Form(self.env[action["res_model"]].with_user(self.seller).with_context(
            **action["context"]))  # fmt: skip
        for name, value in values.items():
            form[name] = value
        return form.save().action_decide()

    def _to_decide(self, user):
        domain = [("silence_state", "=", "open"), ("company_id", "=", self.company.id)]
        return self.env["crm.customer.lifecycle"].with_user(user).search(domain)

    def test_rule_in_words(self):
        self.assertEqual((self.row.lost_on, self.row.lost_kind, self.row.silence_state),
                         (date(2026, 4, 16), "silent", "open"))  # fmt: skip
        self.assertEqual((self.row.rhythm_days, self.row.rhythm_gaps, self.row.silence_limit),
                         (20, 2, 60))  # fmt: skip
        words = self.row.with_context(lang="en_US").silence_words
        self.assertEqual(
            words,
            "Orders every 20 days (median of 2 distances); silent for 107 days, "
            "limit 60 days (3 times the distance)",
        )
        self.company.churn_min_days = 80
        self.env["crm.customer.lifecycle"]._cron_refresh()
        self.row.invalidate_recordset()
        self.assertIn("limit 80 days (the company's shortest)", self.row.silence_words)
        single = self.env["crm.customer.lifecycle"].search(
            [("partner_id", "=", self.other_customer.id)]
        )
        self.assertIs(single.rhythm_days, False)
        self.assertEqual(single.silence_state, False)
        self.assertIn("silent for 12 days, limit 365 days", single.silence_words)

    def test_only_the_own_ones_to_decide(self):
        self.assertEqual(self._to_decide(self.seller), self.row)
        self.assertFalse(self._to_decide(self.colleague))
        self.assertEqual(self._to_decide(self.leader), self.row)
        self.assertEqual(self._to_decide(self.manager), self.row)

    def test_confirmed_with_a_reason(self):
        action = self.row.with_user(self.seller).action_confirm_lost()
        self._decide(action, reason_id=self.reason, note="Bought elsewhere")
        end = self.env["crm.customer.end"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((end.ended_on, end.reason_id, end.user_id),
                         (date(2026, 4, 16), self.reason, self.seller))  # fmt: skip
        self.assertEqual(end.yearly_value, 600)
        # Still lost on the same day: the number of lost customers of April stays
        self.assertEqual((self.row.lost_on, self.row.lost_kind, self.row.silence_state),
                         (date(2026, 4, 16), "ended", False))  # fmt: skip
        self.assertFalse(self._to_decide(self.seller))

    def test_dismissed_until_a_day_and_remembered(self):
        action = self.row.with_user(self.seller).action_dismiss_silence()
        self._decide(action, why="season", until="2026-09-30", note="Baut nur im Herbst")
        self.assertEqual((self.row.lost_on, self.row.silence_state), (False, "dismissed"))
        self.assertIn("Baut nur im Herbst", self.row.silence_words)
        decision = self.env["crm.customer.silence"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((decision.decided_on, decision.why, decision.user_id, decision.create_uid),
                         (date(2026, 6, 1), "season", self.seller, self.seller))  # fmt: skip
        self._refresh("2026-09-30 12:00")
        self.assertEqual(self.row.silence_state, "dismissed")
        self._refresh("2026-10-01 00:30")
        self.assertEqual((self.row.lost_on, self.row.silence_state),
                         (date(2026, 10, 1), "open"))  # fmt: skip

    def test_dismissed_is_used_up_by_the_next_order(self):
        self.row._dismiss_silence("2027-12-31", "talking")
        self._order(price=10)
        self.env.flush_all()
        row = self._row()
        self.assertEqual((row, row.silence_state, row.lost_on), (self.row, False, False))
        self._refresh("2027-06-01 10:00")
        self.assertEqual(row.silence_state, "open", "a new silence is judged anew")

    def test_taking_the_decision_back(self):
        decision = self.row._dismiss_silence("2026-12-31", "talking")
        self.assertFalse(self.row.lost_on)
        decision.unlink()
        self.assertEqual(self.row.lost_on, date(2026, 4, 16))

    def test_confirmed_after_having_been_dismissed(self):
        self.row._dismiss_silence("2026-12-31", "talking")
        self.row._confirm_lost(self.reason)
        self.assertEqual((self.row.lost_on, self.row.lost_kind), (date(2026, 4, 16), "ended"))

    def test_nonsense_is_refused(self):
        with self.assertRaises(ValidationError):
            self.env["crm.customer.lifecycle"].search(
                [("partner_id", "=", self.other_customer.id)]
            )._confirm_lost(self.reason)
        for values in ({"until": "2026-05-31"}, {"until": False}, {"why": False}):
            wizard = self.env["crm.customer.silence.decide"].create(
                {"decision": "dismiss", "lifecycle_ids": self.row.ids, **values}
            )
            with self.assertRaises(UserError):
                wizard.action_decide()
        wizard = self.env["crm.customer.silence.decide"].create(
            {"decision": "confirm", "lifecycle_ids": self.row.ids}
        )
        with self.assertRaises(UserError):
            wizard.action_decide()
        self.assertFalse(self.env["crm.customer.end"].search(
            [("partner_id", "=", self.customer.id)]))  # fmt: skip

    def test_nobody_decides_about_foreign_customers(self):
        wizards = self.env["crm.customer.silence.decide"].with_user(self.colleague)
        values = {"decision": "dismiss", "lifecycle_ids": [(6, 0, self.row.ids)]}
        with self.assertRaises(AccessError):
            wizards.create(values | {"until": "2026-12-31"}).action_decide()
        with self.assertRaises(AccessError):
            self.row.with_user(self.colleague)._confirm_lost(self.reason)
        self.assertFalse(self.env["crm.customer.silence"].search(
            [("partner_id", "=", self.customer.id)]))  # fmt: skip

    def test_merged_customers_keep_the_decision(self):
        self.row._dismiss_silence("2026-12-31", "talking")
        twin = self.env["res.partner"].create({"name": "Kunde Zwei", "is_company": True})
        self.env["base.partner.merge.automatic.wizard"]._merge((self.customer | twin).ids, twin)
        self.env.flush_all()
        self.env.invalidate_all()
        row = self.env["crm.customer.lifecycle"].search([("partner_id", "=", twin.id)])
        self.assertEqual((row.silence_state, row.lost_on), ("dismissed", False))

    def test_companies_decide_apart(self):
        second = self._new_company("Zweite GmbH")
        self.env["crm.customer.silence"].create(
            {"partner_id": self.customer.id, "company_id": second.id, "until": "2027-01-01"}
        )
        self.assertEqual(self.row.silence_state, "open")
