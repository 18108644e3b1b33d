# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from ..quality import email, names, phone, postal, vat
from ..quality.dimensions import share, weighted_mean

GARBAGE = [
    "",
    " ",
    "😀",
    "😀" * 100,
    "x" * 200,
    "\u202e",
    "a\nb",
    "'; --",
    "@",
    "+",
    "/",
    "0" * 200,
    "١٢٣",
]


@tagged("post_install", "-at_install")
class TestQualityValues(BaseCase):
    """Single values, without a database."""

    def test_email_form(self):
        for good in ("a@b.de", "a.b+c@x-y.co.uk", "müller@bäcker.de", "o'neil@x.ie", "A@B.DE"):
            self.assertIsNone(email.problem(good), good)
        for bad in (
            "a@b",
            "a b@c.de",
            "a@x..de",
            ".a@x.de",
            "a.@x.de",
            "a@-x.de",
            "@x.de",
            "x" * 65 + "@a.de",
        ):
            self.assertEqual(email.problem(bad)[0], "syntax", bad)

    def test_email_proposal(self):
        self.assertEqual(email.problem("Max <m@x.de>"), ("syntax", "m@x.de"))
        self.assertEqual(email.problem("info(at)x.de"), ("syntax", "info@x.de"))
        self.assertEqual(email.problem("info@x,de"), ("syntax", "info@x.de"))
        self.assertEqual(email.problem("info@x.de."), ("syntax", "info@x.de"))
        self.assertEqual(email.problem("a@x.de; b@y.de"), ("several", "a@x.de"))
        self.assertEqual(email.problem("max m@x.de"), ("syntax", ""), "could be max.m@x.de as well")

    def test_email_placeholder(self):
        for bad in ("test@firma.de", "info@example.com", "a@b.invalid"):
            self.assertEqual(email.problem(bad), ("placeholder", ""), bad)
        self.assertIsNone(email.problem("testo@testo.de"))

    def test_phone(self):
        for number, region in (
            ("089 123456", "DE"), ("+49 89 123456", None), ("0049 89 123456", "DE"),
            ("+49 (0) 89 / 123456", "DE"),
        ):  # fmt: skip
            self.assertIsNone(phone.problem(number, region), number)
        self.assertEqual(phone.problem("12", "DE"), ("number", ""))
        self.assertEqual(phone.problem("089 123456", None), ("country", ""))
        self.assertEqual(phone.problem("4989123456", None)[1], "+49 89 123456")

    def test_phone_sanitized(self):
        self.assertTrue(phone.is_sanitized("+4989123456", "089 123456"))
        self.assertFalse(phone.is_sanitized("+491", "+491"), "stored as typed without the library")
        self.assertFalse(phone.is_sanitized("089 123456", "089 123456"))
        self.assertFalse(phone.is_sanitized(False, "089"))

    def test_vat(self):
        for number, country in (
            ("DE136695976", "DE"), ("DE 136 695 976", "DE"), ("de136695976", "DE"),
            ("136695976", "DE"), ("ATU12345675", "AT"), ("EL123456783", "GR"),
            ("ATU12345675", "DE"), ("CHE-123.456.788 MWST", "CH"), ("FR23334175221", None),
        ):  # fmt: skip
            self.assertIs(vat.is_valid(number, country), True, number)
        for number in ("DE136695977", "DE13669597", "136695977", "unbekannt"):
            self.assertIs(vat.is_valid(number, "DE"), False, number)
        self.assertIsNone(vat.is_valid("123", "AQ"), "no rules known: not applicable")
        self.assertIsNone(vat.is_valid("123", None))
        self.assertTrue(vat.is_empty("/"))
        self.assertFalse(vat.is_empty("1"))
        self.assertEqual(vat.prefix_country("EL123456783"), "GR")
        self.assertIsNone(vat.prefix_country("136695976"))

    def test_postal_code(self):
        for code, country in (
            ("80331", "DE"), ("1010", "AT"), ("SW1A 1AA", "GB"), ("1012 AB", "NL"), ("00-001", "PL"),
            ("90210-1234", "US"), ("K1A 0B1", "CA"), ("111 22", "SE"), ("D02 X285", "IE"),
        ):  # fmt: skip
            self.assertIsNone(postal.problem(code, country), code)
        self.assertEqual(postal.problem("D-80331", "DE"), ("form", "80331"))
        self.assertEqual(postal.problem("1067", "DE"), ("form", "01067"))
        self.assertEqual(postal.problem("sw1a 1aa", "GB"), ("form", "SW1A 1AA"))
        self.assertEqual(postal.problem("803310", "DE"), ("form", ""))
        self.assertEqual(postal.problem("١٠٦٧١", "DE"), ("form", ""))
        self.assertFalse(postal.is_known("AQ"))
        self.assertFalse(postal.is_known(None))

    def test_name(self):
        for good in ("Testo AG", "BMW AG", "Anna Contest", "王伟", "3M", "Q-Cells"):
            self.assertIsNone(names.problem(good), good)
        self.assertEqual(names.problem("😀"), "letters")
        self.assertEqual(names.problem("---"), "letters")
        self.assertEqual(names.problem("A"), "short")
        self.assertEqual(names.problem("x" * 200), "long")
        self.assertEqual(names.problem("Max Mustermann"), "placeholder")
        self.assertEqual(names.problem("TEST GmbH"), "placeholder")

    def test_capitals(self):
        self.assertFalse(names.is_shouted("BMW AG", True))
        self.assertTrue(names.is_shouted("MÜLLER BAUUNTERNEHMEN", True))
        self.assertTrue(names.is_shouted("MAX MÜLLER", False))
        self.assertFalse(names.is_shouted("Max Müller", False))
        self.assertFalse(names.is_shouted("王伟", False))

    def test_garbage_is_judged_not_crashed_on(self):
        for text in GARBAGE:
            self.assertIn(type(email.problem(text)), (tuple,), text)
            self.assertEqual(phone.problem(text, "DE")[0], "number", text)
            self.assertIsNot(vat.is_valid(text, "DE"), True, text)
            self.assertEqual(postal.problem(text, "DE")[1], "", text)
            self.assertIn(names.problem(text), ("letters", "long", "short", None), text)

    def test_scores(self):
        self.assertEqual(share(1, 4), 25.0)
        self.assertEqual(share(0, 4), 0.0)
        self.assertIsNone(share(0, 0), "not applicable is never 0")
        self.assertEqual(weighted_mean([(1, 50.0), (3, 100.0), (5, None)]), (87.5, 4))
        self.assertEqual(weighted_mean([(1, None)]), (None, 0.0))
        self.assertEqual(weighted_mean([(0, 10.0)]), (None, 0.0))
