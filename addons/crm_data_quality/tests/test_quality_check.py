# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityCheck(QualityCase):
    """The three steps, the score, comparison over time, accepted findings, assignments."""

    def score(self, check, dimension):
        return check.score_ids.filtered(lambda score: score.dimension == dimension)

    def result(self, check, code):
        return check.result_ids.filtered(lambda result: result.rule_id.code == code)

    def test_three_steps(self):
        self.customer(email="info@bau-muster.de")
        check = (
            self.env["crm.quality.check"]
            .with_user(self.manager)
            .create({"scope_domain": "[('ref', '=', 'QTEST')]"})
        )
        self.assertEqual((check.state, check.partner_count), ("scope", 1))
        rules = self.env["crm.quality.rule"].search([("subject", "=", "res.partner")])
        self.assertEqual(check.result_ids.rule_id, rules)
        self.assertEqual(len(check.score_ids), 5)
        check.action_to_checks()
        self.assertEqual(check.state, "checks")
        check.action_to_scope()
        self.assertEqual(check.state, "scope")
        check.action_to_checks()
        check.action_start()
        self.assertEqual((check.state, check.run_state), ("result", "done"))
        self.assertEqual((check.progress, check.done_count), (100.0, 1))
        with self.assertRaises(UserError):
            check.action_start()
        with self.assertRaises(UserError):
            check.action_to_scope()
        with self.assertRaises(UserError):
            check.scope_domain = "[]"
        with self.assertRaises(UserError):
            check.result_ids[0].weight = 5

    def test_default_scope_leaves_own_users_out(self):
        check = self.env["crm.quality.check"].with_user(self.manager).create({})
        partners = check._partners().search(check._customer_domain())
        self.assertNotIn(self.seller.partner_id, partners)
        self.assertIn(
            self.customer(), partners | check._partners().search(check._customer_domain())
        )

    def test_bad_scope(self):
        model = self.env["crm.quality.check"].with_user(self.manager)
        for wrong in ("[('nonsense', '=', 1)]", "[(", "1", "[('id', '=', uid.env)]"):
            with self.subTest(wrong), self.assertRaises(ValidationError):
                model.create({"scope_domain": wrong})
        empty = model.create({"scope_domain": "[('ref', '=', 'NOBODY')]"})
        with self.assertRaises(UserError):
            empty.action_to_checks()

    def test_score_formula(self):
        """Two companies: A has e-mail and phone, B only a wrong e-mail."""
        self.customer(name="A", email="a@bau-muster.de", phone="089 123456")
        self.customer(name="B", email="nonsense")
        check = self.check(["company_email", "company_phone", "email_form"])
        self.result(check, "company_email").weight = 3
        self.result(check, "company_phone").weight = 1
        self.score(check, "validity").weight = 2
        check.action_start()
        completeness = self.score(check, "completeness")
        self.assertEqual((completeness.numerator, completeness.denominator), (7.0, 8.0))
        self.assertEqual(completeness.score, 87.5)
        validity = self.score(check, "validity")
        self.assertEqual(
            (validity.numerator, validity.denominator, validity.score), (2.0, 4.0, 50.0)
        )
        for dimension in ("consistency", "currentness", "uniqueness"):
            self.assertIs(self.score(check, dimension).score, False)
        self.assertAlmostEqual(check.score, (87.5 + 2 * 50) / 3, 4)
        # the effect is what the score rises by when all findings are fixed
        effects = {item.rule_id.code: item.effect for item in check.improvement_ids}
        self.assertAlmostEqual(effects["company_phone"], 12.5 / 3, 4)
        self.assertAlmostEqual(effects["email_form"], 100 / 3, 4)
        self.assertAlmostEqual(check.score + sum(effects.values()), 100.0, 4)
        self.assertEqual(
            check.improvement_ids.sorted("effect", reverse=True)[0].rule_id.code, "email_form"
        )

    def test_nothing_applies(self):
        self.customer(name="Eva Berg", is_company=False)
        check = self.run_check("company_email")
        self.assertIs(check.score, False)
        self.assertIs(self.score(check, "completeness").score, False)
        self.assertEqual(self.result(check, "company_email").not_applicable, 1)
        self.env.cr.execute("SELECT score FROM crm_quality_check WHERE id = %s", check.ids)
        self.assertEqual(self.env.cr.fetchall(), [(None,)])

    def test_comparison_over_time(self):
        customer = self.customer()
        first = self.run_check(["company_email", "company_phone"])
        self.assertFalse(first.previous_id)
        self.assertIs(first.score_change, False)
        customer.email = "info@bau-muster.de"
        action = first.action_check_again()
        second = self.env["crm.quality.check"].browse(action["res_id"])
        self.assertEqual(second.previous_id, first)
        self.assertEqual(
            set(second.result_ids.filtered("is_selected").rule_id.mapped("code")),
            {"company_email", "company_phone"},
        )
        self.assertEqual(first.score, 0.0)
        self.assertAlmostEqual(second.score, 200 / 3, 4)
        self.assertAlmostEqual(second.score_change, 200 / 3, 4)
        self.assertEqual(self.result(second, "company_email").score_change, 100.0)
        self.assertAlmostEqual(self.score(second, "completeness").score_change, 200 / 3, 4)
        self.assertEqual(first.score, 0.0, "the first check keeps its figures")
        other = self.run_check(
            "company_email", scope_domain="[('ref', '=', 'QTEST'), ('id', '>', 0)]"
        )
        self.assertFalse(other.previous_id, "another scope")

    def test_accepted_findings_stay(self):
        good, bad = self.customer(phone="089 123456"), self.customer()
        first = self.run_check("company_phone")
        self.assertEqual((first.score, first.finding_count), (50.0, 1))
        finding = (
            self.env["crm.quality.finding"]
            .with_user(self.manager)
            .search([("check_id", "=", first.id)])
        )
        finding.action_accept()
        self.assertTrue(finding.is_accepted)
        self.assertEqual((first.score, first.finding_count), (100.0, 0))
        result = self.result(first, "company_phone")
        self.assertEqual((result.accepted, result.failed, result.passed), (1, 0, 2))
        finding.action_accept()
        self.assertEqual(result.accepted, 1, "accepting twice counts once")
        second = self.run_check("company_phone")
        self.assertEqual((second.score, second.finding_count), (100.0, 0))
        later = self.env["crm.quality.finding"].search([("check_id", "=", second.id)])
        self.assertEqual((later.partner_id, later.is_accepted), (bad, True))
        later.with_user(self.manager).action_reopen()
        self.assertEqual((second.score, second.finding_count), (50.0, 1))
        third = self.run_check("company_phone")
        self.assertEqual((third.score, third.finding_count), (50.0, 1))
        self.assertTrue(good)

    def test_accepted_until_the_value_changes(self):
        bad = self.customer(email="odd")
        finding = self.env["crm.quality.finding"].search(
            [("check_id", "=", self.run_check("email_form").id)]
        )
        finding.with_user(self.manager).action_accept()
        self.assertEqual(self.run_check("email_form").finding_count, 0)
        bad.email = "also odd"
        self.assertEqual(self.run_check("email_form").finding_count, 1)

    def test_owners_add_up(self):
        self.customer(user_id=self.seller.id, email="a@bau-muster.de")
        self.customer(user_id=self.seller.id)
        self.customer()
        check = self.run_check("company_email")
        owners = {owner.user_id: owner for owner in check.owner_ids}
        nobody = owners[self.env["res.users"]]
        self.assertEqual((nobody.customer_count, nobody.finding_count, nobody.score), (1, 1, 0.0))
        mine = owners[self.seller]
        self.assertEqual((mine.customer_count, mine.finding_count, mine.score), (2, 1, 50.0))
        self.assertEqual(mine.completeness_score, 50.0)
        self.assertIs(mine.validity_score, False)
        completeness = self.score(check, "completeness")
        self.assertEqual(sum(check.owner_ids.mapped("completeness_passed")), completeness.numerator)
        self.assertEqual(
            sum(check.owner_ids.mapped("completeness_applicable")), completeness.denominator
        )

    def test_drill_down_has_the_records_of_the_figure(self):
        self.customer(email="a@bau-muster.de")
        bad = self.customer() + self.customer()
        check = self.run_check("company_email")
        result = self.result(check, "company_email").with_user(self.manager)
        action = result.action_open_list()
        partners = self.env["res.partner"].with_user(self.manager).search(action["domain"])
        self.assertEqual((partners, len(partners)), (bad, result.failed))
        findings = self.env["crm.quality.finding"].search(result.action_open_findings()["domain"])
        self.assertEqual(len(findings), result.failed)
        owner = check.owner_ids
        findings = self.env["crm.quality.finding"].search(owner.action_open_findings()["domain"])
        self.assertEqual(len(findings), owner.finding_count)

    def test_assign(self):
        self.customer(user_id=self.seller.id)
        self.customer()
        check = self.run_check("company_email")
        wizard = (
            self.env["crm.quality.assign"]
            .with_user(self.manager)
            .create({"result_id": self.result(check, "company_email").id, "mode": "owner"})
        )
        self.assertEqual(wizard.finding_count, 2)
        action = wizard.action_assign()
        assignments = self.env["crm.quality.assignment"].search(action["domain"])
        self.assertEqual(assignments.user_id, self.seller + self.manager)
        mine = assignments.filtered(lambda item: item.user_id == self.seller).with_user(self.seller)
        self.assertEqual(mine.activity_ids.user_id, self.seller)
        self.assertEqual(mine.finding_count, 1)
        self.assertEqual(mine.finding_ids.partner_id.user_id, self.seller)
        partners = self.env["res.partner"].with_user(self.seller)
        self.assertEqual(len(partners.search(mine.action_open_partners()["domain"])), 1)
        self.assertTrue(mine.explanation)

    def test_profiles(self):
        self.customer()
        customers = [("subject", "=", "res.partner")]
        for profile in self.env["crm.quality.profile"].search(customers):
            with self.subTest(profile.name):
                check = self.check(profile_id=profile.id)
                self.assertTrue(check.result_ids)
                check.action_start()
                self.assertEqual(check.run_state, "done")
        mailing = self.env.ref("crm_data_quality.profile_mailing")
        check = self.check(profile_id=mailing.id)
        self.assertEqual(check.result_ids.rule_id, mailing.line_ids.rule_id)
        self.assertEqual(check.months, 24)
        check.action_to_scope()
        check.profile_id = self.env.ref("crm_data_quality.profile_standard")
        self.assertEqual(check.result_ids.rule_id, self.env["crm.quality.rule"].search(customers))

    def test_which_check_counts_when(self):
        self.customer()
        first = self.run_check("company_email")
        self.assertEqual((first.valid_from, first.valid_to), (first.finished_on, False))
        first.sudo().finished_on = "2026-01-10 10:00:00"
        first._refresh_validity()
        draft = self.run_check("company_email", is_reference=False)
        self.assertFalse(draft.valid_from)
        second = self.run_check("company_email")
        self.assertEqual(first.valid_to, second.finished_on)
        self.assertEqual(self.score(first, "completeness").valid_to, second.finished_on)
        third = self.run_check("company_email")
        self.assertEqual(second.valid_to, third.finished_on)
        second.unlink()
        self.assertEqual(first.valid_to, third.finished_on, "the chain closes again")
        third.is_reference = False
        self.assertFalse(first.valid_to)

    def test_figures_cannot_be_made_up(self):
        self.customer()
        check = self.run_check("company_email")
        for record, values in (
            (check, {"score": 100}),
            (check, {"run_state": "draft"}),
            (check, {"user_id": self.seller.id}),
            (check.result_ids[0], {"passed": 7}),
            (check.score_ids[0], {"numerator": 7}),
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                record.with_user(self.manager).write(values)
        with self.assertRaises(AccessError):
            self.env["crm.quality.check"].with_user(self.manager).create({"score": 100})

    def test_every_figure_opens_its_records(self):
        """All shipped rules over odd customers, as a manager and as a restricted salesperson."""
        texts = (False, " ", "😀", "x" * 200, "odd", "a@bau-muster.de", "TEST")
        countries = (False, self.germany.id, self.env.ref("base.aq").id)
        for number, text in enumerate(texts * 3):
            self.customer(
                name=text or "Muster Bau GmbH",
                is_company=bool(number % 2),
                email=text,
                phone=text,
                zip=text,
                city=text,
                country_id=countries[number % 3],
                user_id=(self.seller.id, False, self.manager.id)[number % 3],
            )
        group = self.env["res.groups"].create({"name": "Only own customers"})
        self.env["ir.rule"].create(
            {
                "name": "Only own customers",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "['|', ('user_id', '=', user.id), ('partner_share', '=', False)]",
                "groups": [(4, group.id)],
            }
        )
        self.seller.group_ids = [(4, group.id)]
        for user, number in ((self.manager, 21), (self.seller, 7)):
            check = self.run_check(user=user)
            self.assertEqual(check.done_count, number)
            findings = self.env["crm.quality.finding"].with_user(user)
            findings.search([("check_id", "=", check.id)])[::4].action_accept()
            self.assert_figures(check.with_user(user))

    def assert_figures(self, check):
        """Counts equal what their buttons open; sums and means are those of the documentation."""
        partners = self.env["res.partner"].with_env(check.env)
        findings = self.env["crm.quality.finding"].with_env(check.env)
        is_open = [("is_accepted", "=", False)]
        sums = {}
        for result in check.result_ids:
            action = result.action_open_list()
            opened = partners.with_context(**action["context"]).search(action["domain"])
            with self.subTest(result.rule_id.code):
                self.assertEqual(len(opened), result.failed)
                domain = result.action_open_findings()["domain"]
                self.assertEqual(findings.search_count(domain + is_open), result.failed)
                self.assertEqual(findings.search_count(domain), result.failed + result.accepted)
                self.assertEqual(result.passed + result.failed, result.applicable)
                if not result.not_checked_reason:
                    self.assertEqual(result.applicable + result.not_applicable, check.done_count)
                    passed, applicable = sums.get(result.dimension, (0, 0))
                    sums[result.dimension] = (
                        passed + result.weight * result.passed,
                        applicable + result.weight * result.applicable,
                    )
        for owner in check.owner_ids:
            domain = owner.action_open_findings()["domain"]
            self.assertEqual(findings.search_count(domain + is_open), owner.finding_count)
        self.assertEqual(
            findings.search_count(check.action_open_findings()["domain"] + is_open),
            check.finding_count,
        )
        self.assertEqual(sum(check.owner_ids.mapped("customer_count")), check.done_count)
        self.assertEqual(
            len(partners.search(check.action_open_partners()["domain"])), check.done_count
        )
        known = []
        for score in check.score_ids:
            passed, applicable = sums.get(score.dimension, (0, 0))
            self.assertAlmostEqual(score.numerator, passed, 4)
            self.assertAlmostEqual(score.denominator, applicable, 4)
            if applicable:
                self.assertAlmostEqual(score.score, 100 * passed / applicable, 4)
                known.append((score.weight, 100 * passed / applicable))
            else:
                self.assertIs(score.score, False)
        overall = sum(weight * value for weight, value in known) / sum(w for w, _v in known)
        self.assertAlmostEqual(check.score, overall, 4)
