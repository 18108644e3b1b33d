# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Phone numbers, checked by the optional library "phonenumbers"."""

import re

try:
    import phonenumbers
except ImportError:  # optional: the rule then says "not checked"
    phonenumbers = None

_E164 = re.compile(r"^\+\d{8,15}$")


def is_available():
    """Whether phone numbers can be checked at all."""
    return phonenumbers is not None


def is_sanitized(sanitized, raw):
    """Whether the E.164 form that Odoo stores proves that the number was parsed and valid.

    Without the library Odoo stores the text as it was typed: an equal text proves nothing.
    """
    return bool(sanitized) and sanitized != raw and bool(_E164.match(sanitized))


def parse(number, region):
    """The number as the library sees it, or None where it is not valid."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_valid_number(parsed) else None


def readable(digits):
    """Digits with the country's prefix as people write them; as they are where they are no
    valid number or the library is missing."""
    parsed = parse(f"+{digits}", None) if is_available() else None
    if not parsed:
        return digits
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def problem(number, region):
    """What is wrong with a phone number.

    :param region: two-letter country code for numbers without prefix, or None
    :return: None when it is valid, else a tuple (reason, proposal); reason is "country"
        (no prefix and no country known) or "number"
    """
    if parse(number, region):
        return None
    digits = re.sub(r"\D", "", number)
    for candidate in ("+" + digits.removeprefix("00"), re.sub(r"\(0\)", "", number)):
        parsed = parse(candidate, region)
        if parsed:
            text = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
            return "number", text
    if not region and digits and not number.strip().startswith(("+", "00")):
        return "country", ""
    return "number", ""
