# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How probable it is that two records are the same, and why.

Additive model of Fellegi and Sunter (A Theory for Record Linkage, JASA 64, 1969): each field adds
bits for or against; agreement in a rare value adds more than in a common one.
"""

from dataclasses import dataclass, field
from math import log2

from . import gates
from .compare import compare
from .profile import COMPANY
from .weights import FIELD_WEIGHTS, MAX_AGAINST, MAX_INFO, PRIOR, PRIOR_PER_DOUBLING, PRIOR_TOTAL

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


def prior(kind, total):
    """Prior odds in bits of two records that share a key, among ``total``."""
    return PRIOR[kind] - PRIOR_PER_DOUBLING * (log2(total) - PRIOR_TOTAL)


def score(left, right, frequencies, cutoff=MATCH):
    """Compare two profiles.

    :param cutoff: posterior below which nobody wants to know
    :return: `Match`, or None below the cutoff and behind excluding gates
    """
    if left.kind != right.kind:
        left, right = _alike(left, right)
    if gates.excluded(left, right):
        return None
    weight = prior(left.kind, frequencies.base)
    details = []
    outcomes = {}
    for name, outcome, info, against in compare(left, right, frequencies):
        base, per_info, per_against = FIELD_WEIGHTS[name, outcome]
        bits = base + per_info * min(info, MAX_INFO) + per_against * min(against, MAX_AGAINST)
        weight += bits
        details.append((name, outcome, bits))
        outcomes[name] = outcome
    if _are_strangers(outcomes):
        return None
    gate = _doubt(outcomes)
    if gate:
        if posterior(_without_name(weight, details)) < cutoff:
            return None
        weight = _DOUBT_WEIGHT
    elif posterior(weight) < cutoff:
        return None
    return Match(weight, gate, details, not gate and _is_automatic(weight, outcomes))


def _are_strangers(outcomes):
    """Whether the names have nothing in common and nothing but the place and its phone and
    mailbox speaks for the two: tenants, colleagues."""
    name = outcomes.get("company") or outcomes.get("person")
    return name == "other" and "same" not in (outcomes.get("vat"), outcomes.get("birth"))


def _doubt(outcomes):
    """The gate that leaves the judgement to a person, or ""."""
    if outcomes.get("company") in ("more", "part") and outcomes.get("vat") != "same":
        return gates.EXTRA
    if outcomes.get("person") == "given" and "birth" not in outcomes:
        return gates.SURNAME
    return ""


def _without_name(weight, details):
    """Bits without what the name says: the rest must speak for the same place."""
    return weight - min(bits for name, _outcome, bits in details if name in ("company", "person"))


def _alike(left, right):
    """A lead's company or its contact, whichever is of the other record's kind."""
    if left.contact and left.kind == COMPANY:
        left = left.as_person()
    elif right.contact and right.kind == COMPANY:
        right = right.as_person()
    return left, right


def _is_automatic(weight, outcomes):
    name = outcomes.get("company") or outcomes.get("person")
    if posterior(weight) < AUTOMATIC or name not in _WHOLE_NAMES:
        return False
    if "other" in (outcomes.get("legal"), outcomes.get("birth")):
        return False  # father and son, a limited company and its predecessor
    return (
        "same" in (outcomes.get("email"), outcomes.get("phone"), outcomes.get("vat"))
        or outcomes.get("birth") == "same"
        or (outcomes.get("street") == "same" and outcomes.get("place") == "same")
    )


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
        count = None
        if outcome == "same" and attribute in ("name", "email", "phone", "street"):
            counted = left.address if attribute == "street" else values[0]
            count = frequencies.count("address" if attribute == "street" else attribute, counted)
        lines.append(
            {
                "field": name,
                "label": f"{name}_{outcome}",
                "left": values[0],
                "right": values[1],
                "outcome": outcome,
                "weight": round(bits, 2),
                "frequency": count,
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
