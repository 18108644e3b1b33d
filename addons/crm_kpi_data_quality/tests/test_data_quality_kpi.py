# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_data_quality.tests.common import QualityCase


@tagged("post_install", "-at_install")
class TestDataQualityKpi(QualityCase):
    """The KPIs show the latest finished check that counts, as it was at the end of a period."""

    def card(self, code, period="this_month", user=None, **context):
        kpi = self.env["crm.kpi"].search([("code", "=", code)])
        kpi = kpi.with_user(user or self.manager).with_context(kpi_period=period, **context)
        kpi.invalidate_recordset(flush=False)  # a card is computed once per request
        return kpi.card

    def finished(self, rules, minutes=5, **values):
        """A check that was finished some minutes ago: a stock is taken before "now"."""
        check = self.run_check(rules, **values)
        moment = fields.Datetime.now() - timedelta(minutes=minutes)
        check.sudo().write({"finished_on": moment})
        check._refresh_validity()
        return check

    def test_no_check_no_data(self):
        self.env["crm.quality.check"].search([]).unlink()
        for code in (
            "data_quality",
            "data_complete",
            "data_valid",
            "data_consistent",
            "data_current",
            "data_unique",
            "duplicates_open",
            "duplicates_found",
        ):
            card = self.card(code)
            self.assertEqual((card["state"], card["value"]), ("no_data", None), code)
            self.assertIn("Not checked yet", card["reason"], code)

    def test_latest_check(self):
        self.env["crm.quality.check"].search([]).unlink()
        customer = self.customer(email="odd", user_id=self.seller.id)
        self.customer(email="info@bau-muster.de")
        rules = ["company_email", "company_phone", "email_form"]
        first = self.finished(rules, minutes=60 * 24 * 60)
        self.assertAlmostEqual(self.card("data_quality")["value"], first.score, 4)
        scores = {score.dimension: score.score for score in first.score_ids}
        self.assertAlmostEqual(self.card("data_complete")["value"], scores["completeness"], 4)
        self.assertAlmostEqual(self.card("data_valid")["value"], 50.0, 4)
        for code in ("data_current", "data_unique"):
            card = self.card(code)
            self.assertEqual(card["state"], "no_data", "not checked is not 0")
            self.assertIn("Not checked yet", card["reason"])
        card = self.card("data_valid", "year:2020")
        self.assertEqual(card["state"], "no_data", "before the first check")
        self.assertIn("Not checked yet", card["reason"])
        self.finished("company_email", is_reference=False)
        customer.email = "fixed@bau-muster.de"
        second = self.finished(rules)
        self.assertAlmostEqual(self.card("data_quality")["value"], second.score, 4)
        self.assertAlmostEqual(self.card("data_valid")["value"], 100.0, 4)
        before = self.card("data_valid", "last_month")
        self.assertAlmostEqual(before["value"], 50.0, 4, "as it was then")

    def test_breakdown_by_person(self):
        self.env["crm.quality.check"].search([]).unlink()
        self.customer(email="odd", user_id=self.seller.id)
        self.customer(email="info@bau-muster.de", user_id=self.manager.id)
        self.finished("email_form")
        kpi = self.env["crm.kpi"].search([("code", "=", "data_valid")]).with_user(self.manager)
        rows = kpi.with_context(kpi_period="this_month").get_breakdown("user")["rows"]
        values = {row["id"]: row["card"]["value"] for row in rows}
        self.assertEqual(values, {self.seller.id: 0.0, self.manager.id: 100.0})

    def test_own_checks_only(self):
        self.env["crm.quality.check"].search([]).unlink()
        self.customer(email="odd")
        self.finished("email_form")
        self.assertEqual(self.card("data_valid", user=self.seller)["state"], "no_data")

    def test_orders_are_activity(self):
        buyer, silent = self.customer(name="Buyer"), self.customer(name="Silent")
        order = self.env["sale.order"].create({"partner_id": buyer.id})
        self.assertTrue(order.date_order)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = create_date - interval '3 years' WHERE id IN %s",
            ((buyer + silent)._ids,),
        )
        self.env.invalidate_all()
        self.assert_rule("activity", buyer, silent)
        order.action_cancel()
        self.assert_rule("activity", self.partners, buyer + silent)

    # ------------------------------------------------------------ against plain Python
    def naive(self, env):
        """The five figures now, from what ``search`` returns: dict code → percentage or None."""
        valid = [("is_reference", "=", True), ("valid_from", "!=", False), ("valid_to", "=", False)]
        companies = [("company_id", "in", env.companies.ids)]
        scores = env["crm.quality.score"].search(valid + companies)

        def share(records, top, bottom):
            whole = sum(records.mapped(bottom))
            return 100 * sum(records.mapped(top)) / whole if whole else None

        def dimension(name):
            return share(
                scores.filtered(lambda score: score.dimension == name), "numerator", "denominator"
            )

        checks = scores.check_id.filtered(lambda check: check.score is not False)
        customers = sum(checks.mapped("done_count"))
        total = sum(check.score * check.done_count for check in checks)
        return {
            "data_quality": total / customers if customers else None,
            "data_complete": dimension("completeness"),
            "data_valid": dimension("validity"),
            "data_consistent": dimension("consistency"),
            "data_current": dimension("currentness"),
            "data_unique": dimension("uniqueness"),
            "duplicates_open": self.naive_duplicates(env, valid + companies),
            "duplicate_groups_open": len(self.naive_groups(env)) or None,
            "duplicates_found": self.naive_found(scores.check_id),
        }

    def naive_groups(self, env):
        return env["crm.duplicate.cluster"].search(
            [("state", "=", "open"), ("kind", "=", "customers"),
             ("company_id", "in", env.companies.ids)]
        )  # fmt: skip

    def naive_found(self, checks):
        """Findings of the rule against duplicates, counted one by one; None if it was not asked."""
        asked = checks.result_ids.filtered(
            lambda result: (
                result.rule_id.check_method == "duplicate"
                and result.is_selected
                and not result.not_checked_reason
            )
        )
        if not asked:
            return None
        return checks.env["crm.quality.finding"].search_count(
            [("check_id", "in", checks.ids), ("rule_id.check_method", "=", "duplicate")]
        )

    def naive_duplicates(self, env, domain):
        """Surplus records of undecided duplicates per 100 customers that were judged, or None."""
        judged = sum(env["crm.quality.owner"].search(domain).mapped("uniqueness_applicable"))
        found = self.naive_groups(env)
        return 100 * sum(found.mapped("surplus_count")) / judged if judged else None

    def test_every_kpi_against_plain_python(self):
        self.env["crm.quality.check"].search([]).unlink()
        second = self.second_company()
        for number in range(9):
            self.customer(
                email=("odd", "a@bau-muster.de", False)[number % 3],
                phone=number % 2 and "089 123456",
                user_id=number % 2 and self.seller.id,
                company_id=number > 5 and second.id,
            )
        for _twice in range(2):
            self.customer(name="Vogt Optik GmbH", email="info@vogt-optik.de", phone="030 7654321")
        search = self.env["crm.duplicate.search"].with_user(self.manager).create({})
        search.action_start()
        self.assertEqual(search.run_state, "done")
        clusters = self.env["crm.duplicate.cluster"].search([("state", "=", "open")])
        clusters.found_on = fields.Datetime.now() - timedelta(minutes=35)
        self.finished(None, minutes=30)
        model = self.env["crm.quality.check"].with_context(allowed_company_ids=second.ids)
        other = model.with_user(self.manager).create({"scope_domain": "[('ref', '=', 'QTEST')]"})
        other.action_start()
        other.sudo().finished_on = fields.Datetime.now() - timedelta(minutes=20)
        other._refresh_validity()
        shipped = self.env["ir.model.data"].search(
            [("module", "=", "crm_kpi_data_quality"), ("model", "=", "crm.kpi")]
        )
        codes = set(self.env["crm.kpi"].browse(shipped.mapped("res_id")).mapped("code"))
        self.assertTrue(self.naive(self.env(user=self.manager))["duplicates_open"])
        for user in (self.manager, self.seller):
            for companies in (self.env.company, second, self.env.company | second):
                if companies - user.company_ids:
                    continue
                env = self.env(user=user, context={"allowed_company_ids": companies.ids})
                expected = self.naive(env)
                self.assertEqual(set(expected), codes, "every KPI has its counterpart")
                self.assertEqual(expected["data_quality"] is None, user == self.seller)
                for code, value in expected.items():
                    card = self.card(code, user=user, allowed_company_ids=companies.ids)
                    with self.subTest(code, user=user.login, companies=companies.mapped("name")):
                        if value is None:
                            self.assertEqual(card["state"], "no_data")
                        else:
                            self.assertAlmostEqual(card["value"], value, 4)
