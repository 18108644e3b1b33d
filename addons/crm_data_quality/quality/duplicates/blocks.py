# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Blocks of records to compare as one text.

Ids with blanks between them: those that changed, a slash, those that did not and are not compared
with each other; a comma, the next block.
"""

from itertools import combinations


def pairs(blocks):
    """Pairs to compare, as a set of (smaller id, larger id)."""
    found = set()
    for block in blocks.split(","):
        changed, _slash, others = block.partition("/")
        changed = sorted(map(int, changed.split()))
        found.update(combinations(changed, 2))
        if others:
            others = [*map(int, others.split())]
            found.update((min(one, two), max(one, two)) for one in changed for two in others)
    return found


def members(blocks):
    """Ids in blocks, each once, as a sorted list."""
    return sorted(set(map(int, blocks.replace("/", " ").replace(",", " ").split())))
