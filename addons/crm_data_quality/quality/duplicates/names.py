# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Names of companies and persons, taken apart."""

import re
from dataclasses import dataclass

from . import legal_endings
from .text import fold, words

# Legal forms by their folded words without dots, longest first where one contains another.
_LEGAL = (
    ("gmbhcokg", r"gmbh\s*(?:&|\+|und|u|and)?\s*co\s*(?:kg|kommanditgesellschaft)(?:\s*a\s*a)?"),
    ("agcokg", r"(?:ag|se|ug)\s*(?:&|\+|und|u)?\s*co\s*(?:kg|ohg)"),
    ("cokg", r"(?:&|\+|und|u)\s*co\s*(?:kg|ohg)"),
    ("gmbh", r"gesellschaft\s*mit\s*beschrankter\s*haftung|g\s?m\s?b\s?h|ges\s?m\s?b\s?h|mbh"),
    (
        "ug",
        r"unternehmergesellschaft(?:\s*\(?\s*haftungsbeschrankt\s*\)?)?"
        r"|ug(?:\s*\(?\s*haftungsbeschrankt\s*\)?)?",
    ),
    ("ag", r"aktiengesellschaft|a\s?g"),
    ("kgaa", r"kommanditgesellschaft\s*auf\s*aktien|kgaa"),
    ("kg", r"kommanditgesellschaft|k\s?g"),
    ("ohg", r"offene\s*handelsgesellschaft|o\s?h\s?g"),
    ("gbr", r"gesellschaft\s*burgerlichen\s*rechts|gbr"),
    ("ek", r"eingetragener?\s*kauf(?:mann|frau)|e\s?k(?:fm|fr)?"),
    ("ev", r"eingetragener\s*verein|e\s?v"),
    ("eg", r"eingetragene\s*genossenschaft|e\s?g"),
    ("se", r"societas\s*europa|se"),
    ("partg", r"part\s?g(?:\s*mbb)?|partnerschaftsgesellschaft(?:\s*mbb)?"),
    ("ltd", r"limited|ltd"),
    ("inc", r"incorporated|inc|corporation|corp"),
    ("llc", r"llc|l\s?l\s?c"),
    ("plc", r"plc"),
    ("sarl", r"s\s?a\s?r\s?l"),
    ("sa", r"s\s?a"),
    ("srl", r"s\s?r\s?l"),
    ("spa", r"s\s?p\s?a"),
    ("bv", r"b\s?v"),
    ("nv", r"n\s?v"),
    ("sas", r"s\s?a\s?s"),
    ("spzoo", r"sp\s*z\s*o\s*o"),
    ("as", r"a\s?s"),
    ("ab", r"a\s?b"),
    ("oy", r"oy"),
)
_LEGAL_RES = [(code, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")) for code, pattern in _LEGAL]
_LEGAL_HINT = re.compile(
    r"(?<!\w)(?:ge?s?\W?m\W?b\W?h|a\W?g|k\W?g|kgaa|o\W?h\W?g|gbr|e\W?k\w*|e\W?v|e\W?g|se|ug|mbh|co"
    r"|part\W?g|limited|ltd|inc\w*|corp\w*|l\W?l\W?c|plc|s\W?\w\W?\w?\W?\w?|b\W?v|n\W?v|sp|a\W?s|a\W?b"
    r"|oy|\w*gesellschaft|eingetragen\w*)(?!\w)"
)

TITLES = frozenset(
    fold(word)
    for word in [
        "dr",
        "prof",
        "professor",
        "doktor",
        "herr",
        "herrn",
        "frau",
        "fraulein",
        "hr",
        "fr",
        "mr",
        "mrs",
        "ms",
        "miss",
        "sir",
        "madame",
        "monsieur",
        "dipl",
        "diplom",
        "ing",
        "ingenieur",
        "kfm",
        "kffr",
        "med",
        "dent",
        "vet",
        "rer",
        "nat",
        "phil",
        "jur",
        "iur",
        "oec",
        "pol",
        "mag",
        "magister",
        "msc",
        "bsc",
        "ba",
        "ma",
        "mba",
        "phd",
        "ra",
        "rain",
        "steuerberater",
        "firma",
        "familie",
        "fam",
        "eheleute",
        "z",
        "hd",
        "zhd",
        "hdn",
    ]
)
# Small words.
FILLERS = frozenset(
    fold(word)
    for word in [
        "und",
        "and",
        "et",
        "the",
        "der",
        "die",
        "das",
        "den",
        "des",
        "dem",
        "von",
        "vom",
        "zu",
        "zur",
        "zum",
        "im",
        "am",
        "in",
        "an",
        "auf",
        "fur",
        "für",
        "of",
        "for",
        "u",
        "firma",
        "fa",
    ]
)
# Words that name the whole or a place of business: often of the same company, but a group is not
# its member. They stay in the name, as it tells them apart, and say little.
PARTS = frozenset(
    fold(word)
    for word in [
        "gruppe",
        "group",
        "konzern",
        "zentrale",
        "hauptsitz",
        "headquarters",
        "hq",
        "niederlassung",
        "nl",
        "filiale",
        "zweigstelle",
        "standort",
        "branch",
        "office",
        "deutschland",
        "germany",
        "deutsche",
        "osterreich",
        "austria",
        "schweiz",
        "switzerland",
        "international",
        "europe",
        "europa",
        "worldwide",
    ]
)
# Long words of legal forms, as they are left over when one of them is mistyped.
LEGAL_WORDS = frozenset(
    fold(word)
    for word in [
        "gesellschaft",
        "mit",
        "beschränkter",
        "haftung",
        "haftungsbeschränkt",
        "aktiengesellschaft",
        "limited",
        "kommanditgesellschaft",
        "unternehmergesellschaft",
        "handelsgesellschaft",
        "gmbh",
        "firma",
    ]
)
# Legal forms in full, without blanks, by their codes.
_IN_FULL = {
    "gmbh": "gesellschaftmitbeschrankterhaftung",
    "ag": "aktiengesellschaft",
    "kg": "kommanditgesellschaft",
    "ohg": "offenehandelsgesellschaft",
    "ug": "unternehmergesellschafthaftungsbeschrankt",
}


def legal_spellings(code):
    """Spellings of a legal form as one word: what a mistyped one is compared with."""
    return tuple(filter(None, (code, _IN_FULL.get(code))))


@dataclass(slots=True)
class Name:
    """A name in parts.

    :param tokens: words that tell it from others, folded, in the order of the text
    :param legal: code of the legal form, or ""
    :param surname: of a person, folded; "" where it is not known
    :param given: given names of a person, folded
    """

    tokens: tuple = ()
    legal: str = ""
    surname: str = ""
    given: tuple = ()


def legal_form(folded):
    """The legal form in a folded name and the name without it.

    :return: tuple (code or "", rest)
    """
    text = " ".join(folded.replace(".", " ").split())
    if not _LEGAL_HINT.search(text):
        return "", folded
    for code, pattern in _LEGAL_RES:
        match = None
        for found in pattern.finditer(text):
            match = found  # the last one: "AG Immobilien GmbH" is a GmbH
        # a form stands behind the name, not before it
        if match and match.start() > 0:
            rest = text[: match.start()] + " " + text[match.end() :]
            rest = re.sub(r"\(\s*haftungsbeschrankt\s*\)|haftungsbeschrankt", " ", rest)
            return code, rest
    return "", folded


def company(text):
    """The parts of a company's name."""
    folded = fold(text)
    legal, rest = legal_endings.split(folded)
    if not legal:
        legal, rest = legal_form(folded)
    found = words(rest)
    tokens = [word for word in found if word not in FILLERS]
    return Name(tuple(tokens or found), legal)


def person(text):
    """The parts of a person's name: "Dr. Max Muster", "Muster, Max", "M. Muster"."""
    folded = fold(text)
    before, comma, after = folded.partition(",")
    first, second = words(before), words(after)
    if comma and first and second and not _all_titles(second):
        surname = [word for word in first if word not in TITLES]
        given = [word for word in second if word not in TITLES]
        tokens = given + surname
    else:
        tokens = [word for word in first + second if word not in TITLES]
        given, surname = tokens[:-1], tokens[-1:]
        hyphen = re.search(r"(\w+)-(\w+)\W*$", before if not second else after)
        if hyphen and len(tokens) > 2 and tokens[-2:] == [hyphen[1], hyphen[2]]:
            given, surname = tokens[:-2], tokens[-2:]
    tokens = tokens or first + second
    return Name(tuple(tokens), "", " ".join(surname), tuple(given))


def _all_titles(found):
    return all(word in TITLES for word in found)


def looks_like_company(text):
    """Whether a name carries a legal form."""
    return bool(legal_form(fold(text))[0])
