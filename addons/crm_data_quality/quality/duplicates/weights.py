# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The shipped weights, in bits.

Estimated by logistic regression on labelled pairs (generated German customers in two
vocabularies, 10,000 to 100,000 records, and the FEBRL sets 1 and 2), so that agreements that go
together, as address, phone and mailbox do, do not count twice. No word has a weight: words enter
by their frequency in the company's own records only.
"""

MAX_INFO = 24
MAX_AGAINST = 30
"""Bits of information beyond which more says nothing more."""

FIELD_WEIGHTS = {
    # (field, outcome): (bits, bits per bit of agreeing, of contradicting information)
    ("company", "same"): (-3.27, 0.833, 0.0),
    ("company", "typo"): (2.92, 0.477, 0.0),
    ("company", "branch"): (2.33, 0.333, 0.0),
    ("company", "more"): (-2.0, 0.1, 0.0),
    ("company", "part"): (-1.94, 0.043, -0.084),
    ("company", "other"): (-2.53, 0.0, -0.382),
    ("person", "same"): (-3.36, 0.79, 0.0),
    ("person", "typo"): (2.4, 0.339, 0.0),
    ("person", "initial"): (3.03, 0.382, 0.0),
    ("person", "more"): (1.26, 0.15, 0.0),
    ("person", "surname"): (1.0, 0.0, -0.539),
    ("person", "given"): (-2.61, 0.095, 0.0),
    ("person", "other"): (-2.81, 0.0, -0.348),
    ("legal", "same"): (0.56, 0.0, 0.0),
    ("legal", "other"): (-6.29, 0.0, 0.0),
    ("vat", "same"): (11.44, 0.0, 0.0),
    ("vat", "typo"): (5.0, 0.0, 0.0),
    ("vat", "other"): (-3.0, 0.0, 0.0),
    ("email", "same"): (2.58, 0.295, 0.0),
    ("email", "typo"): (5.77, 0.0, 0.0),
    ("email", "domain"): (0.64, 0.077, 0.0),
    ("email", "other"): (-2.86, 0.0, 0.0),
    ("phone", "same"): (2.46, 0.431, 0.0),
    ("phone", "typo"): (1.5, 0.0, 0.0),
    ("phone", "other"): (-1.81, 0.0, 0.0),
    ("street", "same"): (1.08, 0.043, 0.0),
    ("street", "typo"): (2.72, 0.0, 0.0),
    ("street", "street"): (1.04, 0.0, 0.0),
    ("street", "number"): (-1.31, 0.0, 0.0),
    ("street", "other"): (-3.13, 0.0, 0.0),
    ("place", "same"): (2.43, 0.0, 0.0),
    ("place", "typo"): (1.09, 0.0, 0.0),
    ("place", "zip"): (0.25, 0.0, 0.0),
    ("place", "city"): (-0.62, 0.0, 0.0),
    ("place", "near"): (-1.29, 0.0, 0.0),
    ("place", "other"): (-4.6, 0.0, 0.0),
    ("birth", "same"): (9.15, 0.0, 0.0),
    ("birth", "typo"): (1.9, 0.0, 0.0),
    ("birth", "other"): (-1.78, 0.0, 0.0),
}

PRIOR = {"c": -5.48, "p": -3.23, "u": -5.48}
"""Odds that two records that share a key are the same, by the kind of record, among 2^PRIOR_TOTAL
records."""
PRIOR_TOTAL = 16.6
PRIOR_PER_DOUBLING = 0.84
"""Bits that the prior odds fall by when the number of records doubles: false candidates grow with
its square, true ones do not. Less than one, as blocks are cut."""
