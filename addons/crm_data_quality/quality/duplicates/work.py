# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The two long tasks of a search, on plain data: they may run in a process of their own.

Many records travel as one text: a database makes and reads it much faster than lists.
"""

from .blocks import pairs as pairs_of
from .counts import Counts
from .frequencies import Frequencies
from .keys import LARGE, keys, promising
from .profile import FIELDS, Profile, build
from .reasons import pack
from .score import DOUBT, explain, score
from .weights import Weights

UNIT, RECORD = "\x1f", "\x1e"
"""Between the values of a record, and between records: no value of a profile holds them, both count
as blanks."""

STORED = tuple(name for name in FIELDS if name != "key")
"""Values of a profile beside its key."""


def share(total=0, counts=None, weights=None):
    """What all tasks of a search need: `Frequencies`, or None for reading.

    :param total: number of records
    :param counts: arguments of `Counts`
    :param weights: `Weights` as data, or None for the shipped ones
    """
    if counts is None:
        return None
    known = [Weights.from_data(weights)] if weights else []
    return Frequencies(total, Counts(*counts), *known)


# ------------------------------------------------------------ reading
def read(_frequencies, sign, region, rows):
    """Profiles of records as texts for storing.

    :param sign: 1 for customers, -1 for leads
    :param region: two-letter code of the country for numbers without prefix
    :param rows: list of (id, name, is_company, contact, email, phone, sanitized phone, vat, street,
        postal code, city, country, date of birth, family)
    :return: list of texts with UNIT between records: each of STORED, then the keys as an array
    """
    profiles = [_profile(sign, region, row) for row in rows]
    columns = [UNIT.join(str(getattr(one, name)) for one in profiles) for name in STORED]
    arrays = ("{" + ",".join(map(str, sorted(keys(one)))) + "}" for one in profiles)
    return [*columns, UNIT.join(arrays)]


def _profile(sign, region, row):
    (
        key, name, is_company, contact, email, phone, sanitized, vat, street, zip_code, city,
        country, birth, family,
    ) = row  # fmt: skip
    return build(
        sign * key, name=name or "", is_company=is_company, contact=contact or "",
        email=email or "", phone=phone or "", phone_sanitized=sanitized or "", vat=vat or "",
        street=street or "", zip_code=zip_code or "", city=city or "", country=country or region,
        birth=birth or "", family=family or 0,
    )  # fmt: skip


# ------------------------------------------------------------ comparing
def profiles_of(text):
    """Profiles and keys by the id of their row.

    :param text: records with RECORD between them; of each with UNIT between them the id of the row,
        the key, the keys of blocks with blanks between them, and STORED
    :return: tuple (dict id → `Profile`, dict id → text of keys)
    """
    profiles, keys_of = {}, {}
    for record in text.split(RECORD) if text else ():
        row, key, blocks, *values = record.split(UNIT)
        profile = Profile(int(key), *values)
        profile.vat_valid = profile.vat_valid == "t"
        profile.family = int(profile.family)
        profiles[int(row)] = profile
        keys_of[int(row)] = blocks
    return profiles, keys_of


def compare(frequencies, text, blocks, is_mixed):
    """Compare what blocks ask for.

    :param text: see `profiles_of`; records that are missing were deleted meanwhile
    :param blocks: see `blocks`
    :param is_mixed: only leads with customers, neither among themselves
    :return: tuple (number of pairs compared, columns of those that are alike: key on the left, key
        on the right, posterior, weight, band, reasons); on the left is the older record, or the
        lead
    """
    profiles, keys_of = profiles_of(text)
    pairs = pairs_of(blocks)
    if frequencies.total > LARGE:
        pairs = promising(pairs, keys_of)
    found = []
    count = 0
    for one, two in pairs:
        left, right = profiles.get(one), profiles.get(two)
        if not left or not right or (is_mixed and (left.key < 0) == (right.key < 0)):
            continue
        count += 1
        match = score(left, right, frequencies, DOUBT)
        if match:
            if _is_behind(left.key, right.key):
                left, right = right, left
            found.append(
                (
                    left.key,
                    right.key,
                    match.posterior,
                    match.weight,
                    "automatic" if match.automatic else "review",
                    pack(explain(match, left, right, frequencies)),
                )
            )
    return count, [list(column) for column in zip(*found, strict=True)]


def _is_behind(left, right):
    if (left < 0) != (right < 0):
        return right < 0
    return abs(left) > abs(right)
