# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..quality import phone as phone_numbers
from ..quality.duplicates import compare, contacts, distance, gates, names, places
from ..quality.duplicates.frequencies import Frequencies
from ..quality.duplicates.keys import keys
from ..quality.duplicates.phonetics import cologne
from ..quality.duplicates.profile import build
from ..quality.duplicates.score import DOUBT, explain, posterior, score
from ..quality.duplicates.text import fold
from ..quality.duplicates.union import components, weakest

VAT_ONE, VAT_TWO = "DE136695976", "DE129274202"


def company(name="Berger Metallbau GmbH", key=1, **values):
    return build(key, name=name, is_company=True, country="DE", **values)


def person(name="Anna Berger", key=1, **values):
    return build(key, name=name, country="DE", **values)


@tagged("post_install", "-at_install")
class TestDuplicateValues(BaseCase):
    """Normalised values, comparators and gates, with cases on both sides."""

    frequencies = Frequencies(100_000, {})

    # ------------------------------------------------------------ normalisation
    def test_fold(self):
        same = ("Müller", "Mueller", "MULLER", "muller", "Mu\u0308ller")
        self.assertEqual({fold(text) for text in same}, {"muller"})
        self.assertEqual(fold("Straße"), fold("STRASSE"))
        self.assertNotEqual(fold("Müller"), fold("Miller"))
        self.assertEqual(fold(None), "")
        self.assertEqual(len(fold("x" * 5000)), 200)

    def test_legal_forms(self):
        spellings = {
            "gmbh": ("GmbH", "G.m.b.H.", "gmbh", "Gesellschaft mit beschränkter Haftung", "mbH"),
            "gmbhcokg": ("GmbH & Co. KG", "GmbH&Co.KG", "GmbH und Co KG", "GmbH u. Co. KG"),
            "ug": ("UG", "UG (haftungsbeschränkt)", "UG haftungsbeschränkt"),
            "ek": ("e.K.", "eK", "e. K."),
            "ag": ("AG", "A.G.", "Aktiengesellschaft"),
        }
        for code, forms in spellings.items():
            for form in forms:
                with self.subTest(form):
                    found = names.company(f"Berger Metallbau {form}")
                    self.assertEqual(found.legal, code)
                    self.assertEqual(found.tokens, ("berger", "metallbau"))
        self.assertEqual(names.company("Agentur Berger").legal, "", "no AG in it")
        self.assertEqual(names.company("GmbH").tokens, ("gmbh",), "a form alone is a name")

    def test_persons(self):
        for text in ("Anna Berger", "Berger, Anna", "Dr. Anna Berger", "Frau Anna Berger"):
            with self.subTest(text):
                found = names.person(text)
                self.assertEqual((found.surname, found.given), ("berger", ("anna",)))
        self.assertEqual(names.person("Anna Berger-Vogt").surname, "berger vogt")
        self.assertEqual(names.person("Dr.").tokens, ("dr",), "a title alone is a name")

    def test_streets(self):
        same = (
            "Berliner Str. 12a",
            "Berliner Straße 12 A",
            "berliner strasse 12a",
            "Berlinerstr.12a",
        )
        self.assertEqual({places.street(text) for text in same}, {("berlinerstrasse", "12a")})
        self.assertEqual(places.street("12 High Street"), ("highstreet", "12"))
        self.assertEqual(places.street("Am Markt"), ("ammarkt", ""))
        self.assertEqual(places.street(""), ("", ""))
        self.assertNotEqual(places.street("Weg 1"), places.street("Weg 11"))

    def test_places(self):
        self.assertEqual(places.city("Frankfurt am Main"), places.city("Frankfurt"))
        self.assertNotEqual(places.city("Frankfurt"), places.city("Frankenthal"))
        self.assertEqual(places.zip_code("D-80331"), "80331")
        self.assertEqual(places.zip_code(None), "")

    def test_phones(self):
        same = ("089 / 1234567", "+49 (0) 89 1234567", "004989 1234567", "(089) 12 34-567")
        self.assertEqual({contacts.phone(text, "DE") for text in same}, {"49891234567"})
        self.assertNotEqual(
            contacts.phone("089 1234567", "DE"), contacts.phone("089 1234568", "DE")
        )
        for text in ("", "123", "call me", "😀"):
            self.assertEqual(contacts.phone(text, "DE"), "")

    def test_phones_without_the_library(self):
        with patch.object(phone_numbers, "phonenumbers", None):
            self.assertEqual(contacts.phone("089 1234567", "DE", "089 1234567"), "49891234567")

    def test_emails(self):
        self.assertEqual(contacts.email("Anna <Anna.Berger@GMX.de>"), "anna.berger@gmx.de")
        for text in ("", "anna", "@", "😀@"):
            self.assertEqual(contacts.email(text), "")

    def test_vats(self):
        self.assertEqual(contacts.vat("de 136 695 976", "DE"), (VAT_ONE, True))
        self.assertEqual(contacts.vat("DE136695970", "DE"), ("DE136695970", False))
        self.assertEqual(contacts.vat("/", "DE"), ("", False))

    def test_cologne(self):
        # examples of the published method
        self.assertEqual(cologne("wikipedia"), "3412")
        self.assertEqual(cologne("muller"), cologne("mueler"))
        self.assertEqual(cologne("maier"), cologne("meyer"))
        self.assertNotEqual(cologne("muller"), cologne("schmidt"))
        self.assertEqual(cologne(""), "")
        self.assertEqual(cologne("你好"), "")

    def test_garbage_has_a_profile(self):
        for text in ("", " ", "x", "😀" * 50, "a" * 5000, "\u202e", "%s {0}", "'; DROP", ",", "."):
            for is_company in (False, True):
                with self.subTest(text=text[:9], company=is_company):
                    profile = build(
                        1, name=text, is_company=is_company, email=text, phone=text, vat=text,
                        street=text, zip_code=text, city=text,
                    )  # fmt: skip
                    keys(profile)
                    score(profile, profile, self.frequencies)

    # ------------------------------------------------------------ distance
    def test_edits_alike_with_and_without_rapidfuzz(self):
        pairs = [("muller", "mulelr"), ("abc", "abc"), ("", "ab"), ("berger", "bergmann"),
                 ("kitten", "sitting"), ("ab", "ba"), ("a cat", "an abct")]  # fmt: skip
        for left, right in pairs:
            for limit in (1, 2, 3):
                with_library = distance.edits(left, right, limit)
                with patch.object(distance, "OSA", None):
                    self.assertEqual(distance.method(), "python")
                    self.assertEqual(
                        distance.edits(left, right, limit), with_library, (left, right)
                    )

    def test_typos(self):
        for left, right in (("berger", "bergre"), ("metallbau", "metalbau"), ("jana", "jaan")):
            self.assertTrue(distance.is_typo(left, right), (left, right))
        for left, right in (("berger", "vogt"), ("tim", "jim"), ("anna", "hans"), ("ab", "ba")):
            self.assertFalse(distance.is_typo(left, right), (left, right))

    # ------------------------------------------------------------ comparators
    def outcome(self, field, left, right):
        found = {line[0]: line[1] for line in compare.compare(left, right, self.frequencies)}
        return found.get(field)

    def test_company_names(self):
        cases = {
            "Metallbau Berger": "same",
            "Berger Metalbau": "typo",
            "Berger Metallbau Gruppe": "same",
            "Berger Metallbau Verwaltung": "more",
            "Berger Holzbau": "part",
            "Vogt Optik": "other",
        }
        for name, expected in cases.items():
            self.assertEqual(self.outcome("company", company(), company(name)), expected, name)
        left, right = company(city="Bonn"), company("Berger Metallbau Bonn GmbH", city="Köln")
        self.assertEqual(self.outcome("company", left, right), "branch")

    def test_person_names(self):
        cases = {
            "Berger, Anna": "same",
            "Ana Berger": "typo",
            "A. Berger": "initial",
            "Anna Maria Berger": "more",
            "Hans Berger": "surname",
            "Anna Vogt": "given",
            "Udo Vogt": "other",
        }
        for name, expected in cases.items():
            self.assertEqual(self.outcome("person", person(), person(name)), expected, name)

    def test_contact_values(self):
        cases = (
            ("email", {"email": "max@gmx.de"}, {"email": "MAX@gmx.de"}, "same"),
            ("email", {"email": "max.berg@gmx.de"}, {"email": "max.brg@gmx.de"}, "typo"),
            ("email", {"email": "maximus1@gmx.de"}, {"email": "maximus2@gmx.de"}, "domain"),
            ("email", {"email": "a@berg.de"}, {"email": "b@vogt.de"}, "other"),
            ("phone", {"phone": "089 1234567"}, {"phone": "+49 89 1234567"}, "same"),
            ("phone", {"phone": "089 1234567"}, {"phone": "089 1234566"}, "typo"),
            ("phone", {"phone": "089 1234567"}, {"phone": "030 7654321"}, "other"),
            ("phone", {"phone": "089 1234567"}, {}, None),
            ("street", {"street": "Weg 1"}, {"street": "Weg 2"}, "number"),
            ("street", {"street": "Weg 1"}, {"street": "Weg"}, "street"),
            ("street", {"street": "Lindenallee 1"}, {"street": "Lidnenallee 1"}, "typo"),
            ("street", {"street": "Lindenallee 1"}, {"street": "Hofgasse 1"}, "other"),
        )
        for field, left, right, expected in cases:
            with self.subTest(field=field, expected=expected):
                self.assertEqual(self.outcome(field, person(**left), person(**right)), expected)

    def test_places_compared(self):
        base = {"zip_code": "80331", "city": "München"}
        cases = {
            "same": {"zip_code": "80331", "city": "Muenchen"},
            "typo": {"zip_code": "80332", "city": "München"},
            "city": {"zip_code": "81927", "city": "München"},
            "zip": {"zip_code": "80331", "city": "Bonn"},
            "other": {"zip_code": "53111", "city": "Bonn"},
        }
        for expected, values in cases.items():
            found = self.outcome("place", person(**base), person(**values))
            self.assertEqual(found, expected)

    # ------------------------------------------------------------ gates
    def test_gate_kind(self):
        self.assertTrue(gates.kinds(company(), person()))
        self.assertFalse(gates.kinds(company(), build(2, email="a@b.de")))

    def test_gate_family(self):
        mother = company(family=1)
        self.assertTrue(gates.related(mother, person(key=2, family=1)))
        self.assertFalse(gates.related(mother, company(key=3, family=3)))
        self.assertFalse(gates.related(person(key=2, family=1), person(key=4, family=1)))

    def test_gate_vat(self):
        left = company(vat=VAT_ONE)
        self.assertTrue(gates.vats(left, company(vat=VAT_TWO)))
        self.assertFalse(gates.vats(left, company(vat=VAT_ONE)))
        self.assertFalse(
            gates.vats(left, company(vat="DE136695970")), "a mistyped one proves nothing"
        )
        self.assertFalse(gates.vats(left, company()))

    def test_gate_given_names(self):
        anna = person()
        for name in ("Hans Berger", "Berger, Hans"):
            self.assertTrue(gates.given_names(anna, person(name)), name)
        for name in ("A. Berger", "Anna Maria Berger", "Ana Berger", "Berger", "Berger Anna"):
            self.assertFalse(gates.given_names(anna, person(name)), name)
        born = person("Anna Berger", birth="1990-01-01")
        self.assertFalse(gates.given_names(born, person("Hans Berger", birth="1991-01-01")))

    # ------------------------------------------------------------ score
    SITE = {
        "email": "info@berger-metallbau.de",
        "phone": "089 1234567",
        "street": "Lindenallee 1",
        "zip_code": "80331",
        "city": "München",
    }

    def test_the_same_company(self):
        match = score(
            company(**self.SITE), company("Berger Metalbau", 2, **self.SITE), self.frequencies
        )
        self.assertTrue(match.automatic)
        self.assertGreater(match.posterior, 0.99)

    def test_sister_companies_are_never_automatic(self):
        for word in ("Verwaltungs", "Holding", "Zwiebelturm"):
            sister = company(f"Berger Metallbau {word} GmbH", 2, **self.SITE)
            match = score(company(**self.SITE), sister, self.frequencies, DOUBT)
            self.assertEqual((match.gate, match.automatic), ("extra", False))
            self.assertLess(match.posterior, 0.5)

    def test_families_and_colleagues(self):
        anna = person(**self.SITE)
        for name in ("Hans Berger", "Udo Vogt", "Berger Metallbau GmbH"):
            self.assertIsNone(score(anna, person(name, 2, **self.SITE), self.frequencies), name)

    def test_father_and_son_are_never_automatic(self):
        father = person("Karl Berger", birth="1950-02-03", **self.SITE)
        again = person("Karl Berger", 2, birth="1950-02-03", **self.SITE)
        son = person("Karl Berger", 2, birth="1985-11-20", **self.SITE)
        self.assertTrue(score(father, again, self.frequencies).automatic)
        match = score(father, son, self.frequencies, 0.0)
        self.assertFalse(match.automatic)

    def test_shared_address_phone_and_mailbox_are_no_match(self):
        tenant = company("Vogt Optik GmbH", 2, **self.SITE)
        self.assertIsNone(score(company(**self.SITE), tenant, self.frequencies))

    def test_both_sides_count_alike(self):
        """It does not matter which record is the older one."""
        known = {("city", "bonn"): 900, ("city", "bon"): 1, ("phone", "49228123456"): 5,
                 ("name", "berger metallbau"): 4, ("address", "lindenallee 1 53111"): 9}  # fmt: skip
        frequencies = Frequencies(100_000, known)
        site = {"street": "Lindenallee 1", "zip_code": "53111", "city": "Bonn"}
        records = [
            company(key, number, **values)
            for number, (key, values) in enumerate(
                [
                    ("Berger Metallbau GmbH", site | {"email": "mail@berger-metallbau.eu"}),
                    (
                        "Metallbau Berger",
                        site | {"city": "Bon", "email": "maiil@berger-metallbau.eu"},
                    ),
                    ("Berger Metalbau", site | {"zip_code": "", "phone": "0228 123456"}),
                    ("Berger Metallbau Bonn", {"city": "Bonn", "phone": "+33 49228123456"}),
                    ("Berger Metall Bauer", site | {"phone": "0228 123456"}),
                    ("Bergermann Metallbau", {"zip_code": "53111"}),
                ],
                1,
            )
        ]
        for left in records:
            for right in records:
                if left is right:
                    continue
                one = score(left, right, frequencies, 0.0)
                two = score(right, left, frequencies, 0.0)
                with self.subTest(left=left.name, right=right.name):
                    self.assertEqual(one is None, two is None)
                    if one:
                        self.assertAlmostEqual(one.weight, two.weight)
                        self.assertEqual(one.automatic, two.automatic)
                        counts = [
                            {line["field"]: line["frequency"] for line in lines}
                            for lines in (
                                explain(one, left, right, frequencies),
                                explain(two, right, left, frequencies),
                            )
                        ]
                        self.assertEqual(*counts)

    def test_rare_names_say_more(self):
        common = Frequencies(100_000, {("token", "anna"): 2000, ("token", "berger"): 3000,
                                       ("name", "anna berger"): 60})  # fmt: skip
        left, right = person(city="Bonn"), person(key=2, city="Bonn")
        rare = score(left, right, self.frequencies, 0.0)
        often = score(left, right, common, 0.0)
        self.assertGreater(rare.weight, often.weight + 3)

    def test_explanation(self):
        left, right = company(**self.SITE), company("Berger Metalbau", 2, **self.SITE)
        match = score(left, right, self.frequencies)
        lines = {line["field"]: line for line in explain(match, left, right, self.frequencies)}
        self.assertEqual(lines["phone"]["outcome"], "same")
        self.assertEqual((lines["phone"]["frequency"], lines["phone"]["total"]), (2, 100_000))
        total = sum(line["weight"] for line in lines.values())
        prior = match.weight - sum(bits for *_names, bits in match.details)
        self.assertAlmostEqual(total + prior, match.weight, 1)

    def test_posterior(self):
        self.assertEqual(posterior(0), 0.5)
        self.assertAlmostEqual(posterior(10), 1024 / 1025)
        self.assertEqual((posterior(-9999), posterior(9999)), (0.0, 1.0))

    # ------------------------------------------------------------ groups
    def test_components(self):
        links = [(9, 1, 2), (8, 2, 3), (7, 4, 5), (-1, 3, 4), (-1, 6, 7)]
        groups = {frozenset(group) for group in components(links)}
        self.assertEqual(groups, {frozenset((1, 2, 3)), frozenset((4, 5)), frozenset((6, 7))})
        apart = components(links, lambda first, second: 3 in first + second)
        self.assertIn(frozenset((1, 2)), {frozenset(group) for group in apart})
        chain = [(1, number, number + 1) for number in range(100)]
        self.assertLessEqual(max(map(len, components(chain, cap=10))), 10)
        self.assertEqual(components([]), [])

    def test_two_deals_of_one_customer(self):
        """Leads that belong to one customer are shown, but a person decides."""
        values = {"email": "anna@berger.example", "phone": "089 1234567"}
        for family, expected in ((0, True), (7, False)):
            left, right = (person(key=key, family=family, **values) for key in (-1, -2))
            match = score(left, right, self.frequencies)
            self.assertGreater(match.posterior, 0.99)
            self.assertIs(match.automatic, expected)

    def test_weakest(self):
        links = [(9, 1, 2), (3, 2, 3), (1, 1, 3)]
        self.assertEqual(weakest([1, 2, 3], links), (3, 2, 3))
