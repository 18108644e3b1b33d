# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from odoo.addons.base.models.ir_cron import IrCron

from ..hooks import post_init_hook
from ..tools.complaint_words import configuration, own_words, plain_text, sequences, terms_of
from .text_common import TextCase


@tagged("post_install", "-at_install")
class TestCleaning(TransactionCase):
    """What of a mail are the customer's own words."""

    def _words(self, html, subject="", **names):
        return [" ".join(run) for run in sequences(subject, html, **names)]

    def test_blocks_and_marks_end_a_run(self):
        self.assertEqual(
            self._words("<p>Rahmen verbogen</p><p>Lack ab, Tür klemmt<br>Motor</p>"),
            ["Rahmen verbogen", "Lack", "Tür klemmt", "Motor"],
        )

    def test_lines_of_a_plain_mail(self):
        self.assertEqual(
            self._words("<pre>Rahmen verbogen\nLack ab\n\n-- \nKunde AG</pre>"),
            ["Rahmen verbogen", "Lack"],
        )
        self.assertEqual(self._words("<p>Rahmen\nverbogen</p>"), ["Rahmen verbogen"])

    def test_quoted_history_is_left_out(self):
        for html in (
            "<p>Rahmen verbogen</p><blockquote><p>Vielen Dank für den Auftrag</p></blockquote>",
            "<p>Rahmen verbogen</p><div class='gmail_quote'>Auftrag</div>",
            "<p>Rahmen verbogen</p><span data-o-mail-quote='1'>Auftrag</span>",
            "<p>Rahmen verbogen</p><p>Am 3. Mai 2025 um 10:00 schrieb Muster GmbH:</p><p>x</p>",
            "<p>Rahmen verbogen</p><p>On Mon, May 3, 2025 Muster wrote:</p><p>Order</p>",
            "<p>Rahmen verbogen</p><p>-----Ursprüngliche Nachricht-----</p><p>Auftrag</p>",
            "<p>Rahmen verbogen</p><p>Von: Muster</p><p>Gesendet: Montag</p><p>Auftrag</p>",
            "<p>Rahmen verbogen</p><p>&gt; Auftrag</p>",
        ):
            with self.subTest(html):
                self.assertEqual(self._words(html), ["Rahmen verbogen"])

    def test_a_forwarded_message_alone_is_read(self):
        self.assertEqual(
            self._words("<blockquote><p>Rahmen verbogen</p></blockquote>"), ["Rahmen verbogen"]
        )

    def test_signatures_are_left_out(self):
        for end in (
            "Mit freundlichen Grüßen<br>Karla Kunde<br>Einkauf",
            "Mit freundlichem Gruß",
            "Viele Gruesse, Karla",
            "MfG Karla Kunde",
            "--<br>Kunde AG",
            "Kind regards<br>Karla",
            "Yours sincerely, Karla",
        ):
            with self.subTest(end):
                self.assertEqual(self._words(f"<p>Rahmen verbogen</p><p>{end}</p>"),
                                 ["Rahmen verbogen"])  # fmt: skip

    def test_a_text_that_begins_with_its_end_is_not_lost(self):
        self.assertIn("Rahmen verbogen", own_words("Viele Grüße\nRahmen verbogen"))

    def test_addresses_and_numbers_are_no_words(self):
        self.assertEqual(
            self._words(
                "<p>Karton karla.kunde@kunde.example Folie https://shop.example/x?y "
                "Palette +49 (30) 123 45-67 Kabel S00042 Tür</p>"
            ),
            ["Karton", "Folie", "Palette", "Kabel", "Tür"],
        )

    def test_names_are_no_words(self):
        self.assertEqual(
            self._words(
                "<p>Hallo Peter,</p><p>Frau Schmidt sagte Rahmen verbogen Kunde</p>"
                "<p>Dr. Maier fragt Lena Leitung und Leitung undicht</p>",
                names={"kunde"},
                full_names={("lena", "leitung")},
            ),
            ["Frau", "sagte Rahmen verbogen", "fragt", "und Leitung undicht"],
        )

    def test_subject_of_an_answer(self):
        self.assertEqual(self._words("", subject="AW: Re: Rahmen verbogen"), ["Rahmen verbogen"])

    def test_garbage_does_not_crash(self):
        for html in (
            None, False, "", " ", "<", "<!-- -->", "<!doctype html>", "<p", "&#0;&#xD800;", "\x00",
            "<?xml version='1.0' encoding='utf-16'?><p>x</p>", "<p>😡😡 kaputt 😡</p>", "]]>",
            "<div>" * 5000 + "tief" + "</div>" * 5000, "\ud800", "<style>p {}</style>",
        ):  # fmt: skip
            with self.subTest(repr(html)[:40]):
                self.assertIsInstance(sequences("", html), list)
        self.assertEqual(self._words("<p>Karton 😡 kaputt</p>"), ["Karton", "kaputt"])

    def test_a_megabyte_is_read_to_its_limit(self):
        runs = sequences("", "<p>" + "Rahmen verbogen. " * 60_000 + "</p>")
        self.assertLess(sum(map(len, runs)), 3000)
        self.assertEqual(terms_of(runs, {"rahmen": "rahm", "verbogen": "verbog"}), {
            "rahm": "Rahmen", "verbog": "verbogen", "rahm verbog": "Rahmen verbogen",
        })  # fmt: skip
        many = sequences("", "<p>" + " ".join(f"W{chr(97 + n % 26) * (n // 26 + 2)}"
                                              for n in range(900)) + "</p>")  # fmt: skip
        stems = {word.lower(): word.lower() for run in many for word in run}
        self.assertLessEqual(len(terms_of(many, stems)), 402)

    def test_quotes_only_for_what_is_there(self):
        self.assertEqual(plain_text("<p>a</p>").strip(), "a")

    def test_configuration(self):
        known = {"german", "english"}
        for language, expected in (
            ("de_DE", "german"), ("de_CH", "german"), ("en_GB", "english"), ("fr_FR", "simple"),
            ("zh_CN", "simple"), ("", "simple"), (False, "simple"), ("DE", "german"),
        ):  # fmt: skip
            with self.subTest(language):
                self.assertEqual(configuration(language, known), expected)


