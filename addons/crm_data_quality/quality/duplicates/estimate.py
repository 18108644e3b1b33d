# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Weights of persons learnt from the company's own records, without anybody labelling them.

Registers of persons with dates of birth are other evidence than address books: the date proves
what address books leave open. There, u (how often two strangers agree) is counted on random pairs,
and m (how often two records of one person agree) is estimated by expectation maximisation on the
candidates (Dempster, Laird and Rubin 1977; Winkler 1988 for record linkage).

Nothing is learnt where relatives are among the records: they agree in surname, address and phone
together, which a sum of independent fields takes for proof. The shipped weights and gates know
them.
"""

from collections import Counter, defaultdict
from math import log2

from .compare import compare
from .weights import FIELD_WEIGHTS, Weights

LEAST_BIRTHS = 0.5
"""Share of persons with a date of birth from which on weights are learnt."""
LEAST_PERSONS = 500
LEAST_CONFLICTS = 10
"""Pairs of one surname and address with two given names that it takes to see whether they are
relatives."""
MOST_RELATIVES = 0.25
"""Share of such pairs with different dates of birth from which on there are relatives."""
LEAST_MATCHES = 50
"""Expected matches from which on there is enough to learn from."""
LEAST_AGREEMENT = 0.5
"""Share of matches that must agree in name and in date of birth: what agrees less often is a group
of relatives or colleagues, not one person."""
ROUNDS = 40
PER_INFO = 0.5
"""What a bit of information of an equal name counts: as the words of a name go together, not 1."""

_FIELDS = ("person", "email", "phone", "street", "place", "birth")
_OUTCOMES = defaultdict(list)
for _field, _outcome in FIELD_WEIGHTS:
    if _field in _FIELDS:
        _OUTCOMES[_field].append(_outcome)
# Where the maximisation begins: most matches agree, some are mistyped.
_START = {"same": 0.8, "own": 0.8, "typo": 0.12}
_START_ELSE = 0.02
# Agreeing and contradicting pairs added to every count, so that what was never seen is rare,
# not impossible.
_SMOOTH_M, _SMOOTH_U = 0.5, 0.3


def _pattern(found):
    """The outcomes alone: as many pairs share one, they are counted together."""
    return tuple((field, outcome) for field, outcome, _info, _against in found)


def has_relatives(compared):
    """Whether relatives are among the records, or too little is known to deny it.

    :param compared: list of results of `compare`, of pairs of persons
    """
    conflicts = apart = 0
    for found in compared:
        outcomes = {field: outcome for field, outcome, _info, _against in found}
        if outcomes.get("person") != "surname" or outcomes.get("street") not in ("same", "typo"):
            continue
        if not found[0][3] or "birth" not in outcomes:
            continue  # one given name only, or nothing to tell relatives by
        conflicts += 1
        apart += outcomes["birth"] in ("near", "other")
    return conflicts < LEAST_CONFLICTS or apart > MOST_RELATIVES * conflicts


def _strangers(compared, persons):
    """u: how often two records agree by chance.

    :param compared: results of `compare` of random pairs
    :param persons: profiles, on which the chance of equal values is counted: random pairs are too
        few to meet one
    """
    counts = {field: Counter() for field in _FIELDS}
    for found in compared:
        for field, outcome in _pattern(found):
            counts[field][outcome] += 1
    shares = {}
    for field, count in counts.items():
        total = count.total() + _SMOOTH_U * len(_OUTCOMES[field])
        for outcome in _OUTCOMES[field]:
            shares[field, outcome] = (count[outcome] + _SMOOTH_U) / total
    values = {
        "person": (" ".join(sorted(one.name.split())) for one in persons),
        "birth": (one.birth for one in persons),
        "street": (one.address for one in persons),
        "email": (one.email for one in persons),
        "phone": (one.phone for one in persons),
    }
    for field, found in values.items():
        shares[field, "same"] = _chance(found)
    return shares


def _chance(values):
    """Probability that two records that have a value have the same."""
    counts = Counter(value for value in values if value)
    total = counts.total()
    if total < 2:
        return 1.0
    equal = sum(count * (count - 1) for count in counts.values())
    return max(equal, 1) / (total * (total - 1))


def _maximise(patterns, shares, pairs, share):
    """m by expectation maximisation, u fixed.

    :param patterns: dict pattern → number of candidates
    :param pairs: number of all pairs of records
    :param share: of these that are matches, to begin with
    :return: tuple (dict (field, outcome) → m, share of matches among all pairs)
    """
    agreeing = {}
    for field in _FIELDS:
        begin = {outcome: _START.get(outcome, _START_ELSE) for outcome in _OUTCOMES[field]}
        total = sum(begin.values())
        agreeing[field] = {outcome: part / total for outcome, part in begin.items()}
    for _round in range(ROUNDS):
        matches = 0.0
        sums = {field: dict.fromkeys(outcomes, 0.0) for field, outcomes in agreeing.items()}
        for pattern, number in patterns.items():
            same, chance = share, 1.0 - share
            for field, outcome in pattern:
                same *= agreeing[field][outcome]
                chance *= shares[field, outcome]
            part = number * same / (same + chance)
            matches += part
            for field, outcome in pattern:
                sums[field][outcome] += part
        share = max(matches, 1.0) / pairs
        for field, found in sums.items():
            total = sum(found.values()) + _SMOOTH_M * len(found)
            agreeing[field] = {
                outcome: (part + _SMOOTH_M) / total for outcome, part in found.items()
            }
    return agreeing, share


def estimate(candidates, strangers, persons, total, frequencies):
    """Weights of persons learnt from records.

    :param candidates: pairs of profiles of persons that share a key: all or a random sample
    :param strangers: random pairs of profiles of persons
    :param persons: profiles of persons: all or a random sample
    :param total: tuple (number of all candidates between persons, of all persons)
    :param frequencies: `Frequencies` of all records
    :return: `Weights`, or None where the shipped ones are better
    """
    candidate_total, person_total = total
    born = sum(1 for one in persons if one.birth)
    if person_total < LEAST_PERSONS or born < LEAST_BIRTHS * len(persons) or not candidates:
        return None
    compared = [compare(left, right, frequencies) for left, right in candidates]
    if has_relatives(compared):
        return None
    shares = _strangers([compare(*pair, frequencies) for pair in strangers], persons)
    scale = candidate_total / len(candidates)
    patterns = {
        pattern: scale * number for pattern, number in Counter(map(_pattern, compared)).items()
    }
    pairs = person_total * (person_total - 1) / 2
    agreeing, share = _maximise(patterns, shares, pairs, 0.1 * person_total / pairs)
    person, birth = agreeing["person"], agreeing["birth"]
    named = person["same"] + person["typo"] + person["initial"] + person["more"] + person["near"]
    if (
        share * pairs < LEAST_MATCHES
        or named < LEAST_AGREEMENT
        or birth["same"] + birth["typo"] < LEAST_AGREEMENT
    ):
        return None
    learnt = {
        (field, outcome): (log2(part / shares[field, outcome]), 0.0, 0.0)
        for field, outcomes in agreeing.items()
        for outcome, part in outcomes.items()
    }
    infos = [found[0][2] for found in compared if found and found[0][:2] == ("person", "same")]
    if infos:
        # how often strangers share a name is an average: a rare name says more, a common one less
        base = learnt["person", "same"][0] - PER_INFO * sum(infos) / len(infos)
        learnt["person", "same"] = (base, PER_INFO, 0.0)
    return Weights({**FIELD_WEIGHTS, **learnt}, log2(share / (1 - share)), families=False)
