# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter
from math import log
from random import Random
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form, TransactionCase, new_test_user, tagged

from odoo.addons.base.models.ir_cron import IrCron
from odoo.addons.crm_kpi.kpi.statistics import wilson_interval

from ..tools.naive_bayes import NaiveBayes, cross_validated
from .common import at
from .corpus import texts
from .text_common import TextCase

TYPICAL = {
    "delivery": "Spediteur verspätet Zustellung Rampe",
    "quality": "Rahmen verbogen Naht Riss",
    "invoice": "Rabatt Skonto Betrag Buchung",
}


@tagged("post_install", "-at_install")
class TestNaiveBayes(TransactionCase):
    """The classifier against its definition."""

    def test_against_the_definition(self):
        rng = Random(5)
        examples = [
            (rng.choice("aab"), [rng.randint(0, 12) for _term in range(rng.randint(1, 5))])
            for _number in range(80)
        ]
        model = NaiveBayes.trained(examples)
        terms = Counter(term for _name, found in examples for term in set(found))
        vocabulary = [term for term, number in terms.items() if number > 1]
        for _time in range(50):
            asked = [rng.randint(0, 12) for _term in range(4)]
            scores = {}
            for name in "ab":
                mine = [set(found) for other, found in examples if other == name]
                size = sum(len(found & set(vocabulary)) for found in mine)
                scores[name] = log(len(mine) / len(examples)) + sum(
                    log((sum(term in found for found in mine) + 1) / (size + len(vocabulary)))
                    for term in set(asked) & set(vocabulary)
                )
            best, reasons = model.suggest(asked)
            self.assertEqual(best, max(scores, key=scores.get))
            self.assertLessEqual(set(reasons), set(asked))

    def test_nothing_known(self):
        model = NaiveBayes.trained([("a", [1, 2]), ("a", [1]), ("b", [3]), ("b", [3])])
        self.assertEqual(model.suggest([]), (None, []))
        self.assertEqual(model.suggest([2, 99]), (None, []), "said once, or never")
        self.assertEqual(model.suggest([3, 99]), ("b", [3]))
        self.assertEqual(cross_validated([]), (0, 0))
        self.assertEqual(NaiveBayes.trained([]).suggest([1]), (None, []))

    def test_random_classes_are_not_better_than_the_baseline(self):
        rng = Random(2)
        examples = [
            (rng.choice("aaab"), [rng.randint(0, 40) for _term in range(8)])
            for _number in range(400)
        ]
        hits, usual = cross_validated(examples)
        self.assertEqual(usual, sum(name == "a" for name, _terms in examples))
        self.assertLessEqual(wilson_interval(hits, 400)[0], usual / 400)


