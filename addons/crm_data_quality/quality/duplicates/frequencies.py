# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How common values are among the records that are compared: rare ones say more."""

from collections import Counter
from math import log2

from .weights import SHIPPED

# Values that are rarer are not worth remembering: two records must share one to be compared.
MIN_COUNT = 3
SMALLEST = 10_000
"""A value is not common because a third of three records has it: fewer records than these count as
so many."""
MAX_NAMES = 50_000
MAX_NUMBERS = 20_000
"""Names whose information is remembered, and values whose number is: a few megabytes."""


class Frequencies:
    """Counts of values in a company's own records.

    :param total: number of records
    :param counts: dict or `Counts`, (field, value) → number of records; fields are "token", "name",
        "email", "phone", "address", "domain", "city". Only cities and counts from MIN_COUNT up need
        to be there.
    :param weights: `Weights` that go with these records; default: the shipped ones
    """

    def __init__(self, total, counts, weights=SHIPPED):
        self.total = total
        self.weights = weights
        self.base = max(total, SMALLEST)
        self._counts = counts
        self.rare = log2(self.base / 2)
        self._numbers = {}
        self._name_infos = {}
        self._priors = {}

    def _number(self, field, value):
        """Number of records with the value, 0 where it is rare."""
        key = field, value
        found = self._numbers.get(key)
        if found is None:
            if len(self._numbers) >= MAX_NUMBERS:
                self._numbers.clear()
            found = self._numbers[key] = self._counts.get(key, 0)
        return found

    def is_place(self, word):
        """Whether a word is a city in which records are."""
        return self._number("city", word) > 0

    def count(self, field, value):
        """Number of records with the value, 2 where it is rare."""
        return self._number(field, value) or 2

    def bits(self, field, value):
        """What an agreement in the value says: log2 of 1 ÷ its share of the records."""
        found = self._number(field, value)
        return log2(self.base / found) if found else self.rare

    def least(self, field, one, two):
        """Bits of two spellings of a value: what the more common one says; 0 without any."""
        if one == two:
            return self.bits(field, one) if one else 0.0
        return min((self.bits(field, value) for value in (one, two) if value), default=0.0)

    def prior(self, kind):
        """Prior odds in bits of two records of a kind that share a key."""
        odds = self._priors.get(kind)
        if odds is None:
            odds = self._priors[kind] = self.weights.prior(kind, self.base)
        return odds

    def name_info(self, name):
        """Bits of all words of a name."""
        info = self._name_infos.get(name)
        if info is None:
            if len(self._name_infos) >= MAX_NAMES:
                self._name_infos.clear()
            info = sum(self.bits("token", word) for word in name.split())
            self._name_infos[name] = info
        return info

    @classmethod
    def of(cls, profiles):
        """Frequencies of profiles in memory."""
        counts = Counter()
        total = 0
        for profile in profiles:
            total += 1
            counts.update(values(profile))
        kept = {
            key: count for key, count in counts.items() if count >= MIN_COUNT or key[0] == "city"
        }
        return cls(total, kept)


def values(profile):
    """The values of a profile that are counted, as a set of (field, value)."""
    found = {("token", token) for token in profile.name.split()}
    if profile.name:
        found.add(("name", profile.name))
    if profile.email:
        found.add(("email", profile.email))
        found.add(("domain", profile.email.partition("@")[2]))
    if profile.city:
        found.add(("city", profile.city))
    if profile.phone:
        found.add(("phone", profile.phone))
    if profile.address:
        found.add(("address", profile.address))
    return found
