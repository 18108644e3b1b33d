# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reasons of a match as a short text: a quarter of what they take as plain data."""

import json

_FIELDS = {
    "company": "c", "person": "p", "legal": "l", "vat": "v", "email": "e", "phone": "h",
    "street": "s", "place": "o", "birth": "b",
}  # fmt: skip
_OUTCOMES = {
    "same": "s", "typo": "t", "branch": "b", "more": "m", "part": "p", "other": "x", "initial": "i",
    "near": "n", "surname": "u", "given": "g", "own": "o", "domain": "d", "own_domain": "w",
    "street": "r", "number": "k", "zip": "z", "city": "c", "town": "y",
}  # fmt: skip
# Labels as two letters; what was stored stays readable as long as letters keep their meaning.
_CODES = {
    f"{field}_{outcome}": letter + second
    for field, letter in _FIELDS.items()
    for outcome, second in _OUTCOMES.items()
}
_LABELS = {code: label for label, code in _CODES.items()}


def pack(lines):
    """The text of reasons as `score.explain` gives them."""
    if not lines:
        return ""
    return json.dumps(
        [lines[0]["total"], *map(_short, lines)], ensure_ascii=False, separators=(",", ":")
    )


def _short(line):
    label, left, right = line["label"], line["left"], line["right"]
    row = [
        _CODES.get(label, label), line["weight"], left, None if right == left else right,
        line["frequency"],
    ]  # fmt: skip
    while row[-1] is None:
        row.pop()
    return row


def unpack(text):
    """The reasons of a text made by `pack`."""
    if not text:
        return []
    total, *rows = json.loads(text)
    return [_long(total, *row) for row in rows]


def _long(total, code, weight, left, right=None, frequency=None):
    label = _LABELS.get(code, code)
    return _line(total, label, weight, left, left if right is None else right, frequency)


def _line(total, label, weight, left, right, frequency):
    name, _underscore, outcome = label.partition("_")
    is_gate = name == "gate"
    return {
        "field": name,
        "label": label,
        "left": left,
        "right": right,
        "outcome": "" if is_gate else outcome,
        "weight": weight,
        "frequency": frequency,
        "total": total,
        "gate": outcome if is_gate else "",
    }
