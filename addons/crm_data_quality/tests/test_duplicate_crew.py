# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import gc
from unittest.mock import patch

from odoo.tests import BaseCase, tagged
from odoo.tools import SQL

from ..models import crm_duplicate_phases as phases
from ..quality import crew
from ..quality.duplicates import keys as keys_module
from ..quality.duplicates import work
from ..quality.duplicates.counts import Counts
from ..quality.duplicates.keys import keys, promising
from ..quality.duplicates.profile import build
from ..quality.duplicates.score import score
from .duplicates import SITE, DuplicateCase

LOG = "odoo.addons.crm_data_quality.quality.crew"


def rows(start, count=3):
    """Records as the database gives them to `work.read`."""
    return [
        (number, f"Müller {number} GmbH", True, None, f"info@m{number}.de", "030 1234567", "",
         "DE136695976", "Hauptstr. 5", "10115", "Berlin", None, None, number)
        for number in range(start, start + count)
    ]  # fmt: skip


@tagged("post_install", "-at_install")
class TestCrew(BaseCase):
    """Work by helper processes is the same as without, whatever happens to them."""

    def setUp(self):
        super().setUp()
        self.members = []
        start = crew._start

        def started(*arguments):
            self.members.append(start(*arguments))
            return self.members[-1]

        self.startPatcher(patch.object(crew, "_start", started))
        self.expected = work.read(None, 1, "DE", rows(1))

    def test_same_as_alone(self):
        helped = crew.Crew(work, 2)
        futures = [helped.submit("read", 1, "DE", rows(start)) for start in (1, 50, 100, 1)]
        results = [future.result() for future in futures]
        self.assertEqual(results[0], self.expected)
        self.assertEqual(results[3], self.expected)
        self.assertEqual(results[1], work.read(None, 1, "DE", rows(50)))
        alone = crew.Crew(work, 0)
        self.assertEqual(alone.submit("read", 1, "DE", rows(1)).result(), self.expected)
        self.assertEqual(len(self.members), 2)

    def test_in_the_order_of_fetching(self):
        for size in (0, 2):
            with self.subTest(size):
                self._check_order(size)

    def _check_order(self, size):
        fetched = []

        def fetch(last):
            number = 0 if last is None else last + 1
            if number == 5:
                return None
            fetched.append(number)
            return number, f"piece {number}", "read", (1, "DE", rows(number, 40 - 8 * number))

        line = crew.Line(crew.Crew(work, size))
        self.assertEqual(line.take(fetch)[0], "piece 0")
        self.assertEqual(len(fetched), size + 1, "no more is fetched ahead than is needed")
        taken = [line.take(fetch) for _number in range(4)]
        self.assertEqual([one[0] for one in taken], [f"piece {n}" for n in (1, 2, 3, 4)])
        self.assertEqual(taken[3][1], work.read(None, 1, "DE", rows(4, 8)))
        self.assertIsNone(line.take(fetch))
        self.assertEqual(fetched, [0, 1, 2, 3, 4])

    def test_helper_killed(self):
        helped = crew.Crew(work, 1)
        self.members[0].kill()
        self.members[0].wait()
        with self.assertLogs(LOG, "WARNING"):
            result = helped.submit("read", 1, "DE", rows(1)).result()
        self.assertEqual(result, self.expected)
        self.assertEqual(helped.submit("read", 1, "DE", rows(1)).result(), self.expected)

    def test_no_helper_can_be_started(self):
        with (
            patch.object(crew.subprocess, "Popen", side_effect=OSError("no memory")),
            self.assertLogs(LOG, "WARNING"),
        ):
            helped = crew.Crew(work, 2)
        self.assertEqual(helped.submit("read", 1, "DE", rows(1)).result(), self.expected)

    def test_an_error_is_the_same_as_alone(self):
        helped = crew.Crew(work, 1)
        with self.assertLogs(LOG, "WARNING"), self.assertRaisesRegex(ValueError, "unpack"):
            helped.submit("read", 1, "DE", [(1, 2)]).result()

    def test_helpers_end_with_the_work(self):
        helped = crew.Crew(work, 2)
        helped.submit("read", 1, "DE", rows(1)).result()
        self.assertEqual([member.poll() for member in self.members], [None, None])
        del helped
        gc.collect()
        self.assertTrue(all(member.poll() is not None for member in self.members))

    def test_size(self):
        for count, size in ((1, 0), (2, 2), (64, crew.MOST)):
            with patch.object(crew, "processors", return_value=count):
                self.assertEqual(crew.best_size(), size)


