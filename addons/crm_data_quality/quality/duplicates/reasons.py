# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reasons of a match as a short text: a quarter of what they take as plain data."""

import json


def pack(lines):
    """The text of reasons as `score.explain` gives them."""
    if not lines:
        return ""
    rows = [
        (
            line["label"],
            line["weight"],
            line["left"],
            None if line["right"] == line["left"] else line["right"],
            line["frequency"],
        )
        for line in lines
    ]
    return json.dumps([lines[0]["total"], *rows], ensure_ascii=False, separators=(",", ":"))


def unpack(text):
    """The reasons of a text made by `pack`."""
    if not text:
        return []
    total, *rows = json.loads(text)
    return [
        _line(total, label, weight, left, left if right is None else right, frequency)
        for label, weight, left, right, frequency in rows
    ]


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
