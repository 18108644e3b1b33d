# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Form of postal codes per country. Countries that are not listed are not judged."""

import re

_FIVE, _FOUR, _SIX = r"\d{5}", r"\d{4}", r"\d{6}"
_FORMS = {
    **dict.fromkeys(
        ("DE", "IT", "ES", "FR", "FI", "HR", "EE", "TR", "MX", "UA", "MC", "SM", "VA"), _FIVE
    ),
    **dict.fromkeys(
        ("AT", "CH", "LI", "BE", "DK", "NO", "HU", "BG", "SI", "CY", "AU", "NZ", "ZA"), _FOUR
    ),
    **dict.fromkeys(("RO", "IN", "CN", "SG", "RU"), _SIX),
    "LU": r"(?:L-)?\d{4}",
    "LV": r"LV-\d{4}",
    "LT": r"(?:LT-)?\d{5}",
    "PL": r"\d{2}-\d{3}",
    "PT": r"\d{4}(?:-\d{3})?",
    "CZ": r"\d{3} ?\d{2}",
    "SK": r"\d{3} ?\d{2}",
    "SE": r"\d{3} ?\d{2}",
    "GR": r"\d{3} ?\d{2}",
    "NL": r"\d{4} ?[A-Z]{2}",
    "MT": r"[A-Z]{3} ?\d{4}",
    "IE": r"[A-Z]\d[\dW] ?[A-Z\d]{4}",
    "GB": r"(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})",
    "US": r"\d{5}(?:-\d{4})?",
    "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d",
    "BR": r"\d{5}-?\d{3}",
    "JP": r"\d{3}-?\d{4}",
}
_PATTERNS = {country: re.compile(form, re.ASCII) for country, form in _FORMS.items()}
_LEADING_ZERO = {
    "DE": 5,
    "IT": 5,
    "ES": 5,
    "FR": 5,
    "FI": 5,
    "HR": 5,
    "EE": 5,
    "TR": 5,
    "MX": 5,
    "US": 5,
}


def is_known(country):
    """Whether the form of the country's postal codes is known."""
    return country in _PATTERNS


def problem(code, country):
    """What is wrong with a postal code of a known country.

    :return: None when the form is right, else a tuple ("form", proposal)
    """
    pattern = _PATTERNS[country]
    if pattern.fullmatch(code):
        return None
    text = " ".join(code.upper().split())
    if pattern.fullmatch(text):
        return "form", text
    bare = re.sub(r"^(?:[A-Z]{1,2})[-–\s]+", "", text)
    candidates = [bare, re.sub(r"[\s.]", "", bare)]
    digits = candidates[1]
    width = _LEADING_ZERO.get(country)
    if width and digits.isascii() and digits.isdigit() and len(digits) == width - 1:
        candidates.append(digits.zfill(width))  # a spreadsheet ate the zero
    for candidate in candidates:
        if pattern.fullmatch(candidate):
            return "form", candidate
    return "form", ""
