# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from ..quality import phone
from ..quality.fixes import blanks, capitals, countries, emails, phones, places, websites

GARBAGE = [
    "",
    " ",
    "\u200b",
    "😀" * 50,
    "x" * 5000,
    "@",
    "+",
    "((((",
    "'; drop table",
    "\x00\x01",
    "ß",
]


@tagged("post_install", "-at_install")
class TestQualityFixValues(TransactionCase):
    """Corrections of single values: what is safe, and what is left alone."""

    def assert_each(self, function, cases):
        for arguments, expected in cases:
            arguments = arguments if isinstance(arguments, tuple) else (arguments,)
            with self.subTest(arguments):
                self.assertEqual(function(*arguments), expected)

    def test_blanks(self):
        self.assert_each(
            blanks.tidy,
            [
                ("  Max   Müller ", "Max Müller"),
                ("Max\u00a0Müller\u200b", "Max Müller"),
                ("\ufeffMax\tMüller\r\n", "Max Müller"),
                ("Mül\u00adler", "Müller"),
                ("Max Müller", "Max Müller"),
                ("👨\u200d👩\u200d👧 GmbH", "👨\u200d👩\u200d👧 GmbH"),
            ],
        )

    def test_capitals_of_persons(self):
        self.assert_each(
            capitals.calmed,
            [
                (("MAX MÜLLER", False), "Max Müller"),
                (("JAN VAN DER BERG", False), "Jan van der Berg"),
                (("VAN DER BERG, JAN", False), "Van der Berg, Jan"),
                (("OTTO VON DER HÖHE", False), "Otto von der Höhe"),
                (("HANS-PETER MEIER-LÜDENSCHEIDT", False), "Hans-Peter Meier-Lüdenscheidt"),
                (("RONALD MCDONALD", False), "Ronald McDonald"),
                (("SEAN O'NEILL", False), "Sean O'Neill"),
                (("DR. MED. EVA GROẞ", False), "Dr. med. Eva Groß"),
                (("PROF. DR.-ING. UWE KLEIN", False), "Prof. Dr.-Ing. Uwe Klein"),
                (("J.R. TOLKIEN", False), "J.R. Tolkien"),
                (("LUDWIG XIV", False), "Ludwig Xiv"),
                (("KARL III", False), "Karl III"),
                (("İBRAHİM KAYA", False), "İbrahim Kaya"),
                (("Max Müller", False), None),
                (("UWE", False), None),
                (("王伟", False), None),
            ],
        )

    def test_capitals_of_companies(self):
        self.assert_each(
            capitals.calmed,
            [
                (("MÜLLER BAUTRÄGER GMBH & CO. KG", True), "Müller Bauträger GmbH & Co. KG"),
                (("BMW VERTRIEB AG", True), "BMW Vertrieb AG"),
                (("KPMG BERATUNG", True), "KPMG Beratung"),
                (("3M DEUTSCHLAND GMBH", True), "3M Deutschland GmbH"),
                (("WEBERMANN UND SÖHNE OHG", True), "Webermann und Söhne OHG"),
                (("DIE BÄCKEREI", True), "Die Bäckerei"),
                (("TURNVEREIN GRÜNAU E.V.", True), "Turnverein Grünau e.V."),
                (("BÄCKEREI FÜR ALLE (BERLIN)", True), "Bäckerei für Alle (Berlin)"),
                (("HOCH BAU GESELLSCHAFT MBH", True), "Hoch Bau Gesellschaft mbH"),
                (("SAP SE", True), None),
                (("Siemens AG", True), None),
            ],
        )

    def test_phones(self):
        self.assert_each(
            phones.international,
            [
                (("089/12345678", "DE"), "+49 89 12345678"),
                (("0049 (0)89 12345678", None), "+49 89 12345678"),
                (("+49 (0) 89 - 123 456 78", "DE"), "+49 89 12345678"),
                (("+4915112345678", None), "+49 1511 2345678"),
                (("089 12345678", None), None),
                (("089 12345678 / 0151 12345678", "DE"), None),
                (("089 12345678 (Büro)", "DE"), None),
                (("+49 89 12345678", "DE"), None),
                (("12", "DE"), None),
            ],
        )

    def test_phones_without_the_library(self):
        with patch.object(phone, "phonenumbers", None):
            self.assertIsNone(phones.international("089/12345678", "DE"))
            self.assertIsNone(phones.country_of("+49 89 12345678"))

    def test_country_of_a_phone(self):
        self.assert_each(
            phones.country_of,
            [
                ("+49 89 12345678", "DE"),
                ("0043 1 5125566", "AT"),
                ("+41 44 668 18 00", "CH"),
                ("+1 212 555 0123", None),
                ("+7 495 123 45 67", None),
                ("+44 20 7946 0018", None),
                ("+44 1534 123456", None),
                ("+39 02 12345678", None),
                ("089 12345678", None),
                ("+49 1", None),
                ("+800 1234 5678", None),
            ],
        )

    def test_country_of_a_vat_number(self):
        self.assert_each(
            countries.of_vat,
            [
                ("DE 136 695 976", "DE"),
                ("ATU13585627", "AT"),
                ("DE 136 695 977", None),
                ("XI123456789", None),
                ("FR53000092190", None),
                ("136695976", None),
                ("/", None),
            ],
        )

    def test_language_of_a_country(self):
        both = ["en_US", "de_DE"]
        self.assert_each(
            countries.language,
            [
                (("DE", both), "de_DE"),
                (("AT", both), "de_DE"),
                (("AT", [*both, "de_CH"]), None),
                (("AT", [*both, "de_AT"]), "de_AT"),
                (("CH", both), None),
                (("BE", both), None),
                (("FR", both), None),
                (("ZZ", both), None),
            ],
        )

    def test_emails(self):
        self.assert_each(
            emails.repaired,
            [
                (" Max@Firma.de ", "Max@firma.de"),
                ("MAX@FIRMA.DE", "max@firma.de"),
                ("max@firma.de\u200b", "max@firma.de"),
                ("mailto:max@firma.de", "max@firma.de"),
                ("Max Muster <max@firma.de>", "max@firma.de"),
                ("max(at)firma.de", "max@firma.de"),
                ("max@firma,de", "max@firma.de"),
                ("max@firma.de", None),
                ("max@firma.de; eva@firma.de", None),
                ("max m@firma.de", None),
                ("ruft zurück", None),
            ],
        )

    def test_websites(self):
        self.assert_each(
            websites.repaired,
            [
                ("www,firma,de", "www.firma.de"),
                ("htp://www.firma.de", "http://www.firma.de"),
                ("https//www.firma.de/Kontakt", "https://www.firma.de/Kontakt"),
                ("http:/firma.de", "http://firma.de"),
                ("WWW.FIRMA.DE", "www.firma.de"),
                (" www. firma.de ", "www.firma.de"),
                ("https://www.firma.de/A?b=C", None),
                ("firma.de", None),
                ("max@firma.de", None),
                ("keine", None),
            ],
        )

    def test_places(self):
        self.assertTrue(places.is_misspelt("Münchn", "München"))
        self.assertTrue(places.is_misspelt("MUENCHEN", "München"))
        self.assertFalse(places.is_misspelt("Berlin", "Bern"))
        self.assertFalse(places.is_misspelt("Berlin", "München"))
        self.assert_each(
            places.code,
            [
                (("D-80331", "DE"), ("80331", True)),
                (("1067", "DE"), ("01067", False)),
                (("80331", "DE"), None),
                (("8033X", "DE"), None),
                (("D-80331", "ZZ"), None),
            ],
        )

    def test_garbage_is_left_alone(self):
        for text in GARBAGE:
            with self.subTest(text[:20]):
                self.assertLessEqual(len(blanks.tidy(text)), len(text))
                self.assertIsNone(phones.international(text, "DE"))
                self.assertIsNone(phones.country_of(text))
                self.assertIsNone(emails.repaired(text))
                self.assertIsNone(websites.repaired(text))
                self.assertIsNone(countries.of_vat(text))
                self.assertIsNone(capitals.calmed(text, False))
