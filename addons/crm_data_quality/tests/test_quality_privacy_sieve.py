# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..quality.privacy import needles

TEXTS = {"Adalbert Zwiebelfisch", "info@zwiebel.example", "+49 89 5550471", "Ölmühle Süß"}
ADDRESSES = {("Kranichweg 12", "80331"), ("Kranichweg 12", "München")}
NAMING = [
    "Nachbar von ADALBERT  Zwiebelfisch, seit 2020",
    "<p>adalbert\n zwiebelfisch</p>",
    "Mail an <info@zwiebel.example>",
    "mailto:INFO@zwiebel.example?subject=x",
    "Tel. +49 89 5550471.",
    "Lieferung: Kranichweg 12, D-80331 München",
    "Kranichweg 12<br/>80331 München",
    '{"note": "Kranichweg 12\\n80331 München"}',
    '{"note": "Hallo\\nAdalbert Zwiebelfisch"}',
    "Firma Ölmühle Süß",
]
OTHER = [
    "",
    "Adalbert und Zwiebelfische",
    "Kranichweg 120, 80331 München",
    "Kranichweg 12, 10115 Berlin",
    "anna.info@zwiebel.example",
    "Tel. +49 89 55504712",
    "Zwiebelfisch",
]


@tagged("post_install", "-at_install")
class TestQualityPrivacySieve(TransactionCase):
    """The quick first look never leaves out what the pattern would find."""

    def matches(self, text, pattern):
        [(found,)] = self.env.execute_query(SQL("SELECT %s ~* %s", text, pattern))
        return found

    def test_nothing_that_matches_is_left_out(self):
        pattern = needles.pattern(TEXTS, addresses=ADDRESSES)
        sieve = needles.Sieve(needles.signs(TEXTS, ADDRESSES))
        matched = 0
        for text in NAMING + OTHER:
            with self.subTest(text):
                if self.matches(text, pattern):
                    matched += 1
                    self.assertTrue(sieve.may_match(text))
        self.assertGreaterEqual(matched, 8, "the texts that name somebody are found at all")

    def test_texts_of_others_are_left_out(self):
        sieve = needles.Sieve(needles.signs(TEXTS, ADDRESSES))
        for text in ("", "Adalbert", "Zwiebelfisch", "Kranichweg 120", "Tel. +49 89 55504712"):
            with self.subTest(text):
                self.assertFalse(sieve.may_match(text))

    def test_what_has_no_words_is_never_left_out(self):
        self.assertTrue(needles.Sieve(needles.signs({"++++"})).may_match("anything"))
        self.assertTrue(needles.Sieve([]).may_match("anything"), "a search of an earlier version")
