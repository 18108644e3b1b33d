# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Names typed in capitals, written as people write them."""

import re

from .. import names

_LEGAL_FORMS = {
    form.upper(): form
    for form in [
        "GmbH",
        "AG",
        "KG",
        "OHG",
        "UG",
        "SE",
        "eG",
        "e.V.",
        "e.K.",
        "e.U.",
        "GbR",
        "mbH",
        "KGaA",
        "gGmbH",
        "gAG",
        "PartG",
        "mbB",
        "Co",
        "Co.",
        "Ltd",
        "Ltd.",
        "Inc",
        "Inc.",
        "LLC",
        "LLP",
        "PLC",
        "Corp",
        "Corp.",
        "S.A.",
        "SA",
        "S.à.r.l.",
        "Sàrl",
        "SARL",
        "B.V.",
        "BV",
        "N.V.",
        "NV",
        "S.p.A.",
        "S.r.l.",
        "Oy",
        "Oyj",
        "AB",
        "A/S",
        "ApS",
        "sp.",
        "z.o.o.",
        "s.r.o.",
        "GesmbH",
        "Ges.m.b.H.",
        "VVaG",
        "AöR",
        "KdöR",
    ]
}
_TITLES = {
    "DR": "Dr", "PROF": "Prof", "DIPL": "Dipl", "ING": "Ing", "MAG": "Mag", "MED": "med",
    "JUR": "jur", "PHIL": "phil", "NAT": "nat", "RER": "rer", "DENT": "dent", "VET": "vet",
}  # fmt: skip
_LOWER = frozenset(
    [
        "VAN",
        "VON",
        "VOM",
        "DER",
        "DIE",
        "DAS",
        "DEN",
        "DEM",
        "DES",
        "DE",
        "DI",
        "DA",
        "DU",
        "DEL",
        "DELLA",
        "DOS",
        "LA",
        "LE",
        "TEN",
        "TER",
        "TE",
        "ZU",
        "ZUM",
        "ZUR",
        "UND",
        "AND",
        "OF",
        "IN",
        "IM",
        "AM",
        "AN",
        "AUF",
        "OB",
        "BEI",
        "FÜR",
        "FUER",
        "FOR",
        "THE",
    ]
)
_ROMAN = frozenset(["II", "III", "IV", "VI", "VII", "VIII", "IX"])
# three letters that are words, not initials
_WORDS = frozenset(["BAU", "HOF", "BAD", "EIS", "TEE", "BUS", "TOR", "TAL", "SEE", "OST", "WEG"])
_VOWEL = re.compile(r"[AEIOUYÄÖÜÀ-ÆÈ-ÏÒ-ØÙ-Ý]")
_PIECE = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*\.?")


def calmed(name, is_company):
    """The name with capitals where they belong; None where it is not in capitals.

    Words that are read letter by letter (BMW, KPMG, III, 3M) stay.
    """
    if not names.is_shouted(name, is_company):
        return None
    text = " ".join(
        _word(word, is_company, is_first=not number) for number, word in enumerate(name.split())
    )
    return text if text != name else None


def _word(word, is_company, is_first):
    if is_company and word in _LEGAL_FORMS:
        return _LEGAL_FORMS[word]
    if any(char.isdigit() for char in word):
        return word
    parts = re.split(r"([-–/&+,;()'’\"])", word)
    calm = []
    for number, part in enumerate(parts):
        after = parts[number - 1] if number else ""
        is_start = is_first and not any(parts[:number])
        calm.append(_part(part, is_company, is_start, after))
    return "".join(calm)


def _part(part, is_company, is_first, after):
    if not _PIECE.fullmatch(part):
        return part
    bare = part.rstrip(".")
    if is_company and part in _LEGAL_FORMS:
        return _LEGAL_FORMS[part]
    if bare in _TITLES and part != bare:
        return _TITLES[bare] + "."
    if "." in bare or len(bare) == 1 or bare in _ROMAN:
        return part
    if bare in _LOWER and not is_first and after not in ("'", "’"):
        return part.lower()
    is_short = len(bare) <= 3 and bare not in _WORDS and bare not in _LOWER
    if is_company and (is_short or (len(bare) <= 5 and not _VOWEL.search(bare))):
        return part
    if bare.startswith("MC") and len(bare) > 4:
        return "Mc" + _capital(part[2:])
    return _capital(part)


def _capital(part):
    # the capital İ of Turkish becomes an i with a second dot
    return part[0] + part[1:].lower().replace("i\u0307", "i")
