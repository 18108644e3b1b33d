# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which terms rise, and which are typical: tests on numbers of complaints, without the ORM."""

from math import exp, lgamma, log

MIN_CASES = 5
"""Complaints of both periods together below which a term is not tested."""
MIN_NOW = 3
"""Complaints of the period that a rising term needs at least."""
FALSE_DISCOVERY_RATE = 0.01
"""Accepted share of false ones among the terms called rising."""
TYPICAL = 10.83
"""G² from which a term is typical for a group: the 99.9 % quantile of chi² with one degree of
freedom."""


def _log_choose(total, part):
    return lgamma(total + 1) - lgamma(part + 1) - lgamma(total - part + 1)


def fisher_more(now, total_now, before, total_before):
    """Fisher's exact test, one-sided: the chance that at least ``now`` of all the complaints
    with the term fall into the period, if the period makes no difference.

    Source: R. A. Fisher, The Logic of Inductive Inference, JRSS 98 (1935). Being conditional
    on all margins it is exact for a shuffled corpus, whatever the number of complaints in
    the two periods.

    :return: p value; 1.0 where nothing can be told
    """
    cases, total = now + before, total_now + total_before
    if not cases or not total_now or not total_before:
        return 1.0
    low, high = max(0, cases - total_before), min(cases, total_now)
    if now <= low:
        return 1.0
    scale = _log_choose(total, cases)
    chance = exp(_log_choose(total_now, now) + _log_choose(total_before, before) - scale)
    result = 0.0
    for count in range(now, high + 1):
        result += chance
        rest = cases - count
        if chance < result * 1e-17 or not rest:
            break
        # ratio of two neighbouring probabilities of the hypergeometric distribution
        chance *= (total_now - count) / (count + 1) * rest / (total_before - rest + 1)
    return min(1.0, result)


def benjamini_hochberg(values, rate):
    """Positions of the p values that stay significant when all of them were tested.

    Source: Y. Benjamini, Y. Hochberg, Controlling the False Discovery Rate, JRSS B 57 (1995).

    :param values: p values of every test, significant or not
    :param rate: accepted share of false discoveries
    """
    order = sorted(range(len(values)), key=values.__getitem__)
    last = 0
    for rank, position in enumerate(order, 1):
        if values[position] <= rate * rank / len(values):
            last = rank
    return set(order[:last])


def rising(counts, total_now, total_before, rate=FALSE_DISCOVERY_RATE):
    """Keys of the terms that rise, the surest first.

    :param counts: dict key → (complaints with the term in the period, in the one before)
    :param total_now: all complaints of the period
    :param total_before: all complaints of the one before
    :return: (list of (key, p value), number of terms tested)
    """
    tested = [key for key, (now, before) in counts.items() if now + before >= MIN_CASES]
    values = []
    for key in tested:
        now, before = counts[key]
        # a term that did not become more frequent cannot pass: its test is not worked out
        grew = now * total_before > before * total_now
        values.append(fisher_more(now, total_now, before, total_before) if grew else 1.0)
    found = [
        (tested[position], values[position])
        for position in benjamini_hochberg(values, rate)
        if counts[tested[position]][0] >= MIN_NOW
    ]
    found.sort(key=lambda pair: (pair[1], -counts[pair[0]][0]))
    return found, len(tested)


def log_likelihood(inside, total_inside, outside, total_outside):
    """Dunning's G²: how far the share of complaints with a term in a group differs from its
    share in the others; 0 when it is not more frequent in the group.

    Source: T. Dunning, Accurate Methods for the Statistics of Surprise and Coincidence,
    Computational Linguistics 19 (1993).
    """
    if not total_inside or not total_outside:
        return 0.0
    if inside * total_outside <= outside * total_inside:
        return 0.0
    total, cases = total_inside + total_outside, inside + outside
    result = 0.0
    for observed, size, column in (
        (inside, total_inside, cases),
        (outside, total_outside, cases),
        (total_inside - inside, total_inside, total - cases),
        (total_outside - outside, total_outside, total - cases),
    ):
        if observed:
            result += observed * log(observed * total / (size * column))
    return 2 * result
