# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from ..quality.duplicates import names
from ..quality.duplicates.frequencies import Frequencies
from ..quality.duplicates.keys import keys
from ..quality.duplicates.profile import build
from ..quality.duplicates.score import score
from ..quality.duplicates.whole_names import COMMON_GIVEN

SITE = {"phone": "01822 101354", "street": "13 Mill Lane", "zip_code": "80331", "city": "München"}
MAIL = {"email": "office@berger.example"}


def company(name, key=1, **values):
    return build(key, name=name, is_company=True, country="DE", **values)


def person(name, key=1, **values):
    return build(key, name=name, country="DE", **values)


@tagged("post_install", "-at_install")
class TestDuplicateWholeNames(BaseCase):
    """What is merged without anybody looking at it, with cases on both sides."""

    frequencies = Frequencies(100_000, {})

    def automatic(self, left, right, frequencies=None):
        matches = [
            score(*pair, frequencies or self.frequencies) for pair in ((left, right), (right, left))
        ]
        self.assertTrue(all(matches), "the records are taken for the same")
        self.assertEqual(*(match.automatic for match in matches))
        return matches[0].automatic

    # ------------------------------------------------------------ companies
    def test_forms_of_many_countries(self):
        forms = {
            "llp": ("LLP", "L.L.P."),
            "ltd": ("Ltd", "Limited", "Pty Ltd"),
            "eurl": ("EURL", "E.U.R.L."),
            "sarl": ("SARL", "S.à r.l.", "société à responsabilité limitée"),
            "vof": ("VOF", "V.O.F."),
            "spj": ("Sp. j.", "sp.j.", "spółka jawna"),
            "spzoo": ("Sp. z o.o.", "spółka z o.o."),
            "snc": ("S.n.c.", "snc"),
            "sro": ("s.r.o.", "spol. s r.o."),
            "doo": ("d.o.o.",),
            "og": ("OG", "Offene Gesellschaft"),
            "eu": ("e.U.",),
        }
        for code, spellings in forms.items():
            for form in spellings:
                with self.subTest(form):
                    found = names.company(f"Berger Metallbau {form}")
                    self.assertEqual(found.legal, code)
                    self.assertEqual(found.tokens, ("berger", "metallbau"))
        for name in ("SNC Berger Metallbau", "Sia Berger", "OG", "Berger EU"):
            self.assertEqual(names.company(name).legal, "", name)
        self.assertFalse(names.looks_like_company("Min-jun Doo"), "a surname, too")

    def test_other_forms_are_other_companies(self):
        left = company("Berger Metallbau LLP", **SITE, **MAIL)
        self.assertFalse(self.automatic(left, company("Berger Metallbau Ltd", 2, **SITE, **MAIL)))
        self.assertTrue(self.automatic(left, company("Berger Metallbau L.L.P.", 2, **SITE, **MAIL)))

    def test_an_unknown_form_is_left_to_a_person(self):
        """Two letters that only one name has: a form of a country that is not known here."""
        left = company("Berger Metallbau Ltd", **SITE, **MAIL)
        self.assertFalse(self.automatic(left, company("Berger Metallbau X Q", 2, **SITE, **MAIL)))

    def test_a_group_is_not_its_member(self):
        left = company("Berger Metallbau GmbH", **SITE, **MAIL)
        for part in ("Gruppe", "Deutschland", "Group", "International"):
            with self.subTest(part):
                right = company(f"Berger Metallbau {part} GmbH", 2, **SITE, **MAIL)
                self.assertFalse(self.automatic(left, right))
                again = company(f"{part} Berger Metallbau", 1, **SITE, **MAIL)
                self.assertTrue(self.automatic(again, right), "both name it")

    def test_a_part_of_a_company_changes_no_key_of_its_name(self):
        left = company("Berger Metallbau GmbH", city="München", zip_code="80331")
        right = company("Berger Metallbau Deutschland", 2, city="München", zip_code="80331")
        self.assertEqual(keys(left), keys(right))
        self.assertTrue(keys(company("Gruppe")), "the part alone is the name")

    def test_the_vat_number_says_who_is_meant(self):
        vat = {"vat": "DE136695976"}
        left = company("Berger Metallbau GmbH", **SITE, **vat)
        right = company("Berger Metallbau Gruppe", 2, **SITE, **vat)
        self.assertTrue(self.automatic(left, right))

    def test_own_place_and_mistyped_form_are_nothing_further(self):
        left = company("Berger Metallbau GmbH", **SITE, **MAIL)
        for name in (
            "Berger Metallbau München",
            "Berger Metallbau Gmhb",
            "Berger Metallbau Gesellschaft mit beschränkter Hafung",
        ):
            with self.subTest(name):
                self.assertTrue(self.automatic(left, company(name, 2, **SITE, **MAIL)))
        right = company("Berger Metallbau KG Gmhb", 2, **SITE, **MAIL)
        self.assertFalse(self.automatic(left, right), "it has a form already")

    # ------------------------------------------------------------ persons
    def test_two_mailboxes_at_one_address(self):
        left = person("Tom Wong", **SITE, email="tom.wong@gmx.de")
        other = person("Tom Wong", 2, **SITE, email="wong98@web.de")
        self.assertFalse(self.automatic(left, other), "father and son, or one with two mailboxes")
        self.assertTrue(self.automatic(left, person("Tom Wong", 2, **SITE)))
        moved = SITE | {"phone": "0171 5556667"}
        self.assertFalse(self.automatic(left, person("Tom Wong", 2, **moved)))
        self.assertTrue(
            self.automatic(left, person("Tom Wong", 2, **moved, email="tom.wong@gmx.de"))
        )

    def test_a_given_name_that_many_have(self):
        """Where every tenth is called Maria, so may be the daughter."""
        total = 100_000
        often = Frequencies(total, {("token", "maria"): int(total * COMMON_GIVEN * 2)})
        seldom = Frequencies(total, {("token", "maria"): int(total * COMMON_GIVEN / 2)})
        left, right = person("Maria Wong", **SITE), person("Maria Wong", 2, **SITE)
        self.assertFalse(self.automatic(left, right, often))
        self.assertTrue(self.automatic(left, right, seldom))
        born = {"birth": "1985-11-20"}
        left, right = person("Maria Wong", **SITE, **born), person("Maria Wong", 2, **SITE, **born)
        self.assertTrue(self.automatic(left, right, often))
        left, right = person("Maria Lucinda Wong", **SITE), person("Maria Lucinda Wong", 2, **SITE)
        self.assertTrue(self.automatic(left, right, often), "the other given name is rare")