@tagged("post_install", "-at_install")
class TestPromising(BaseCase):
    """Which pairs among very many records are worth comparing."""

    def pairs(self, one, two):
        texts = {
            number: " ".join(map(str, keys(build(number, country="DE", **values))))
            for number, values in ((1, one), (2, two))
        }
        return promising([(1, 2), (1, 3)], texts)

    def test_pairs(self):
        home = {"street": "Am Markt 3", "zip_code": "80331", "city": "München"}
        anna = {"name": "Anna Berger"}
        cases = (
            # what the two share, whether they are compared
            ("same name, another place", anna, anna | home, True),
            ("same phone only", {"name": "Vogt", "phone": "089 1234567"},
             {"name": "Berger", "phone": "+49 89 1234567"}, True),
            ("same house only", {"name": "Vogt Otto", "zip_code": "80331", "street": "Ring 3"},
             {"name": "Anna Berger", "zip_code": "80331", "street": "Am Markt 3"}, False),
            ("house and street", {"name": "Vogt Otto"} | home, anna | home, True),
            ("similar name in the city", {"name": "Bergers Otto", "city": "München"},
             {"name": "Anna Bergert", "city": "München"}, False),
            ("similar name in the postal code and city",
             {"name": "Bergers Otto", "city": "München", "zip_code": "80331"},
             {"name": "Anna Bergert", "city": "München", "zip_code": "80331"}, True),
        )  # fmt: skip
        for label, one, two, expected in cases:
            with self.subTest(label):
                self.assertEqual(self.pairs(one, two), [(1, 2)] if expected else [])


