# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError, ValidationError
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..kpi.definition import evaluate_formula, formula_names
from ..kpi.statistics import wilson_interval
from .common import KpiCase


@tagged("-at_install", "post_install")
class TestFormula(BaseCase):
    def test_arithmetic(self):
        values = {"a": 6.0, "b": 4.0, "c": 0.0, "gone": None}
        for formula, expected in {
            "a - b": 2.0,
            "-(a + b) / 2": -5.0,
            "a / c": None,
            "a + gone": None,
            "2 * a * 1.5": 18.0,
        }.items():
            with self.subTest(formula=formula):
                self.assertEqual(evaluate_formula(formula, values), expected)

    def test_nothing_but_arithmetic(self):
        for formula in (
            "__import__('os')",
            "a.b",
            "a[0]",
            "a ** 2",
            "lambda: 1",
            "'x' * a",
            "a if b else c",
            "",
        ):
            with self.subTest(formula=formula), self.assertRaises(SyntaxError):
                evaluate_formula(formula, {"a": 1.0, "b": 1.0, "c": 1.0})

    def test_names(self):
        self.assertEqual(formula_names("a - 2 * (b + a)"), {"a", "b"})


@tagged("-at_install", "post_install")
class TestWilson(BaseCase):
    def test_known_values(self):
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        for successes, trials, low, high in (
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ):
            with self.subTest(successes=successes, trials=trials):
                interval = wilson_interval(successes, trials)
                self.assertAlmostEqual(interval[0], low, places=4)
                self.assertAlmostEqual(interval[1], high, places=4)

    def test_no_share(self):
        self.assertIsNone(wilson_interval(0, 0))
        self.assertIsNone(wilson_interval(3, 2))


