# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter, defaultdict
from random import Random

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from ..tools.complaint_words import term_key
from ..tools.term_counter import TermCounter
from .common import at
from .corpus import texts
from .text_common import PERIOD, TextCase

WORDS = ["Rahmen", "Lack", "Motor", "Kabel", "Stecker", "Ventil", "Griff"]


@tagged("post_install", "-at_install")
class TestTerms(TextCase):
    """What the page says is what the complaints say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rng = Random(7)
        cls.categories = cls.env["crm.complaint.category"].search([], limit=3)
        cls.said = {}
        people = [cls.seller, cls.colleague, cls.env["res.users"]]
        for number in range(60):
            words = sorted(rng.sample(WORDS, rng.randint(1, 4)))
            complaint = cls._say(
                ". ".join(words),
                day=rng.choice(["2025-01-03", "2025-01-31", "2025-02-01", "2025-02-28"]),
                category_id=cls.categories[number % 3].id,
                user_id=people[number % 3].id,
                team_id=False,
            )
            cls.said[complaint] = words

    def _expected(self, month, viewer=None, category=None):
        """Counted in Python over what the viewer finds."""
        complaints = self.env["crm.complaint"].browse([line.id for line in self.said])
        seen = complaints.with_user(viewer or self.env.user).search([("id", "in", complaints.ids)])
        counts = Counter()
        total = 0
        for complaint, words in self.said.items():
            # received at noon in Berlin: the UTC month is the local one
            if complaint.received_on.month != month or complaint not in seen.with_env(self.env):
                continue
            if category and complaint.category_id != category:
                continue
            total += 1
            counts.update(words)
        return counts, total

    def _shown(self, **options):
        answer = self._insight("terms", **options)
        return self._values(self._table(answer, "words")), answer

    def _assert_equal(self, shown, viewer=None, category=None):
        now, total = self._expected(2, viewer, category)
        before, total_before = self._expected(1, viewer, category)
        expected = {word: number for word, number in now.items() if number > 1}
        self.assertEqual({word: values[0] for word, values in shown.items()}, expected)
        for word, (_count, share, share_before) in shown.items():
            self.assertAlmostEqual(share, 100 * now[word] / total)
            self.assertAlmostEqual(share_before, 100 * before[word] / total_before)

    def test_counts(self):
        shown, answer = self._shown()
        self._assert_equal(shown)
        self._assert_drills(answer)
        self.assertEqual(answer["complaints"], self._expected(2)[1])

    def test_filtered(self):
        category = self.categories[1]
        shown, answer = self._shown(domain=[("category_id", "=", category.id)])
        self._assert_equal(shown, category=category)
        self._assert_drills(answer)

    def test_every_viewer_counts_what_he_reads(self):
        numbers = set()
        for viewer in (self.seller, self.colleague, self.all_seller, self.manager):
            with self.subTest(viewer.login):
                shown, answer = self._shown(user=viewer)
                self._assert_equal(shown, viewer)
                self._assert_drills(answer, viewer)
                numbers.add(answer["complaints"])
        self.assertEqual(len(numbers), 3, "seller, colleague, and those who see all")

    def test_words_of_others_do_not_leak(self):
        for _time in range(3):
            self._say("Geheimnis", user_id=self.colleague.id, team_id=False)
        _shown, answer = self._shown(user=self.seller)
        self.assertNotIn("Geheimnis", str(answer))
        found = self.env["crm.complaint"].with_user(self.seller)
        self.assertFalse(found.search([("said", "ilike", "Geheimnis")]))

    def test_customers_and_strangers_are_refused(self):
        portal = new_test_user(self.env, "terms_portal", "base.group_portal")
        portal.partner_id.parent_id = self.customer
        clerk = self._new_user("terms_clerk", "base.group_user")
        for user in (portal, clerk):
            for panel in ("terms", "overview"):
                with self.subTest(user=user.login, panel=panel), self.assertRaises(AccessError):
                    self._insight(panel, user=user)
            with self.assertRaises(AccessError):
                self.env["crm.complaint.text"].with_user(user).search([])
        handler = self._new_user("terms_handler", "crm_complaints.group_complaint_user")
        self.assertTrue(self._insight("terms", user=handler)["tables"])
        self.assertTrue(self.env["crm.complaint"].with_user(handler).get_insight_info()["label"])

    def test_companies(self):
        second = self._new_company("Zweite GmbH")
        self.env.user.company_ids |= second
        for _time in range(3):
            self._say("Fremdwort", company_id=second.id)
        self.assertNotIn("Fremdwort", self._shown()[0])
        self.all_seller.company_ids = [Command.link(second.id)]
        both = self.all_seller.with_context(allowed_company_ids=(self.company | second).ids)
        model = (
            self.env["crm.complaint"]
            .with_user(both)
            .with_context(allowed_company_ids=(self.company | second).ids, kpi_period=PERIOD)
        )
        words = self._values(self._table(model.get_insight("terms", []), "words"))
        self.assertEqual(words["Fremdwort"][0], 3)
        self.assertEqual(words["Rahmen"][0], self._expected(2)[0]["Rahmen"])

    def test_most_frequent_spelling(self):
        for text in ("Verpackung", "Verpackungen", "Verpackung", "verpackungen"):
            self._say(text)
        self.assertEqual(self._shown()[0]["Verpackung"][0], 4)

    def test_midnight_in_berlin(self):
        complaint = self._say("Mitternacht", name="Mitternacht")
        self._say("Mitternacht")
        complaint.received_on = at("2025-02-28 23:59")
        self.assertEqual(self._shown()[0]["Mitternacht"][0], 2)
        complaint.received_on = at("2025-03-01 00:00")
        self.assertNotIn("Mitternacht", self._shown()[0], "one alone is not frequent")

    def test_boilerplate_is_named_and_left_out(self):
        for complaint in self.said:
            complaint.description = f"{complaint.description}<p>Formular</p>"
        shown, answer = self._shown()
        self.assertNotIn("Formular", shown)
        self.assertIn("Formular", answer["hidden"])
        # in all of a category only, it is what the category is about
        for complaint in self.said:
            if complaint.category_id == self.categories[0]:
                complaint.description = f"{complaint.description}<p>Spedition</p>"
        shown, answer = self._shown(domain=[("category_id", "=", self.categories[0].id)])
        self.assertEqual(shown["Spedition"][1], 100)
        self.assertNotIn("Spedition", answer["hidden"])

    def test_grouped(self):
        for complaint in self.said:
            if complaint.category_id == self.categories[0]:
                complaint.description = f"{complaint.description}<p>Spedition</p>"
        answer = self._insight("terms", groupby="category_id")
        rows = {
            row["cells"][0]["text"]: row["cells"] for row in self._table(answer, "typical")["rows"]
        }
        self.assertEqual(set(rows), set(self.categories.mapped("name")))
        by_category = defaultdict(int)
        for complaint in self.said:
            by_category[complaint.category_id.name] += complaint.received_on.month == 2
        for name, (_label, count, first, *_others) in rows.items():
            self.assertEqual(count["value"], by_category[name])
            self.assertEqual(
                self.env["crm.complaint"].search_count(count["domain"]), count["value"]
            )
            if name == self.categories[0].name:
                self.assertEqual(first["text"], f"Spedition ({count['value']})")
                found = self.env["crm.complaint"].search_count(first["domain"])
                self.assertEqual(found, count["value"])
            else:
                self.assertNotIn("Spedition", str(first))
        for groupby in ("product_id", "team_id", "severity", "user_id", "is_closed"):
            self.assertTrue(self._table(self._insight("terms", groupby=groupby), "typical"))
        dated = self._table(self._insight("terms", groupby="received_on:month"), "typical")
        self.assertFalse(dated["rows"])
        self.assertFalse(
            self._table(self._insight("terms", groupby="message_ids"), "typical")["rows"]
        )
        for groupby in ("nothing", "said", 3):
            with self.assertRaises(UserError):
                self._insight("terms", groupby=groupby)

    def test_nothing_said(self):
        self.assertFalse(self._insight("terms", period="month:2020-01")["tables"])
        self._say("", day="2020-02-03")
        answer = self._insight("terms", period="month:2020-02")
        self.assertFalse(any(table["rows"] for table in answer["tables"]))

    def test_nonsense_is_refused(self):
        for panel, options in (("nothing", {}), ("terms", {"period": "month:x"}),
                               ("terms", {"compare": "x"})):  # fmt: skip
            with self.assertRaises(UserError):
                self._insight(panel, **options)
        self.assertTrue(self._insight("terms", config="klingon")["tables"])

    def test_large_corpus_counts_exactly(self):
        """Where rare terms are left out of the count, the others keep both their numbers."""
        values = [
            {
                "name": "-", "description": f"<p>{text}</p>", "lang": "de_DE",
                "partner_id": self.customer.id, "company_id": self.company.id,
                "received_on": at(f"2025-0{month}-10 12:00"),
            }
            for month in (1, 2)
            for text in texts("de_DE", 280, "Seltenheit", 0.015 * month, seed=month)
        ]  # fmt: skip
        complaints = self.env["crm.complaint"].create(values)
        said = [
            sum("Seltenheit" in line.description for line in complaints if
                line.received_on.month == month)
            for month in (2, 1)
        ]  # fmt: skip
        self.assertTrue(sum(said) >= 5 and 0 < min(said) < 5, said)
        answer = self._insight("terms")
        words = self._values(self._table(answer, "words"))
        counter = TermCounter(
            self.env["crm.complaint"].with_user(self.manager),
            "german",
            Domain("received_on", ">=", at("2025-02-01 00:00")),
            Domain("received_on", "<", at("2025-02-01 00:00")),
        )
        stem = self.env["crm.complaint.text"]._stems("german", ["seltenheit"])["seltenheit"]
        self.assertEqual(counter.counts[term_key("german", stem)], tuple(said))
        counts = Counter()
        for line in complaints | self.env["crm.complaint"].browse([c.id for c in self.said]):
            if line.received_on.month == 2:
                counts.update(set(line.description.replace("!", " ").split()) & {"Maschine"})
        self.assertEqual(words["Maschine"][0], counts["Maschine"])
