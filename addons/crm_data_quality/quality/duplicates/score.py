# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How probable it is that two records are the same, and why.

Additive model of Fellegi and Sunter (A Theory for Record Linkage, JASA 64, 1969): each field adds
bits for or against; agreement in a rare value adds more than in a common one.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from math import log2

from . import gates
from .compare import compare_names, compare_values, most_name_info
from .profile import COMPANY
from .weights import MAX_AGAINST, MAX_INFO
from .whole_names import tell

MATCH = 0.5
"""Posterior from which on two records are taken for the same."""
AUTOMATIC = 0.99
"""Posterior of the automatic band; a strong identifier must agree, too."""
DOUBT = 0.25
"""Posterior from which on a pair is shown, and which a pair behind a gate of doubt gets."""
_DOUBT_WEIGHT = log2(DOUBT / (1 - DOUBT))

_WHOLE_NAMES = frozenset(("same", "typo", "branch", "initial"))


@dataclass(slots=True)
class Match:
    """What came out for two records.

    :param weight: bits, prior odds included
    :param gate: name of the gate that spoke, or ""
    :param details: list of (field, outcome, bits)
    :param automatic: whether nobody needs to look at it
    """

    weight: float = 0.0
    gate: str = ""
    details: list = field(default_factory=list)
    automatic: bool = False

    @property
    def posterior(self):
        return posterior(self.weight)


def posterior(weight):
    """Probability of odds in bits."""
    if weight < -60:
        return 0.0
    return 1.0 / (1.0 + 2.0 ** -min(weight, 60))


@lru_cache(maxsize=16)
def least_weight(cutoff):
    """Odds in bits of a probability."""
    if cutoff <= 0:
        return float("-inf")
    return log2(cutoff / (1 - cutoff)) if cutoff < 1 else float("inf")


def score(left, right, frequencies, cutoff=MATCH):
    """Compare two profiles.

    What is cheap to compare comes first: where even the best name could not lift the rest above
    the cutoff, the names are not looked at.

    :param frequencies: `Frequencies` of the records, with the `Weights` to use
    :param cutoff: posterior below which nobody wants to know
    :return: `Match`, or None below the cutoff and behind excluding gates
    """
    if left.kind != right.kind:
        left, right = _alike(left, right)
    weights = frequencies.weights
    if gates.apart(left, right):
        return None
    kind = left.kind
    table = weights.table(kind)
    weight = frequencies.prior(kind)
    least = least_weight(cutoff)
    details = []
    outcomes = {}
    for name, outcome, info in compare_values(left, right, frequencies):
        base, per_info, _per_against = table[name, outcome]
        bits = base + per_info * (info if info < MAX_INFO else MAX_INFO)
        weight += bits
        details.append((name, outcome, bits))
        outcomes[name] = outcome
    if left.name and right.name:
        # candidates come by their left side: its words are known already
        if weight + weights.best_name(kind, frequencies.name_info(left.name)) < least:
            return None
        if weight + weights.best_name(kind, most_name_info(left, right, frequencies)) < least:
            return None
        if weights.families and gates.given_names(left, right):
            return None
        name, outcome, info, against = compare_names(left, right, frequencies)
        base, per_info, per_against = table[name, outcome]
        named = base + per_info * min(info, MAX_INFO) + per_against * min(against, MAX_AGAINST)
        weight += named
        details.insert(0, (name, outcome, named))
        outcomes[name] = outcome
    else:
        named = against = 0.0
    if weights.families and _are_strangers(outcomes):
        return None
    gate = _doubt(outcomes, against, weights)
    # behind a gate of doubt the rest must speak for the same place, whatever the name says
    if (weight - min(named, 0.0) if gate in (gates.EXTRA, gates.SURNAME) else weight) < least:
        return None
    if gate:
        weight = _DOUBT_WEIGHT
    automatic = (
        not gate
        and not _are_deals(left, right)
        and _is_automatic(weight, outcomes)
        and tell(left, right, outcomes, frequencies)
    )
    return Match(weight, gate, details, automatic)


