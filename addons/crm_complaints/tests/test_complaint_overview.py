# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter, defaultdict
from random import Random
from statistics import quantiles

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import at
from .text_common import PERIOD, TextCase


def percentile(values, share):
    """Linear interpolation between the closest ranks, as the KPIs do."""
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[round(100 * share) - 1]


@tagged("post_install", "-at_install")
class TestOverview(TextCase):
    """Every figure against a count in plain Python over what the viewer finds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rng = Random(3)
        categories = cls.env["crm.complaint.category"].search([], limit=4)
        causes = cls.env["crm.complaint.cause"].search([], limit=3)
        products = cls.env["product.product"].create(
            [{"name": f"Part {number}"} for number in range(15)]
        )
        customers = cls.customer | cls.contact | cls.other_customer
        customers |= cls.env["res.partner"].create([{"name": f"Customer {n}"} for n in range(12)])
        cls.usd = cls.env.ref("base.USD")
        cls.usd.active = True
        cls.usd.rate_ids.unlink()
        cls.env["res.currency.rate"].create(
            [
                {"name": "2024-01-01", "currency_id": cls.usd.id, "rate": 2,
                 "company_id": cls.company.id},
                {"name": "2025-02-15", "currency_id": cls.usd.id, "rate": 4,
                 "company_id": cls.company.id},
            ]
        )  # fmt: skip
        for _number in range(70):
            day = f"2025-{rng.choice(['01', '02', '02'])}-{rng.randint(1, 28):02}"
            complaint = cls._say(
                "Text",
                day=day,
                partner_id=rng.choice(customers).id,
                category_id=rng.choice([*categories.ids, False]),
                cause_id=rng.choice([*causes.ids, False]),
                product_id=rng.choice([*products.ids, *products[:3].ids, False]),
                severity=rng.choice(["low", "normal", "high"]),
                user_id=rng.choice([cls.seller.id, cls.colleague.id, False]),
                team_id=rng.choice([cls.team.id, False]),
            )
            if rng.random() < 0.8:
                complaint.first_answer_on = at(f"{day} {rng.randint(13, 17)}:{rng.randint(10, 59)}")
            if rng.random() < 0.6:
                stage = cls.stages[rng.choice(["resolved", "resolved", "rejected"])]
                complaint.write(
                    {
                        "stage_id": stage.id,
                        "resolved_on": at(f"2025-02-28 {rng.randint(13, 17)}:30"),
                    }
                )
            if rng.random() < 0.5:
                complaint.cost_ids = [
                    Command.create(
                        {
                            "amount": rng.randint(1, 500),
                            "date": f"2025-02-{rng.randint(1, 28):02}",
                            "currency_id": rng.choice([cls.usd, cls.company.currency_id]).id,
                        }
                    )
                    for _line in range(rng.randint(1, 2))
                ]
        cls.env.flush_all()

    def _seen(self, user=None, month=2):
        found = self.env["crm.complaint"].with_user(user or self.manager).search(
            [("company_id", "=", self.company.id), ("partner_id", "!=", False)]
        )  # fmt: skip
        return found.sudo().filtered(lambda line: line.received_on.month == month)

    def _cost(self, complaints):
        """Sum over the lines, converted here: 2 or 4 dollars an euro."""
        total = 0.0
        for line in complaints.cost_ids:
            rate = 1
            if line.currency_id == self.usd:
                rate = 4 if str(line.date) >= "2025-02-15" else 2
            total += line.amount / rate
        return total

    def test_pareto(self):
        for user in (self.manager, self.seller, self.leader, self.all_seller):
            for dimension in ("category_id", "cause_id", "product_id", "team_id", "severity"):
                for measure in ("complaints", "cost"):
                    with self.subTest(user=user.login, dimension=dimension, measure=measure):
                        self._check_pareto(user, dimension, measure)

    def _check_pareto(self, user, dimension, measure):
        answer = self._insight("overview", user=user, dimension=dimension, measure=measure)
        table = self._table(answer, "pareto")
        seen = self._seen(user)
        groups = defaultdict(self.env["crm.complaint"].browse)
        for line in seen:
            value = line[dimension]
            groups[str(value.id if hasattr(value, "id") else value or False)] |= line
        earlier = Counter()
        for line in self._seen(user, month=1):
            value = line[dimension]
            earlier[str(value.id if hasattr(value, "id") else value or False)] += 1
        self.assertEqual({row["key"] for row in table["rows"]}, set(groups) | set(earlier))
        values = {
            key: self._cost(lines) if measure == "cost" else len(lines)
            for key, lines in groups.items()
        }
        total = sum(values.values())
        cumulative = 0
        previous = None
        for row in table["rows"]:
            _label, count, cost, share, sum_share, _per_100, before = (
                cell["value"] for cell in row["cells"]
            )
            self.assertEqual(before, earlier[row["key"]])
            lines = groups[row["key"]]
            values.setdefault(row["key"], 0)
            self.assertEqual(count, len(lines))
            self.assertAlmostEqual(cost or 0, self._cost(lines), places=1)
            self.assertEqual(cost is None, not lines.cost_ids, "no cost is not 0")
            self.assertAlmostEqual(share, 100 * values[row["key"]] / total, places=2)
            cumulative += values[row["key"]]
            self.assertAlmostEqual(sum_share, 100 * cumulative / total, places=2)
            self.assertLessEqual(values[row["key"]], (previous or values[row["key"]]) + 0.01)
            previous = values[row["key"]]
        self.assertEqual(len(answer["chart"]["labels"]), len(table["rows"]))
        self._assert_drills(answer, user)

    def test_costs_open_their_lines(self):
        table = self._table(self._insight("overview"), "pareto")
        tried = 0
        for row in table["rows"]:
            cell = row["cells"][2]
            if cell["value"] is not None:
                lines = self.env["crm.complaint.cost"].search(cell["domain"])
                self.assertAlmostEqual(sum(lines.mapped("amount_company")), cell["value"], places=1)
                tried += 1
        self.assertTrue(tried)

    def test_heat(self):
        answer = self._insight("overview")
        table = self._table(answer, "heat")
        seen = self._seen()
        labels = [column["label"] for column in table["columns"]]
        by_product = Counter(line.product_id for line in seen)
        self.assertEqual(labels[-3:], ["Other products", "No product", "Total"])
        self.assertEqual(len(labels), 12 + 4)
        shown = labels[1:13]
        least = min(by_product[product] for product in by_product if product.display_name in shown)
        for product, count in by_product.items():
            if product and product.display_name not in shown:
                self.assertLessEqual(count, least)
        for row in table["rows"]:
            for label, cell in zip(labels[1:], row["cells"][1:], strict=True):
                lines = seen
                if row["key"] != "total":
                    lines = lines.filtered(lambda l: str(l.category_id.id) == row["key"])  # noqa: B023, E741
                if label == "No product":
                    lines = lines.filtered(lambda line: not line.product_id)
                elif label == "Other products":
                    lines = lines.filtered(
                        lambda l: l.product_id and l.product_id.display_name not in shown  # noqa: E741
                    )
                elif label != "Total":
                    lines = lines.filtered(lambda l: l.product_id.display_name == label)  # noqa: B023, E741
                self.assertEqual(cell["value"], len(lines), (row["key"], label))

    def test_times(self):
        for user in (self.manager, self.seller):
            table = self._table(self._insight("overview", user=user), "times")
            seen = self.env["crm.complaint"].with_user(user).search(
                [("company_id", "=", self.company.id)]
            ).sudo()  # fmt: skip
            tried = 0
            for row in table["rows"]:
                team, severity = row["key"].rsplit("-", 1)
                lines = seen.filtered(
                    lambda l: team in ("all", str(l.team_id.id)) and severity in ("all", l.severity)  # noqa: B023, E741
                )
                answered = lines.filtered(
                    lambda l: l.first_answer_on and l.first_answer_on.month == 2  # noqa: E741
                ).mapped("work_hours_to_first_answer")
                resolved = lines.filtered(
                    lambda l: l.resolved_on and l.resolved_on.month == 2 and not l.is_rejected  # noqa: E741
                ).mapped("work_days_to_resolution")
                values = [cell["value"] for cell in row["cells"][1:]]
                for found, (count, median, p90) in ((answered, values[:3]), (resolved, values[3:])):
                    self.assertEqual(count, len(found), row["key"])
                    if not found:
                        self.assertEqual((median, p90), (None, None))
                        continue
                    self.assertAlmostEqual(median, percentile(found, 0.5))
                    self.assertAlmostEqual(p90, percentile(found, 0.9))
                    tried += 1
            self.assertGreater(tried, 4)

    def test_the_times_are_those_of_the_kpis(self):
        table = self._table(self._insight("overview"), "times")
        total = [cell["value"] for cell in table["rows"][0]["cells"]]
        model = self.env["crm.kpi"].with_context(kpi_period=PERIOD, tz="Europe/Berlin")
        for code, value in (
            ("complaint_first_answer", total[2]),
            ("complaint_resolution", total[5]),
            ("complaint_resolution_p90", total[6]),
        ):
            with self.subTest(code):
                kpi = model.search([("code", "=", code)])
                self.assertAlmostEqual(kpi.card["value"], value)

    def test_repeat_complainers(self):
        for user in (self.manager, self.seller):
            answer = self._insight("overview", user=user)
            table = self._table(answer, "repeaters")
            now, before = self._seen(user), self._seen(user, month=1)
            expected = {}
            for customer in now.commercial_partner_id:
                mine = (now | before).filtered(lambda l: l.commercial_partner_id == customer)  # noqa: B023, E741
                if len(mine) > 1:
                    last = max(mine.mapped("received_on")).date().isoformat()
                    cost = self._cost(mine) if mine.cost_ids else None
                    expected[str(customer.id)] = [len(mine & now), len(mine), last, cost]
            self.assertTrue(expected)
            self.assertEqual({row["key"] for row in table["rows"]}, set(expected))
            for row in table["rows"]:
                *values, cost = [cell["value"] for cell in row["cells"][1:]]
                *counted, expected_cost = expected[row["key"]]
                self.assertEqual(values, counted)
                self.assertEqual(cost is None, expected_cost is None)
                self.assertAlmostEqual(cost or 0, expected_cost or 0, places=1)

    def test_filters_apply_everywhere(self):
        domain = [("severity", "=", "high"), ("team_id", "=", self.team.id)]
        answer = self._insight("overview", domain)
        seen = self._seen().filtered(lambda l: l.severity == "high" and l.team_id)  # noqa: E741
        self.assertEqual(answer["complaints"], len(seen))
        total = self._table(answer, "heat")["rows"][-1]["cells"][-1]["value"]
        self.assertEqual(total, len(seen))
        self._assert_drills(answer)

    def test_per_100_orders(self):
        orders = [self._order() for _number in range(4)]
        for order in orders[:3]:
            order.confirmed_on = at("2025-02-20 12:00")
        orders[3].confirmed_on = at("2025-01-20 12:00")
        self._say("Leiter", product_id=self.product.id)
        seen = self._seen()
        table = self._table(self._insight("overview", dimension="category_id"), "pareto")
        counts = Counter(str(line.category_id.id) for line in seen)
        ours = self.env["sale.order"].search_count(
            [("state", "=", "sale"), ("confirmed_on", ">=", at("2025-02-01 00:00")),
             ("confirmed_on", "<", at("2025-03-01 00:00"))]
        )  # fmt: skip
        self.assertEqual(ours, 3)
        for row in table["rows"]:
            self.assertAlmostEqual(row["cells"][5]["value"], 100 * counts[row["key"]] / 3)
        by_product = self._table(self._insight("overview", dimension="product_id"), "pareto")
        values = {row["key"]: row["cells"][5]["value"] for row in by_product["rows"]}
        self.assertAlmostEqual(values[str(self.product.id)], 100 / 3)
        self.assertEqual([value for key, value in values.items() if key != str(self.product.id)],
                         [None] * (len(values) - 1), "not ordered: no figure")  # fmt: skip
        by_team = self._table(self._insight("overview", dimension="team_id"), "pareto")
        values = {row["key"]: row["cells"][5]["value"] for row in by_team["rows"]}
        in_team = len(seen.filtered("team_id"))
        self.assertEqual(values, {str(self.team.id): 100 * in_team / 3, "False": None})
        alone = self._table(self._insight("overview", compare="none"), "pareto")
        self.assertEqual(len(alone["columns"]), 6)
        without = self._insight("overview", [("duplicate_of_id", "=", False)])
        self.assertTrue(self._table(without, "pareto")["rows"][0]["cells"][5]["value"])
        filtered = self._table(self._insight("overview", [("severity", "=", "high")]), "pareto")
        self.assertIn("orders cannot be told apart by Severity", filtered["note"])
        self.assertIsNone(filtered["rows"][0]["cells"][5]["value"])
        handler = self._new_user("overview_handler", "crm_complaints.group_complaint_user")
        hidden = self._table(self._insight("overview", user=handler), "pareto")
        self.assertIn("not visible for your role", hidden["note"])

    def test_two_companies_with_two_currencies(self):
        second = self._new_company("Zweite Inc.")
        second.currency_id = self.usd
        self.env.user.company_ids |= second
        complaint = self._say("Text", company_id=second.id)
        complaint.cost_ids = [
            Command.create({"amount": 100, "date": "2025-02-20", "currency_id": self.usd.id})
        ]
        self.env["res.currency.rate"].search([("company_id", "=", second.id)]).unlink()
        self.manager.company_ids |= second
        model = (
            self.env["crm.complaint"]
            .with_user(self.manager)
            .with_context(
                allowed_company_ids=(self.company | second).ids,
                kpi_period=PERIOD,
                tz="Europe/Berlin",
            )
        )
        answer = model.get_insight("overview", [])
        costs = [row["cells"][2]["value"] or 0 for row in self._table(answer, "pareto")["rows"]]
        self.assertAlmostEqual(sum(costs), self._cost(self._seen()) + 100 / 4, places=1)
        alone = self._insight("overview")
        self.assertEqual(alone["complaints"] + 1, answer["complaints"])

    def test_empty_and_nonsense(self):
        answer = self._insight("overview", period="month:2020-01")
        self.assertEqual([table["rows"] for table in answer["tables"]], [[], [], [], []])
        self.assertTrue(all(table["empty"] for table in answer["tables"]))
        for options in ({"dimension": "name"}, {"measure": "x"}):
            with self.assertRaises(UserError):
                self._insight("overview", **options)