@tagged("post_install", "-at_install")
class TestDuplicateHelpers(DuplicateCase):
    """A search with helper processes, and what they are told."""

    def found(self):
        pairs = self.env["crm.duplicate.pair"].search([("company_id", "=", self.own.id)])
        return {
            (pair.left_name, pair.right_name, pair.weight, pair.band, pair.reasons)
            for pair in pairs
        }

    def test_same_result(self):
        self.twins()
        for number in range(6):
            self.customer(name=f"Vogt Optik {number}", **SITE)
            self.customer(name=f"Otto Vogt {number}", zip="80331", city="München")
        self.search_now()
        alone, groups = self.found(), self.groups()
        self.assertTrue(groups)
        self.env["crm.duplicate.pair"].search([("company_id", "=", self.own.id)]).unlink()
        with (
            patch.object(phases, "FEW", 0),
            patch.object(phases, "READ_BATCH", 3),
            patch.object(phases, "best_size", return_value=2),
        ):
            search = self.search_now(is_full=True).sudo()
            self.assertEqual(search.run_state, "waiting")
            search._run()
        self.assertEqual(search.run_state, "done")
        self.assertEqual(self.found(), alone)
        self.assertEqual(self.groups(), groups)

    def test_number_of_helpers(self):
        parameters = self.env["ir.config_parameter"].sudo()
        searches = self.env["crm.duplicate.search"]
        with patch.object(phases, "best_size", return_value=3):
            for text, size in (("", 3), ("0", 0), (" 2 ", 2), ("99", crew.MOST)):
                parameters.set_param(phases.PROCESSES, text)
                self.assertEqual(searches._helpers(), size)
            parameters.set_param(phases.PROCESSES, "many")
            with self.assertLogs(phases.__name__, "WARNING"):
                self.assertEqual(searches._helpers(), 3)

    def test_weak_keys_among_very_many(self):
        """Sharing only a house, two are compared among few records, not among very many."""
        self.customer(name="Otto Vogt", street="Lindenallee 1", zip="80331")
        self.customer(name="Anna Berger", street="Ring 1", zip="80331")
        search = self.search_now()
        self.assertEqual(search.compared_count, 1)
        with patch.object(work, "LARGE", 1):
            search = self.search_now(is_full=True).sudo()
            search._run()
        self.assertEqual(search.compared_count, 0)

    def test_smaller_blocks_among_very_many(self):
        """A name that many bear is no reason for comparing them, among very many records."""
        for number in range(12):
            self.customer(name="Otto Vogt", zip=f"{10 + number}000")
        self.customer(name="Anna Berger")
        self.customer(name="Anna Berger")
        self.assertEqual(self.search_now().compared_count, 12 * 11 // 2 + 1)
        with patch.object(keys_module, "LARGE", 1):
            search = self.search_now(is_full=True).sudo()
            search._run()
        self.assertEqual(search.compared_count, 1)
        self.assertEqual([line[:2] for line in search.report], [[12, "name"]])
        self.assertEqual(keys_module.most(1000), ({}, 60))

    def has_index(self):
        return bool(
            self.env.execute_query(
                SQL("SELECT FROM pg_indexes WHERE indexname = 'crm_duplicate_profile_keys_index'")
            )
        )

    def test_keys_are_indexed_after_the_first_reading(self):
        self.twins()
        profiles = self.env["crm.duplicate.profile"]
        self.env.cr.execute("DELETE FROM crm_duplicate_profile")
        self.assertTrue(self.has_index())
        steps = []
        look = type(profiles)._index_keys

        def index_keys(records):
            steps.append(self.has_index())
            look(records)
            steps.append(self.has_index())

        with (
            patch.object(phases, "MAX_LOOKUP", 0),
            patch.object(type(profiles), "_index_keys", index_keys),
        ):
            self.search_now()
            self.assertEqual(steps, [False, True])
            self.assertEqual(len(self.groups()), 1)
            self.customer(name="Berger Metallbau", **SITE)
            self.search_now()
        self.assertEqual(steps, [False, True, True, True], "only an empty table goes without")
        self.assertEqual({len(group) for group in self.groups()}, {3})

    def test_counts_as_the_database_tells_them(self):
        values = {
            ("token", "müller"): 7, ("token", "😀"): 3, ("city", "a b"): 1, ("name", "x' \\ y"): 9,
            ("total", ""): 321,
        }  # fmt: skip
        frequencies = self.env["crm.duplicate.frequency"]
        frequencies.create(
            [
                {"company_id": self.own.id, "kind": "customers", "field": field, "value": value,
                 "number": number}
                for (field, value), number in values.items()
            ]
        ).flush_recordset()  # fmt: skip
        total, columns, weights = frequencies._share(self.own, "customers")
        self.assertEqual((total, weights), (321, None))
        counts = Counts(*columns)
        for key, number in values.items():
            self.assertEqual(counts.get(key), number)
        self.assertIsNone(counts.get(("token", "muller")))
        self.assertEqual(counts.get(("token", "zzz"), 2), 2)
        self.assertIsNone(frequencies._share(self.own, "leads"))
        shared = work.share(total, columns, weights)
        loaded = frequencies._load(self.own, "customers", [build(1, name="Müller")])
        for one in (shared, loaded):
            self.assertEqual(one.total, 321)
            self.assertEqual(one.count("token", "muller"), 2)
        left, right = (build(key, name="Anna Müller", email="a@m.de") for key in (1, 2))
        self.assertEqual(score(left, right, shared).weight, score(left, right, loaded).weight)
