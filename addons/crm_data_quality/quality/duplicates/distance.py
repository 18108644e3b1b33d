# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How many letters two texts differ by: by rapidfuzz, or without it in Python, slower."""

try:
    from rapidfuzz.distance import OSA
except ImportError:  # optional: the search says so
    OSA = None


def method():
    """What compares texts: "rapidfuzz" or "python"."""
    return "rapidfuzz" if OSA else "python"


def edits(left, right, limit):
    """Letters left out, added, changed, or swapped with their neighbour; above ``limit``: limit + 1.

    Optimal string alignment distance, with either method the same.
    """
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    if OSA:
        return OSA.distance(left, right, score_cutoff=limit)
    return _edits(left, right, limit)


def _edits(left, right, limit):
    before, last = None, list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        row = [i]
        for j, other in enumerate(right, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return min(last[-1], limit + 1)


def is_typo(left, right):
    """Whether one of two different words may be the other mistyped: one edit in every four
    letters, with the first letter hardly ever wrong in short words."""
    shorter, longer = len(left), len(right)
    if shorter > longer:
        shorter, longer = longer, shorter
    if shorter < 3:
        return False
    limit = 1 if shorter < 6 else 2 if shorter < 10 else 3
    if longer - shorter > limit or (shorter == 3 and left[0] != right[0]):
        return False
    return edits(left, right, limit) <= limit
