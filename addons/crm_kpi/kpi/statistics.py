# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Small statistics for KPI figures, without the ORM."""

from math import sqrt

# Two-sided 95 % quantile of the standard normal distribution.
Z95 = 1.959963984540054


def wilson_interval(successes: float, trials: float, z: float = Z95) -> tuple[float, float] | None:
    """Wilson score interval of a share (0..1), 95 % by default.

    Source: E. B. Wilson, Probable Inference, the Law of Succession, and
    Statistical Inference, JASA 22 (1927). It stays within 0..1 and is honest
    for few cases, unlike the normal approximation.

    :return: (low, high), or None without trials or for values that are no share
    """
    if trials <= 0 or not 0 <= successes <= trials:
        return None
    share = successes / trials
    denominator = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / denominator
    half = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / denominator
    return max(0.0, centre - half), min(1.0, centre + half)
