# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Phone numbers in international form, by the optional library "phonenumbers"."""

import re

from .. import phone

_PLAIN = re.compile(r"[\d\s()+./–-]+")
_COUNTRY_FREE = re.compile(r"^(?:\+|00)")


def international(number, region):
    """The number in international form ("+49 89 1234567").

    :param region: two-letter code of the country for numbers without prefix, or None
    :return: None where it is no single valid number or has this form already
    """
    text = number.strip()
    if not phone.is_available() or not _PLAIN.fullmatch(text) or text.count("+") > 1:
        return None
    form = phone.phonenumbers.PhoneNumberFormat.INTERNATIONAL
    candidates = [re.sub(r"^00", "+", text), text.replace("(0)", "")]
    for candidate in candidates:
        parsed = phone.parse(candidate, region)
        if parsed:
            better = phone.phonenumbers.format_number(parsed, form)
            return better if better != number else None
    return None


def country_of(number):
    """Two-letter code of the country that the prefix alone names, or None.

    Prefixes shared by several countries (+1, +7, +44 …) name none.
    """
    text = number.strip()
    if not phone.is_available() or not _COUNTRY_FREE.match(text):
        return None
    parsed = phone.parse(re.sub(r"^00", "+", text), None)
    if not parsed:
        return None
    regions = phone.phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(parsed.country_code, ())
    return regions[0] if len(regions) == 1 and regions[0].isalpha() else None
