# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Kölner Phonetik (H. J. Postel, Die Kölner Phonetik, IBM-Nachrichten 19, 1969)."""

from functools import lru_cache

_SIMPLE = {
    **dict.fromkeys("aeijouy", "0"), "b": "1", **dict.fromkeys("fvw", "3"),
    **dict.fromkeys("gkq", "4"), "l": "5", **dict.fromkeys("mn", "6"), "r": "7",
    **dict.fromkeys("sz", "8"),
}  # fmt: skip


def _digit(letter, before, after, first):
    """Code of a letter between its neighbours."""
    if letter == "p":
        return "3" if after == "h" else "1"
    if letter in "dt":
        return "8" if after and after in "csz" else "2"
    if letter == "x":
        return "8" if before and before in "ckq" else "48"
    if letter == "c":
        if first:
            return "4" if after and after in "ahkloqrux" else "8"
        if before and before in "sz":
            return "8"
        return "4" if after and after in "ahkoqux" else "8"
    return _SIMPLE.get(letter, "")


@lru_cache(maxsize=65536)
def cologne(word):
    """Phonetic code of one folded word: "muller" and "mullr" are both 657.

    Digits stand for themselves; letters of other alphabets count nothing.
    """
    letters = [letter for letter in word if letter != "-"]
    codes = []
    for index, letter in enumerate(letters):
        if letter.isdigit():
            codes.append(letter)
            continue
        before = letters[index - 1] if index else ""
        after = letters[index + 1] if index + 1 < len(letters) else ""
        codes.append(_digit(letter, before, after, not index))
    result = []
    for code in "".join(codes):
        if not result or result[-1] != code:
            result.append(code)
    return "".join(result[:1] + [code for code in result[1:] if code != "0"])