@tagged("-at_install", "post_install")
class TestBrokenDefinitions(KpiCase):
    """A definition that cannot be resolved says why on its own card; others go on."""

    def broken(self, code, **values):
        return self.make_kpi(code, self.make_measure(code, **values))

    def test_reason_on_its_own_card_only(self):
        self.make_lead("2026-03-10 10:00:00")
        good = self.make_kpi("good", self.make_measure("good"))
        unknown_model = self.env["crm.kpi.source"].create(
            {"name": "Gone", "code": "gone", "model_name": "module.gone"}
        )
        cases = {
            self.broken("no_field", aggregate="sum", field_name="no_such"): "crm.lead.no_such",
            self.broken("no_date", date_field="no_such_date"): "crm.lead.no_such_date",
            self.broken("bad_date", date_field="name"): "wrong type",
            self.broken("bad_domain", domain="[('name', '=', "): "cannot be read",
            self.broken("bad_domain_field", domain="[('nope', '=', 1)]"): "nope",
            self.broken("evil_domain", domain="__import__('os').environ"): "cannot be read",
            self.broken("divided", domain="[('id', '=', 1 / 0)]"): "cannot be read",
            self.broken(
                "mixed",
                date_field=False,
                time_kind="stock",
                date_from_field="create_date",
                date_to_field="date_deadline",
            ): "mix",
            self.broken("text_sum", aggregate="sum", field_name="name"): "wrong type",
            self.broken(
                "not_stored", aggregate="sum", field_name="day_close_nope"
            ): "does not exist",
            self.broken("no_model", source_id=unknown_model.id): "module.gone",
        }
        kpis = good.union(*cases)
        cards = {kpi: kpi.card for kpi in self.as_user(kpis, "max", "month:2026-03")}
        for kpi, card in cards.items():
            if kpi.id == good.id:
                self.assertEqual((card["state"], card["value"]), ("ok", 1.0))
        for kpi, words in cases.items():
            with self.subTest(kpi=kpi.code):
                card = self.as_user(kpi, "max", "month:2026-03").card
                self.assertEqual(card["state"], "error")
                self.assertIn(words, card["reason"])
                self.assertIsNone(card["value"])
                self.assertEqual(card["status"], "error")

    def test_texts_that_are_no_domain(self):
        self.make_lead("2026-03-10 10:00:00")
        kpi = self.broken("no_domain")
        for text in (
            "5",
            "None",
            "'abc'",
            "{'a': 1}",
            "[1]",
            "['a']",
            "[('name', '=')]",
            "[('name', '=', 1, 2)]",
            "['&', ('name', '=', 'x')]",
            "[('name', 'nope', 1)]",
            "[('team_id', 'any', 7)]",
            "[('team_id.nope', '=', 7)]",
            "[('name.x', '=', 7)]",
            "[('create_date', '>', 'yesterday?')]",
            "[('id', 'in', 'x')]",
            "[('name', 'ilike', [1])]",
            "[('active', '=', {})]",
            "[('is_slow', '>', 3)]",
            "[('display_name', '>', 3)]",
            "[(1, '=', 2)]",
            "[('order_ids', 'any', 'x')]",
            "x" * 5000,
        ):
            kpi.measure_id.domain = text
            with self.subTest(text=text[:40]):
                card = self.as_user(kpi, "max", "month:2026-03").card
                # some nonsense is a condition that nothing meets
                self.assertIn(card["state"], ("error", "ok"))
                self.assertTrue(card["reason"] or card["value"] is not None)

    def test_measure_of_a_formula_is_gone(self):
        self.make_lead("2026-03-10 10:00:00")
        good = self.make_kpi("good", self.make_measure("good"))
        self.make_measure("leaves")
        formula = self.make_kpi("formula", kind="derived", formula="good / leaves")
        self.assertEqual(self.as_user(formula, "max", "month:2026-03").card["value"], 1)
        self.env["crm.kpi.measure"].search([("code", "=", "leaves")]).unlink()
        self.env.invalidate_all()
        cards = {kpi.code: kpi.card for kpi in self.as_user(good | formula, "max", "month:2026-03")}
        self.assertEqual(cards["good"]["state"], "ok")
        self.assertEqual(cards["formula"]["state"], "error")
        self.assertIn("leaves", cards["formula"]["reason"])
        kpi = self.as_user(formula, "max", "month:2026-03")
        self.assertTrue(kpi.get_trend()["labels"])
        self.assertTrue(kpi.get_explanation())
        self.assertEqual(kpi.get_breakdown("team")["total"]["state"], "error")

    def test_details_of_broken_kpis_open(self):
        self.make_lead("2026-03-10 10:00:00")
        gone = self.env["crm.kpi.source"].create(
            {"name": "Gone", "code": "gone", "model_name": "module.gone"}
        )
        gone.dimension_ids = self.source.copy({"code": "t_copy"}).dimension_ids
        for kpi in (
            self.broken("no_model", source_id=gone.id),
            self.broken("no_field", aggregate="sum", field_name="no_such"),
        ):
            with self.subTest(kpi=kpi.code):
                seen = self.as_user(kpi, "max", "month:2026-03")
                self.assertEqual(seen.get_breakdown("team")["total"]["state"], "error")
                self.assertEqual(seen.get_breakdown("team")["rows"], [])
                self.assertTrue(seen.get_trend()["labels"])
                self.assertTrue(seen.get_explanation()["measures"])
                with self.assertRaises(UserError):
                    seen.action_open_records()

    def test_fields_that_the_viewer_may_not_read(self):
        """Dates, currencies and marks of a measure need access as its values do."""
        good = self.make_kpi("good", self.make_measure("good"))
        self.make_lead("2026-03-10 10:00:00")
        hr = self.env["crm.kpi.source"].create(
            {"name": "Partners", "code": "t_partner", "model_name": "res.partner"}
        )
        hidden = self.broken(
            "hidden",
            source_id=hr.id,
            time_kind="stock",
            date_field=False,
            date_from_field="purchase_due_on",
        )
        viewer = new_test_user(
            self.env, "kpi_viewer", "crm_kpi.group_kpi_user", company_id=self.company.id
        )
        self.users["vera"] = viewer
        states = [kpi.card["state"] for kpi in self.as_user(good | hidden, "vera", "this_month")]
        self.assertEqual(states, ["hidden", "hidden"])

    def test_source_with_broken_fields(self):
        self.make_lead("2026-03-10 10:00:00", expected_revenue=5)
        good = self.make_kpi("good", self.make_measure("good"))
        for name, value in (
            ("currency_field", "no_such"),
            ("currency_field", "name"),
            ("currency_field", "user_id"),
            ("company_field", "no_such"),
            ("estimated_field", "no_such"),
            ("estimated_field", "name"),
        ):
            source = self.source.copy({"code": f"t_{name}_{value}", name: value})
            kpi = self.broken(
                f"t_{name}_{value}",
                source_id=source.id,
                aggregate="sum",
                field_name="expected_revenue",
            )
            with self.subTest(name=name, value=value):
                cards = [one.card for one in self.as_user(good | kpi, "max", "month:2026-03")]
                self.assertEqual([card["state"] for card in cards], ["ok", "error"])
                self.assertIn(value, cards[1]["reason"])

    def test_dimension_of_a_model_that_is_gone(self):
        lead = self.make_lead("2026-03-10 10:00:00", self.north)
        self.env.ref("crm_kpi.dimension_team").model_name = "module.gone"
        kpi = self.make_kpi("good", self.make_measure("good"))
        rows = self.as_user(kpi, "max", "month:2026-03").get_breakdown("team")["rows"]
        self.assertEqual([(row["id"], row["label"]) for row in rows], [(
            lead.team_id.id, str(lead.team_id.id)
        )])  # fmt: skip

    def test_dimension_that_is_gone(self):
        self.make_lead("2026-03-10 10:00:00")
        self.source.dimension_ids.filtered(
            lambda line: line.dimension_id.code == "team"
        ).field_name = "no_such"
        kpi = self.make_kpi("good", self.make_measure("good"))
        seen = self.as_user(kpi, "max", "month:2026-03")
        self.assertEqual(seen.card["state"], "ok")
        total = seen.get_breakdown("team")["total"]
        self.assertEqual(total["state"], "error")
        self.assertIn("no_such", total["reason"])

    def test_database_error_stays_on_its_card(self):
        lead = self.make_lead("2026-03-10 10:00:00", expected_revenue=5)
        lead.activity_schedule(
            "mail.mail_activity_data_todo", summary="x", user_id=self.users["max"].id
        )
        good = self.make_kpi("good", self.make_measure("good", aggregate="sum", field_name="color"))
        # no definition error, but out of the database's range
        huge = self.make_kpi(
            "huge", self.make_measure("huge", domain="[('color', '=', 99999999999999999999)]")
        )
        # refused while the ORM looks for what the viewer may see
        activities = self.env["crm.kpi.source"].create(
            {
                "name": "Activities",
                "code": "t_activity",
                "model_name": "mail.activity",
                "company_field": False,
                "domain": "[('summary', '=like', '\\\\')]",
            }
        )
        refused = self.broken("refused", source_id=activities.id)
        good.explanation = "Not written yet"
        with mute_logger("odoo.addons.crm_kpi.kpi.planner", "odoo.sql_db"):
            cards = {
                kpi.code: kpi.card
                for kpi in self.as_user(huge | refused | good, "max", "month:2026-03")
            }
        self.assertEqual(cards["good"]["state"], "ok")
        self.assertEqual(cards["refused"]["state"], "error")
        self.assertIn("escape", cards["refused"]["reason"])
        self.env.invalidate_all()
        self.assertEqual(good.explanation, "Not written yet", "nothing is lost by the way")
        self.assertTrue(self.env["crm.lead"].search_count([]), "the transaction goes on")

    def test_kind_needs_its_parts(self):
        measure = self.make_measure("part")
        for values in (
            {"kind": "simple"},
            {"kind": "ratio", "numerator_id": measure.id},
            {"kind": "derived", "formula": "part +"},
            {"kind": "derived", "formula": "part + unknown"},
            {"kind": "derived", "formula": "2 * 3"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.make_kpi("incomplete", **values)
                self.env.flush_all()