@tagged("post_install", "-at_install")
class TestComplaintText(TextCase):
    """The words of complaints follow their texts."""

    def _row(self, complaint):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT config, stems, spellings, term_keys FROM crm_complaint_text"
            " WHERE complaint_id = %s",
            [complaint.id],
        )
        rows = self.env.cr.fetchall()
        self.assertLessEqual(len(rows), 1)
        return rows and rows[0]

    def _spellings(self, complaint):
        return self._row(complaint)[2]

    def test_stems_and_phrases(self):
        complaint = self._say("Die Verpackungen waren kaputt. Kaputte Verpackung!")
        config, stems, spellings, keys = self._row(complaint)
        self.assertEqual(config, "german")
        terms = dict(zip(stems, spellings, strict=True))
        self.assertEqual(terms["verpack"], "Verpackungen")
        self.assertEqual(terms["kaputt verpack"], "Kaputte Verpackung")
        self.assertNotIn("war", stems, "stop words")
        phrases = {stem for stem, key in zip(stems, keys, strict=True) if key & 1}
        self.assertEqual(phrases, {"kaputt verpack"})

    def test_english_and_other_languages(self):
        english = self._say("The boxes were broken", lang="en_US")
        self.assertEqual(self._row(english)[:2], ("english", ["box", "broken"]))
        self.env["res.lang"]._activate_lang("zh_CN")
        other = self._say("Kaputte Verpackungen", lang="zh_CN")
        self.assertEqual(
            self._row(other)[:2], ("simple", ["kaputte", "verpackungen", "kaputte verpackungen"])
        )

    def test_words_follow_every_change(self):
        complaint = self._say("Rahmen verbogen")
        self.assertIn("Rahmen", self._spellings(complaint))
        complaint.description = "<p>Lack zerkratzt</p>"
        self.assertEqual(self._spellings(complaint), ["Lack", "zerkratzt", "Lack zerkratzt"])
        complaint.name = "Motor"
        self.assertIn("Motor", self._spellings(complaint))
        complaint.lang = "en_US"
        self.assertEqual(self._row(complaint)[0], "english")

    def test_a_cleared_text_leaves_no_word(self):
        complaint = self._say("Rahmen verbogen")
        complaint.write({"name": "-", "description": False})
        self.assertEqual(self._row(complaint)[1:], ([], [], []))

    def test_a_deleted_complaint_leaves_no_word(self):
        complaint = self._say("Rahmen verbogen")
        complaint_id = complaint.id
        complaint.unlink()
        self.env.cr.execute(
            "SELECT count(*) FROM crm_complaint_text WHERE complaint_id = %s", [complaint_id]
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_own_names_are_no_words(self):
        complaint = self._say("Karla Kunde meldet Rahmen verbogen", partner_id=self.contact.id)
        self.assertEqual([word for word in self._spellings(complaint) if "K" in word], [], "names")
        sender = self._say("Olga findet den Rahmen verbogen", partner_id=False,
                           partner_name="Olga Ohne", email_from="olga.ohne@x.example")  # fmt: skip
        self.assertNotIn("Olga", self._spellings(sender))
        accepted = self._say("Olga findet den Rahmen verbogen", partner_id=False)
        self.assertIn("Olga", self._spellings(accepted))
        accepted.partner_id = self.env["res.partner"].create({"name": "Olga Ohne"})
        self.assertNotIn("Olga", self._spellings(accepted))

    def test_years_of_history(self):
        complaints = self.env["crm.complaint"]
        for text in ("Rahmen verbogen", "Lack zerkratzt", ""):
            complaints |= self._say(text)
        before = [self._row(complaint) for complaint in complaints]
        texts = self.env["crm.complaint.text"]
        self.startPatcher(patch.object(IrCron, "_commit_progress", return_value=1))
        for refresh in (lambda: post_init_hook(self.env), texts._cron_read_new):
            self.env.cr.execute("DELETE FROM crm_complaint_text")
            refresh()
            self.assertEqual([self._row(complaint) for complaint in complaints], before)
            self.assertFalse(texts._unread())

    def test_search(self):
        frame = self._say("Der Rahmen ist verbogen")
        frames = self._say("Verbogene Rahmen")
        english = self._say("The frames are bent", lang="en_US")
        complaints = frame | frames | english

        def found(*condition):
            domain = [("id", "in", complaints.ids), ("said", *condition)]
            return self.env["crm.complaint"].search(domain)

        self.assertEqual(found("ilike", "rahmens"), frame | frames)
        self.assertEqual(found("ilike", "rahmen VERBOGEN"), frame | frames)
        self.assertEqual(found("=", "german:verbog rahm"), frames)
        self.assertEqual(found("=", "german:"), frame | frames)
        self.assertEqual(found("=", "english:frame"), english)
        self.assertEqual(found("!=", "german:rahm"), english)
        self.assertEqual(found("in", ["german:verbog rahm", "frame"]), frames | english)
        for nothing in ("und", "123", "' OR 1=1 --", "😡", "german:nothing", "%"):
            with self.subTest(nothing):
                self.assertFalse(found("ilike", nothing))
