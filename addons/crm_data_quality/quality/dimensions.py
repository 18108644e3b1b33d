# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The dimensions of data quality, named as ISO/IEC 25012 and DAMA do, and their arithmetic."""

DIMENSIONS = [
    ("completeness", "Completeness"),
    ("validity", "Validity"),
    ("consistency", "Consistency"),
    ("currentness", "Currentness"),
    ("uniqueness", "Uniqueness"),
]


def share(numerator, denominator):
    """Percentage, or None where nothing applied: not applicable is never 0."""
    if not denominator:
        return None
    return 100.0 * numerator / denominator


def weighted_mean(pairs):
    """Weighted mean of the (weight, value) pairs whose value is known; None if there is none.

    :return: tuple (mean or None, sum of the weights that counted)
    """
    known = [(weight, value) for weight, value in pairs if value is not None and weight > 0]
    total = sum(weight for weight, _value in known)
    if not total:
        return None, 0.0
    return sum(weight * value for weight, value in known) / total, total
