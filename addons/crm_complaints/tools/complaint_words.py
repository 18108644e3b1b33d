# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a complaint says, as words: without quotes, signatures, addresses and names.

Plain Python without ORM state. Stems come later, from PostgreSQL's dictionaries.
"""

import re
from collections import Counter
from hashlib import blake2b

import lxml.html

MAX_HTML = 400_000
"""Characters of HTML that are read; what comes after is no complaint but an attachment."""
MAX_TEXT = 20_000
"""Characters of text that are read."""
MAX_TERMS = 400
"""Different words and phrases of one complaint."""
MAX_WORD = 40
"""Letters of a word: longer ones are encoded data, not language."""

# ISO language → text search configuration of PostgreSQL 13 and newer.
CONFIGURATIONS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "fi": "finnish", "fr": "french", "ga": "irish", "hu": "hungarian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
FALLBACK = "simple"
"""For every other language: words as they are written, no stop words."""

# Politeness of letters: stop words of complaints, as the dictionaries do not know them.
POLITE = frozenset(
    [
        "hallo",
        "guten",
        "tag",
        "morgen",
        "abend",
        "sehr",
        "geehrte",
        "geehrter",
        "geehrten",
        "damen",
        "herren",
        "herr",
        "frau",
        "bitte",
        "danke",
        "dank",
        "vielen",
        "leider",
        "gruß",
        "grüße",
        "gruss",
        "gruesse",
        "mfg",
        "liebe",
        "lieber",
        "freundlichen",
        "freundliche",
        "hello",
        "dear",
        "hi",
        "please",
        "thank",
        "thanks",
        "sir",
        "madam",
        "mr",
        "mrs",
        "ms",
        "regards",
        "sincerely",
        "unfortunately",
        "good",
        "morning",
        "afternoon",
        "evening",
        "herrn",
        "dr",
        "prof",
        "mister",
        "miss",
    ]
)
TITLES = frozenset(["herr", "herrn", "frau", "dr", "prof", "mr", "mrs", "ms", "mister", "miss"])
ABBREVIATED = frozenset(["dr", "prof", "mr", "mrs", "ms"])

_BLOCKS = ("p", "div", "br", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "table")
_UNREAD = "//style | //script | //head | //title | //comment()"
_QUOTES = (
    "//blockquote | //*[@data-o-mail-quote] | //*[@data-o-mail-quote-container]"
    " | //*[@id='divRplyFwdMsg'] | //*[contains(@class, 'gmail_quote')]"
)
_QUOTED_LINE = re.compile(r"^\s*>.*$", re.MULTILINE)
_HISTORY = re.compile(
    r"^[ \t>*]*(?:-{2,} ?(?:urspr.ngliche nachricht|original message|forwarded message"
    r"|weitergeleitete nachricht)\b"
    r"|(?:am|on)\b[^\n]{5,120}\b(?:schrieb|wrote)\b[^\n]{0,120}:\s*$"
    r"|(?:von|from):[^\n]*\n\s*(?:gesendet|datum|an|sent|date|to):)",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNATURE = re.compile(
    r"^--\s*$"
    r"|\b(?:mit )?(?:freundliche[nm]?|beste[nm]?|viele[n]?|liebe[n]?|herzliche[n]?|schöne[n]?)"
    r" (?:gr(?:ü|u|ue)(?:ß|ss)e?n?)\b"
    r"|\b(?:kind|best|warm|many) regards\b|\byours (?:sincerely|faithfully|truly)\b"
    r"|^\s*(?:mfg|lg|vg|regards|sincerely|cheers|gruß|grüße)\b[^\n]{0,40}$",
    re.IGNORECASE | re.MULTILINE,
)
_SALUTATION = re.compile(
    r"^\s*(?:hallo|hi|hello|dear|liebe[r]?|guten (?:tag|morgen|abend)|good (?:morning|afternoon))"
    r"\s+[A-ZÄÖÜ][\w-]+(?:\s+[A-ZÄÖÜ][\w-]+)?\s*(?:[,!]|$)",
    re.MULTILINE | re.IGNORECASE,
)
_REPLY = re.compile(r"^\s*(?:(?:re|aw|wg|fw|fwd|antw)\s*:\s*)+", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\S+@\S+|(?:https?://|www\.)\S+|(?<!\w)\+?\d[\d\s()/.-]{4,}\d", re.IGNORECASE
)
_TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|\S|\n")
_LETTERS = re.compile(r"[^\W\d_]")
_NAME = re.compile(r"[^\W\d_]{2,}")


def configuration(language, known):
    """Text search configuration of a language code such as ``de_DE``.

    :param known: names of the configurations that the database has
    """
    name = CONFIGURATIONS.get((language or "").replace("-", "_").split("_")[0].lower())
    return name if name in known else FALLBACK


def plain_text(html):
    """Text of HTML, a line for each block; quoted messages are left out unless there is
    nothing else. Never fails: what cannot be read as HTML has no text."""
    source = (html or "")[:MAX_HTML]
    if not source.strip():
        return ""
    if "<pre" not in source:
        # lines of the source are no lines of the text
        source = source.replace("\n", " ")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(source.encode("utf-8", "ignore"), parser=parser)
    except lxml.etree.ParserError:
        # no element at all, e.g. an empty comment
        return ""
    for element in root.xpath(_UNREAD):
        element.drop_tree()
    for element in root.iter(*_BLOCKS):
        element.tail = "\n" + (element.tail or "")
        element.text = "\n" + (element.text or "")
    whole = root.text_content()
    quotes = root.xpath(_QUOTES)
    for element in quotes:
        if element.getparent() is not None:
            element.drop_tree()
    own = root.text_content() if quotes else whole
    return (own if _LETTERS.search(own) else whole)[:MAX_TEXT]


def own_words(text):
    """The text without earlier messages and signature; all of it if nothing else is left."""
    text = _SALUTATION.sub("\n", text)
    for pattern in (_HISTORY, _SIGNATURE):
        if match := pattern.search(text):
            before = text[: match.start()]
            text = before if _LETTERS.search(before) else text[match.end() :]
    without_quotes = _QUOTED_LINE.sub("", text)
    return without_quotes if _LETTERS.search(without_quotes) else text


def name_words(*names):
    """Lower-case words of names and of e-mail addresses before their @."""
    found = set()
    for name in names:
        found.update(word.lower() for word in _NAME.findall((name or "").split("@")[0]))
    return found


def sequences(subject, html, names=frozenset(), full_names=frozenset()):
    """What the complaint says, as runs of neighbouring words in their original spelling.

    A run ends where a number, an address, a name or a punctuation mark stands.

    :param names: lower-case words that are names here
    :param full_names: pairs of lower-case words that are names of persons together
    :return: list of lists of words
    """
    subject = _REPLY.sub("", subject or "")
    text = f"{subject}\n.\n{own_words(plain_text(html))}"
    text = _ADDRESS.sub(" . ", text)[:MAX_TEXT].replace("’", "'")
    runs, run, title = [], [], ""
    tokens = [match.group() for match in _TOKEN.finditer(text)]
    skipped = set()
    for position, token in enumerate(tokens):
        lower = token.lower()
        pair = (lower, tokens[position + 1].lower()) if position + 1 < len(tokens) else None
        if pair in full_names:
            skipped.update((position, position + 1))
        is_named = title and token[:1].isupper() and lower not in TITLES
        if token != "." or title not in ABBREVIATED:
            title = lower if lower in TITLES else ""
        if position in skipped or is_named or lower in names or not _is_word(token):
            runs.append(run)
            run = []
        else:
            run.append(token)
    return [run for run in [*runs, run] if run]


def _is_word(token):
    if not token[0].isalpha() or any(character.isdigit() for character in token):
        return False
    is_short = len(token) < 3
    return len(token) <= MAX_WORD and (not is_short or (len(token) == 2 and token.isupper()))


def terms_of(runs, stems):
    """Words and phrases of two neighbouring words.

    :param runs: see :func:`sequences`
    :param stems: dict lower-case word → stem, none for stop words
    :return: dict stem (of a phrase: two stems and a space) → most frequent spelling
    """
    found = {}
    for run in runs:
        before = None
        for word in run:
            lower = word.lower()
            stem = None if lower in POLITE else stems.get(lower)
            if stem:
                found.setdefault(stem, Counter())[word] += 1
                if before:
                    spelling = f"{before[1]} {word}"
                    found.setdefault(f"{before[0]} {stem}", Counter())[spelling] += 1
            before = (stem, word) if stem else None
            if len(found) >= MAX_TERMS:
                break
    return {stem: spellings.most_common(1)[0][0] for stem, spellings in found.items()}


def term_key(config, stem):
    """Number that stands for a stem of a configuration: 63 bits of a hash and, as the
    lowest bit, whether it is a phrase."""
    digest = blake2b(f"{config}:{stem}".encode(), digest_size=8).digest()
    number = int.from_bytes(digest, "big", signed=True)
    return number | 1 if " " in stem else number & ~1