def _are_strangers(outcomes):
    """Whether the names have nothing in common and nothing but the place and its phone and
    mailbox speaks for the two: tenants, colleagues."""
    name = outcomes.get("company") or outcomes.get("person")
    return name == "other" and "same" not in (outcomes.get("vat"), outcomes.get("birth"))


def _doubt(outcomes, against, weights):
    """The gate that leaves the judgement to a person, or "".

    :param against: bits of words that each name has and the other lacks
    """
    if outcomes.get("company") in ("more", "part") and outcomes.get("vat") != "same":
        return gates.EXTRA
    person = outcomes.get("person")
    if not person or not weights.families:
        return ""
    birth = outcomes.get("birth")
    if birth is None:
        return gates.SURNAME if person == "given" else ""
    if birth in ("other", "near") or (against and person in ("surname", "other")):
        return gates.RELATIVES
    return ""


def _alike(left, right):
    """A lead's company or its contact, whichever is of the other record's kind."""
    if left.contact and left.kind == COMPANY:
        left = left.as_person()
    elif right.contact and right.kind == COMPANY:
        right = right.as_person()
    return left, right


def _are_deals(left, right):
    """Two leads of one customer: he may well want two things."""
    return left.key < 0 and right.key < 0 and left.family > 0 and left.family == right.family


def _is_automatic(weight, outcomes):
    """Whether nobody needs to look: whole names, and something agrees that strangers do not share."""
    name = outcomes.get("company") or outcomes.get("person")
    if posterior(weight) < AUTOMATIC or name not in _WHOLE_NAMES:
        return False
    if "other" in (outcomes.get("legal"), outcomes.get("birth")):
        return False  # father and son, a limited company and its predecessor
    if (
        outcomes.get("email") in ("same", "own")
        or outcomes.get("vat") == "same"
        or outcomes.get("birth") == "same"
    ):
        return True
    if outcomes.get("person") in ("typo", "initial"):
        return (
            False  # Martin and Martine, A. for Anna or Alfred: a family has one phone and address
        )
    if outcomes.get("person") and "other" in (outcomes.get("phone"), outcomes.get("email")):
        return False  # father and son of one name have one address, but two mailboxes
    return outcomes.get("phone") == "same" or (
        outcomes.get("street") == "same" and outcomes.get("place") == "same"
    )


_COUNTED = {
    "company": "name", "person": "name", "email": "email", "phone": "phone", "street": "address",
    "place": "city",
}  # fmt: skip


def _count(name, outcome, left, right, frequencies):
    """Records with the value whose frequency the weight of an agreement depends on, or None."""
    agrees = ("same", "typo", "city", "town") if name == "place" else ("same", "own")
    if name not in _COUNTED or outcome not in agrees:
        return None
    counted = _COUNTED[name]
    known = filter(None, {getattr(left, counted), getattr(right, counted)})
    return max((frequencies.count(counted, value) for value in known), default=None)


def explain(match, left, right, frequencies):
    """The reasons of a match as plain data, for storing.

    :return: list of dict with field, label (code of a sentence), left, right, outcome, weight
        (bits), frequency (records with the value, where it agrees), total (records compared)
        and gate
    """
    if left.kind != right.kind:
        left, right = _alike(left, right)
    lines = []
    for name, outcome, bits in match.details:
        attribute = "name" if name in ("company", "person") else name
        if attribute == "place":
            values = f"{left.zip} {left.city}".strip(), f"{right.zip} {right.city}".strip()
        elif attribute == "street":
            values = f"{left.street} {left.house}".strip(), f"{right.street} {right.house}".strip()
        else:
            values = getattr(left, attribute), getattr(right, attribute)
        lines.append(
            {
                "field": name,
                "label": f"{name}_{outcome}",
                "left": values[0],
                "right": values[1],
                "outcome": outcome,
                "weight": round(bits, 2),
                "frequency": _count(name, outcome, left, right, frequencies),
                "total": frequencies.total,
                "gate": "",
            }
        )
    if match.gate:
        lines.append(
            {
                "field": "gate", "label": f"gate_{match.gate}", "left": "", "right": "",
                "outcome": "", "weight": 0.0, "frequency": None, "total": frequencies.total,
                "gate": match.gate,
            }
        )  # fmt: skip
    return lines