@tagged("post_install", "-at_install")
class TestSuggestion(TextCase):
    """A category for a new complaint from the closed ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.categories = {name: cls.env.ref(f"crm_complaints.category_{name}") for name in TYPICAL}
        cls.classifiers = cls.env["crm.complaint.classifier"]

    def _corpus(self, number, seed, noise=0.1):
        """Pairs (category, text): two words of the category, now and then of another."""
        rng = Random(seed)
        found = []
        for text in texts("de_DE", number, seed=seed):
            name = rng.choice([*TYPICAL, "delivery"])
            spoken = rng.choice([*TYPICAL]) if rng.random() < noise else name
            words = ". ".join(rng.sample(TYPICAL[spoken].split(), 2))
            found.append((self.categories[name], f"{text} {words}."))
        return found

    def _closed(self, number, seed="learned", company=None, **options):
        return self.env["crm.complaint"].create(
            [
                {
                    "name": "-", "description": f"<p>{text}</p>", "lang": "de_DE",
                    "partner_id": self.customer.id, "category_id": category.id,
                    "company_id": (company or self.company).id, "team_id": False,
                    "stage_id": self.stages["resolved"].id, "received_on": at("2025-02-10 12:00"),
                }
                for category, text in self._corpus(number, seed, **options)
            ]
        )  # fmt: skip

    def _new(self, text, **values):
        return self._say(text, category_id=False, **values)

    def test_quality_on_complaints_kept_apart(self):
        self._closed(240)
        classifier = self.classifiers._learn(self.company)
        self.assertTrue(classifier.is_useful)
        self.assertEqual((classifier.complaint_count, classifier.checked_count), (240, 240))
        apart = self._corpus(150, "apart")
        new = self.env["crm.complaint"].create(
            [
                {"name": "-", "description": f"<p>{text}</p>", "lang": "de_DE",
                 "partner_id": self.customer.id, "company_id": self.company.id}
                for _category, text in apart
            ]
        )  # fmt: skip
        hits = sum(
            complaint.suggested_category_id == category
            for complaint, (category, _text) in zip(new, apart, strict=True)
        )
        low, high = wilson_interval(hits, len(apart), z=3)
        self.assertTrue(low < classifier.accuracy < high, (hits, classifier.accuracy))
        self.assertGreater(hits / len(apart), 0.85)
        usual = Counter(category for category, _text in apart).most_common(1)[0][1]
        self.assertGreater(hits, usual)

    def test_chip_and_its_reasons(self):
        self._closed(120)
        classifier = self.classifiers._learn(self.company)
        complaint = self._new("Rabatt und Skonto fehlen")
        self.assertEqual(complaint.suggested_category_id, self.categories["invoice"])
        self.assertIn("Rabatt", complaint.suggestion_reason)
        self.assertIn("Skonto", complaint.suggestion_reason)
        self.assertIn(f"{100 * classifier.accuracy:.0f}%", complaint.suggestion_reason)
        self.assertIn(f"{100 * classifier.baseline:.0f}%", complaint.suggestion_reason)
        complaint.with_user(self.seller).action_accept_category()
        self.assertEqual(complaint.category_id, self.categories["invoice"])
        self.assertFalse(complaint.suggested_category_id, "it has a category")
        self.assertFalse(self._new("Xylophon").suggested_category_id, "nothing known")
        self.assertFalse(self._new("").suggested_category_id)

    def test_while_it_is_typed(self):
        self._closed(120)
        self.classifiers._learn(self.company)
        with Form(self.env["crm.complaint"].with_user(self.seller)) as form:
            form.name = "Rahmen verbogen"
            form.lang = "de_DE"
            self.assertEqual(form.suggested_category_id, self.categories["quality"])
            form.category_id = self.categories["delivery"]
            self.assertFalse(form.suggested_category_id)

    def test_off_until_there_are_enough(self):
        self._closed(99)
        classifier = self.classifiers._learn(self.company)
        self.assertFalse(classifier.is_useful)
        self.assertFalse(self._new("Rabatt und Skonto").suggested_category_id)
        self.assertIn("99", self.classifiers._status(self.company))
        self.assertIn("100", self.classifiers._status(self.company))
        # again with open ones, duplicates and those without category: still 99
        complaint = self._say("Rabatt", category_id=self.categories["invoice"].id)
        self.assertEqual(self.classifiers._learn(self.company).complaint_count, 99)
        complaint.stage_id = self.stages["resolved"]
        self.assertTrue(self.classifiers._learn(self.company).is_useful)

    def test_off_when_words_tell_nothing(self):
        self._closed(150, noise=1)
        classifier = self.classifiers._learn(self.company)
        self.assertFalse(classifier.is_useful)
        self.assertIn("not clearly better", self.classifiers._status(self.company))
        self.assertFalse(self._new("Rabatt und Skonto").suggested_category_id)

    def test_one_category_alone_suggests_nothing(self):
        for complaint in self._closed(120):
            complaint.category_id = self.categories["quality"]
        self.assertFalse(self.classifiers._learn(self.company).is_useful)

    def test_each_company_learns_for_itself(self):
        second = self._new_company("Zweite GmbH")
        self._closed(120, company=second)
        self.classifiers._learn(second)
        self.assertFalse(self._new("Rabatt und Skonto").suggested_category_id)
        other = self._new("Rabatt und Skonto", company_id=second.id)
        self.assertEqual(other.suggested_category_id, self.categories["invoice"])

    def test_switched_off_learned_anew_and_forgotten(self):
        self._closed(120)
        self.startPatcher(patch.object(IrCron, "_commit_progress", return_value=1))
        self.classifiers._cron_learn()
        self.classifiers._cron_learn()
        self.assertEqual(self.classifiers.search_count([("company_id", "=", self.company.id)]), 1)
        complaint = self._new("Rabatt und Skonto")
        self.assertTrue(complaint.suggested_category_id)
        self.company.complaint_suggest_category = False
        complaint.invalidate_recordset()
        self.assertFalse(complaint.suggested_category_id)
        self.company.complaint_suggest_category = True
        self.categories["invoice"].active = False
        complaint.invalidate_recordset()
        self.assertFalse(complaint.suggested_category_id, "an archived category")

    def test_settings(self):
        self._closed(120)
        settings = self.env["res.config.settings"].create({"company_id": self.company.id})
        self.assertIn("Not yet", settings.complaint_suggestion_status)
        settings.action_learn_complaint_categories()
        settings.invalidate_recordset()
        self.assertIn("Right in", settings.complaint_suggestion_status)


@tagged("post_install", "-at_install")
class TestSimilar(TextCase):
    """Complaints that say the same."""

    def test_rare_words_count_more(self):
        for text in texts("de_DE", 40, seed="others"):
            self._say(text)
        mine = self._say("Die Verpackung der Maschine war zerrissen")
        same = self._say("Zerrissene Verpackung")
        less = self._say("Verpackung fehlt, Maschine staubig")
        found = mine.get_similar()
        self.assertEqual([line["id"] for line in found[:2]], [same.id, less.id])
        self.assertEqual(set(found[0]["words"]), {"Verpackung", "zerrissen"})
        self.assertEqual(set(found[1]["words"]), {"Verpackung", "Maschine"})
        self.assertEqual(found[0]["words"][0], "zerrissen", "the rarest first")
        self.assertEqual(found[0]["name"], same.display_name)
        self.assertFalse(found[0]["closed"])
        self.assertLessEqual(len(found), 5)

    def test_only_what_the_viewer_reads(self):
        mine = self._say("Verpackung zerrissen", user_id=self.seller.id)
        own = self._say("Verpackung zerrissen", user_id=self.seller.id)
        hidden = self._say("Verpackung zerrissen", user_id=self.colleague.id, team_id=False)
        second = self._new_company("Zweite GmbH")
        self._say("Verpackung zerrissen", company_id=second.id)
        english = self._say("Verpackung zerrissen", lang="en_US", user_id=self.seller.id)
        self.assertEqual(
            [line["id"] for line in mine.with_user(self.seller).get_similar()], [own.id]
        )
        seen = mine.with_user(self.all_seller).get_similar()
        self.assertEqual({line["id"] for line in seen}, {own.id, hidden.id})
        self.assertFalse(english.with_user(self.seller).get_similar())
        with self.assertRaises(AccessError):
            hidden.with_user(self.seller).get_similar()
        portal = new_test_user(self.env, "similar_portal", "base.group_portal")
        portal.partner_id.parent_id = self.customer
        with self.assertRaises(AccessError):
            mine.with_user(portal).get_similar()

    def test_nothing_to_compare(self):
        self.assertEqual(self._say("").get_similar(), [])
        self.assertEqual(self._say("Einzigartig").get_similar(), [])
