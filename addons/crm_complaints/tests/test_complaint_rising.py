# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from fractions import Fraction
from math import comb
from random import Random

from odoo.tests import TransactionCase, tagged

from ..tools.rising import benjamini_hochberg, fisher_more, log_likelihood, rising
from .common import at
from .corpus import texts
from .text_common import TextCase

SHUFFLES = 12


def exact_fisher(now, total_now, before, total_before):
    """Straight from the definition, in fractions."""
    cases, total = now + before, total_now + total_before
    ways = sum(
        comb(total_now, count) * comb(total_before, cases - count)
        for count in range(now, min(cases, total_now) + 1)
        if cases - count <= total_before
    )
    return float(Fraction(ways, comb(total, cases)))


@tagged("post_install", "-at_install")
class TestStatistics(TransactionCase):
    """The tests against their definitions."""

    def test_fisher(self):
        rng = Random(1)
        for _time in range(300):
            total_now, total_before = rng.randint(1, 120), rng.randint(1, 120)
            now, before = rng.randint(0, total_now), rng.randint(0, total_before)
            with self.subTest((now, total_now, before, total_before)):
                self.assertAlmostEqual(
                    fisher_more(now, total_now, before, total_before),
                    exact_fisher(now, total_now, before, total_before),
                    places=10,
                )

    def test_fisher_at_its_edges(self):
        self.assertEqual(fisher_more(0, 0, 3, 10), 1.0)
        self.assertEqual(fisher_more(3, 10, 0, 0), 1.0)
        self.assertEqual(fisher_more(0, 10, 0, 10), 1.0)
        # a book's example: the tea lady, all of four cups
        self.assertAlmostEqual(fisher_more(4, 4, 0, 4), 1 / 70)
        self.assertLess(fisher_more(5000, 50_000, 100, 50_000), 1e-300)

    def test_benjamini_hochberg(self):
        # the worked example of the paper: 15 p values, 4 of them significant at 5 %
        values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459,
                  0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]  # fmt: skip
        self.assertEqual(benjamini_hochberg(values, 0.05), {0, 1, 2, 3})
        self.assertEqual(benjamini_hochberg([], 0.05), set())

    def test_log_likelihood(self):
        self.assertEqual(log_likelihood(0, 10, 5, 10), 0.0)
        self.assertEqual(log_likelihood(5, 10, 50, 100), 0.0, "the same share")
        # 2 * (10 ln 2 + 10 ln 2): the term splits the groups completely
        self.assertAlmostEqual(log_likelihood(10, 10, 0, 10), 27.7258872, places=6)
        self.assertEqual(log_likelihood(3, 3, 0, 0), 0.0)

    def test_more_complaints_alone_raise_nothing(self):
        counts = dict.fromkeys(range(50), (30, 10))
        self.assertEqual(rising(counts, 300, 100)[0], [])


@tagged("post_install", "-at_install")
class TestPlanted(TextCase):
    """Planted terms are found; in a shuffled corpus none is."""

    def _fill(self, lang, planted):
        """150 complaints of January without, 150 of February with the planted term."""
        found = self.env["crm.complaint"]
        for day, share in (("2025-01-10", 0.02), ("2025-02-10", 0.2)):
            found |= self.env["crm.complaint"].create(
                [
                    {
                        "name": "-", "description": f"<p>{text}</p>", "lang": lang,
                        "partner_id": self.customer.id, "company_id": self.company.id,
                        "received_on": at(f"{day} 12:00"),
                    }
                    for text in texts(lang, 150, planted, share, seed=day)
                ]
            )  # fmt: skip
        return found

    def _rising(self):
        table = self._table(self._insight("terms"), "rising")
        return [row["cells"][0]["text"] for row in table["rows"]]

    def _check(self, lang, planted, expected):
        complaints = self._fill(lang, planted)
        self.assertEqual(set(self._rising()), expected)
        dates = complaints.mapped("received_on")
        rng = Random(lang)
        for _time in range(SHUFFLES):
            rng.shuffle(dates)
            self.env.cr.execute_values(
                "UPDATE crm_complaint SET received_on = v.day::timestamp"
                " FROM (VALUES %s) v(id, day) WHERE v.id = crm_complaint.id",
                list(zip(complaints.ids, dates, strict=True)),
            )
            self.env.invalidate_all()
            self.assertEqual(self._rising(), [])

    def test_german(self):
        self._check(
            "de_DE", "Verpackung zerrissen",
            {"Verpackung", "zerrissen", "Verpackung zerrissen"},
        )  # fmt: skip

    def test_english(self):
        self._check("en_US", "Wrapping torn", {"Wrapping", "torn", "Wrapping torn"})

    def test_each_language_for_itself(self):
        self._fill("de_DE", "Verpackung zerrissen")
        self._say("Wrapping torn", lang="en_US")
        answer = self._insight("terms")
        self.assertEqual(
            [(config["key"], config["count"]) for config in answer["configs"]],
            [("german", 150), ("english", 1)],
        )
        self.assertEqual([config["label"] for config in answer["configs"]], ["German", "English"])
        english = self._insight("terms", config="english")
        self.assertEqual(english["config"], "english")
        self.assertFalse(self._table(english, "rising")["rows"])

    def test_no_comparison(self):
        self._say("Rahmen verbogen")
        answer = self._insight("terms", compare="none")
        self.assertEqual([table["key"] for table in answer["tables"]], ["words", "phrases"])

    def test_overlapping_periods_are_not_tested(self):
        self._fill("de_DE", "Verpackung zerrissen")
        answer = self._insight("terms", period="custom:2024-01-15:2025-02-28", compare="last_year")
        table = self._table(answer, "rising")
        self.assertFalse(table["rows"])
        self.assertIn("overlap", table["empty"])
