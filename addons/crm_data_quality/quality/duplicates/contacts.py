# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""E-mail addresses, phone numbers and VAT numbers in one spelling."""

import re

from .. import phone as phone_numbers
from .. import vat as vat_numbers

_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_DIGITS = re.compile(r"\D")

# Country prefixes of regions whose numbers are written with a leading 0 at home.
_PREFIX = {"DE": "49", "AT": "43", "CH": "41", "FR": "33", "GB": "44", "NL": "31", "BE": "32"}


def email(text):
    """The first address of a text in small letters, or ""."""
    match = _ADDRESS.search((text or "")[:254].lower())
    return match[0].strip(".") if match else ""


def phone(text, region="", sanitized=""):
    """Digits of a phone number with the country's prefix, or "" where there are too few.

    :param region: two-letter code of the country for numbers without prefix
    :param sanitized: the number as Odoo stores it in E.164, if it does; used where it is proven
    """
    text = (text or sanitized or "")[:60]
    if phone_numbers.is_sanitized(sanitized, text):
        return sanitized[1:]
    plain = (re.sub(r"\(\s*0\s*\)", "", text) if "(" in text else text).strip()
    digits = _DIGITS.sub("", plain)
    prefix = _PREFIX.get(region or "", "")
    if plain.startswith("+"):
        number = digits
    elif digits.startswith("00"):
        number = digits[2:]
    elif digits.startswith("0"):
        number = prefix + digits[1:]
    else:
        number = digits
    if prefix and number.startswith(prefix + "0"):
        number = prefix + number[len(prefix) + 1 :]
    return number if len(number) >= 6 else ""


def vat(text, country=""):
    """A VAT number without separators, and whether its checksum is right.

    :return: tuple (number or "", is valid)
    """
    if not text or vat_numbers.is_empty(text):
        return "", False
    number = vat_numbers.compact(text[:40])
    if len(number) < 5:
        return "", False
    if not vat_numbers.is_available():
        return number, True
    if country and number[:1].isdigit():
        prefixed = country + number
        if vat_numbers.is_valid(prefixed, country):
            return prefixed, True
    return number, bool(vat_numbers.is_valid(number, country or None))
