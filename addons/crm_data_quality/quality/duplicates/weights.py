# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The shipped weights, in bits.

Estimated by logistic regression on labelled pairs (generated German customers in three
vocabularies, 10,000 to 100,000 records, and the FEBRL sets 1 and 2), so that agreements that go
together, as address, phone and mailbox do, do not count twice. No word has a weight: words enter
by their frequency in the company's own records only. What those pairs hold too seldom is set by
hand (mistyped VAT and phone numbers, names with further words); so is what made-up records say
better than real ones would: a mistyped value proves no more than an equal one.
"""

from math import log2

MAX_INFO = 24
MAX_AGAINST = 30
"""Bits of information beyond which more says nothing more."""

FIELD_WEIGHTS = {
    # (field, outcome): (bits, bits per bit of agreeing, of contradicting information)
    ("company", "same"): (-5.45, 0.857, 0.0),
    ("company", "typo"): (1.0, 0.572, -0.164),
    ("company", "branch"): (0.95, 0.489, 0.0),
    ("company", "more"): (-2.0, 0.1, 0.0),
    ("company", "part"): (-1.94, 0.043, -0.084),
    ("company", "other"): (-2.53, 0.0, -0.382),
    ("person", "same"): (-10.1, 1.248, 0.0),
    ("person", "typo"): (-0.81, 0.733, -1.144),
    ("person", "initial"): (2.17, 0.619, -0.304),
    ("person", "more"): (1.64, 0.32, 0.0),
    ("person", "near"): (1.81, 0.331, 0.0),
    ("person", "surname"): (3.49, 0.0, -0.65),
    ("person", "given"): (0.0, 0.0, 0.0),
    ("person", "other"): (-2.2, 0.0, -0.231),
    ("legal", "same"): (0.0, 0.0, 0.0),
    ("legal", "other"): (-6.82, 0.0, 0.0),
    ("vat", "same"): (11.97, 0.0, 0.0),
    ("vat", "typo"): (5.0, 0.0, 0.0),
    ("vat", "other"): (-3.0, 0.0, 0.0),
    ("email", "same"): (0.65, 0.292, 0.0),
    ("email", "own"): (4.21, 0.0, 0.0),
    ("email", "typo"): (4.6, 0.0, 0.0),
    ("email", "domain"): (0.69, 0.11, 0.0),
    ("email", "own_domain"): (1.78, 0.0, 0.0),
    ("email", "other"): (-1.91, 0.0, 0.0),
    ("phone", "same"): (1.56, 0.43, 0.0),
    ("phone", "typo"): (1.0, 0.0, 0.0),
    ("phone", "other"): (-1.22, 0.0, 0.0),
    ("street", "same"): (1.2, 0.155, 0.0),
    ("street", "typo"): (3.2, 0.0, 0.0),
    ("street", "street"): (2.29, 0.0, 0.0),
    ("street", "number"): (-0.72, 0.0, 0.0),
    ("street", "other"): (-1.38, 0.0, 0.0),
    ("place", "same"): (-0.95, 0.474, 0.0),
    ("place", "typo"): (0.89, 0.312, 0.0),
    ("place", "zip"): (1.25, 0.0, 0.0),
    ("place", "city"): (-3.01, 0.259, 0.0),
    ("place", "town"): (0.34, 0.426, 0.0),
    ("place", "near"): (-0.96, 0.0, 0.0),
    ("place", "other"): (-2.11, 0.0, 0.0),
    ("birth", "same"): (9.56, 0.0, 0.0),
    ("birth", "typo"): (4.46, 0.0, 0.0),
    ("birth", "near"): (-1.54, 0.0, 0.0),
    ("birth", "other"): (-2.15, 0.0, 0.0),
}

PRIOR = {"c": -7.43, "p": -8.77, "u": -7.43}
"""Odds that two records that share a key are the same, by the kind of record, among 2^PRIOR_TOTAL
records."""
PRIOR_TOTAL = 16.6
PRIOR_PER_DOUBLING = 1.0
"""Bits that the prior odds fall by when the number of records doubles: false candidates grow with
its square, true ones do not."""


class Weights:
    """What agreements and contradictions count.

    :param persons: weights of persons' fields, as FIELD_WEIGHTS; default: the shipped ones
    :param person_prior: odds in bits that two persons are the same; None: the shipped ones
    :param families: whether relatives are among the records, who share surname and address
        without being the same
    """

    def __init__(self, persons=None, person_prior=None, families=True):
        self._persons = persons or FIELD_WEIGHTS
        self.person_prior = person_prior
        self.families = families
        self._best = {kind: self._best_names(kind) for kind in PRIOR}

    def _best_names(self, kind):
        """Bits that names add at most, by the bits that they agree in, rounded up."""
        name = "company" if kind == "c" else "person"
        lines = [bits for (field, _outcome), bits in self.table(kind).items() if field == name]
        return [
            max(base + per_info * info for base, per_info, _against in lines)
            for info in range(MAX_INFO + 1)
        ]

    def as_data(self):
        """The weights as plain data, for storing."""
        return {
            "persons": [[*names, *bits] for names, bits in self._persons.items()],
            "person_prior": self.person_prior,
            "families": self.families,
        }

    @classmethod
    def from_data(cls, data):
        """The weights that `as_data` stored; an outcome that is new since then has shipped ones."""
        stored = {(field, outcome): tuple(bits) for field, outcome, *bits in data["persons"]}
        return cls({**FIELD_WEIGHTS, **stored}, data["person_prior"], data["families"])

    def table(self, kind):
        """Weights by (field, outcome) of a kind of records."""
        return self._persons if kind == "p" else FIELD_WEIGHTS

    def prior(self, kind, total):
        """Prior odds in bits of two records of a kind that share a key, among ``total``."""
        if kind == "p" and self.person_prior is not None:
            return self.person_prior
        return PRIOR[kind] - PRIOR_PER_DOUBLING * (log2(total) - PRIOR_TOTAL)

    def best_name(self, kind, info):
        """Bits that names with this information add at most."""
        return self._best[kind][min(int(info) + 1, MAX_INFO)]


SHIPPED = Weights()
