# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools.misc import formatLang

from ..quality import phone


class CrmDuplicatePair(models.Model):
    """The reasons of a pair in words, in the reader's language."""

    _inherit = "crm.duplicate.pair"

    def _explanation_lines(self):
        """One sentence per field that was compared, the weightiest first, gates before all."""
        self.ensure_one()
        sentences = self._sentences()
        lines = sorted(
            self.explanation or [], key=lambda line: (not line["gate"], -abs(line["weight"]))
        )
        return [self._sentence(line, sentences) for line in lines if line["label"] in sentences]

    @api.model
    def _sentences(self):
        """Sentences by label. They may use left and right, the values as they were compared."""
        return {
            "company_same": self.env._("The names are the same but for the spelling."),
            "company_typo": self.env._("The names differ in a few letters only."),
            "company_branch": self.env._("The names are the same; one also names a place."),
            "company_more": self.env._("One name has a further word."),
            "company_part": self.env._("The names have only some words in common."),
            "company_other": self.env._("The names have no word in common."),
            "person_same": self.env._("The names are the same but for the spelling."),
            "person_typo": self.env._("The names differ in a few letters only."),
            "person_initial": self.env._(
                "The names are the same; a given name is only an initial."
            ),
            "person_more": self.env._("The names are the same; one has a further given name."),
            "person_surname": self.env._("Only the surnames are the same."),
            "person_near": self.env._("The given names are the same, the surnames are alike."),
            "person_given": self.env._("Only a given name is the same."),
            "person_other": self.env._("The names have no word in common."),
            "legal_same": self.env._("The legal forms are the same."),
            "legal_other": self.env._("The legal forms are different."),
            "vat_same": self.env._("The VAT numbers are the same: %(left)s."),
            "vat_typo": self.env._(
                "The VAT numbers %(left)s and %(right)s differ in a few digits."
            ),
            "vat_other": self.env._("The VAT numbers %(left)s and %(right)s are different."),
            "email_same": self.env._("The e-mail addresses are the same: %(left)s."),
            "email_typo": self.env._(
                "The e-mail addresses %(left)s and %(right)s differ in a few letters."
            ),
            "email_own": self.env._(
                "The e-mail addresses are the same and made of the name: %(left)s."
            ),
            "email_own_domain": self.env._(
                "The e-mail addresses %(left)s and %(right)s have the same domain, made of the name."
            ),
            "email_domain": self.env._(
                "The e-mail addresses %(left)s and %(right)s have the same domain."
            ),
            "email_other": self.env._("The e-mail addresses %(left)s and %(right)s are different."),
            "phone_same": self.env._("The phone numbers are the same: %(left)s."),
            "phone_typo": self.env._(
                "The phone numbers %(left)s and %(right)s differ in a few digits."
            ),
            "phone_other": self.env._("The phone numbers %(left)s and %(right)s are different."),
            "street_same": self.env._("Street and number are the same."),
            "street_typo": self.env._(
                "The streets differ in a few letters, the number is the same."
            ),
            "street_street": self.env._("The streets are the same; a number is missing."),
            "street_number": self.env._("The streets are the same, the numbers are not."),
            "street_other": self.env._("The streets are different."),
            "place_same": self.env._("Postal code and city are the same."),
            "place_typo": self.env._(
                "The cities are the same, the postal codes differ in one digit."
            ),
            "place_zip": self.env._("The postal codes are the same, the cities are not."),
            "place_city": self.env._("The cities are the same, the postal codes are not."),
            "place_town": self.env._("The cities are the same; a postal code is missing."),
            "place_near": self.env._(
                "The postal codes differ in one digit, the cities are different."
            ),
            "place_other": self.env._("The places are different."),
            "birth_same": self.env._("The dates of birth are the same."),
            "birth_typo": self.env._("The dates of birth differ in a few digits."),
            "birth_near": self.env._("The dates of birth have digits in common."),
            "birth_other": self.env._("The dates of birth are different."),
            "gate_extra": self.env._(
                "A word tells the names apart: this may be a sister company. A person must decide."
            ),
            "gate_relatives": self.env._(
                "Relatives share name and address, too: dates of birth or given names differ. "
                "A person must decide."
            ),
            "gate_surname": self.env._(
                "The surnames differ: colleagues and relatives share such values, too. "
                "A person must decide."
            ),
        }

    @api.model
    def _sentence(self, line, sentences):
        """A sentence with its values, how often the value occurs, and its weight."""
        label, left, right = line["label"], line["left"], line["right"]
        if line["field"] == "phone":
            left, right = phone.readable(left), phone.readable(right)
        text = sentences[label] % {"left": left, "right": right}
        if line["frequency"]:
            text += " " + self._frequency_text(line)
        if line["gate"]:
            return text
        number = formatLang(self.env, abs(line["weight"]), digits=1)
        sign = "−" if line["weight"] < 0 else "+"
        return self.env._("%(reason)s (%(bits)s bits)", reason=text, bits=sign + number)

    @api.model
    def _frequency_text(self, line):
        """How rare a value is. A value that two records share is as rare as one can know."""
        values = {
            "number": formatLang(self.env, line["frequency"], digits=0),
            "total": formatLang(self.env, line["total"], digits=0),
        }
        if line["frequency"] <= 2:
            return self.env._("At most two of %(total)s records have this.", **values)
        return self.env._("%(number)s of %(total)s records have this.", **values)
