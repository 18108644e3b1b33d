# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The engine without a database, on persons of the FEBRL sets."""

import time
from collections import defaultdict
from itertools import combinations

from odoo.addons.crm_data_quality.quality.duplicates.frequencies import Frequencies
from odoo.addons.crm_data_quality.quality.duplicates.keys import MAX_BLOCK, keys
from odoo.addons.crm_data_quality.quality.duplicates.profile import build
from odoo.addons.crm_data_quality.quality.duplicates.score import MATCH, score


def profile(number, record):
    """The profile of a FEBRL record; the social security number is not used."""
    whole = {key: str(value).removesuffix(".0") for key, value in record.items()}
    address = " ".join(sorted((whole["address_1"], whole["address_2"])))
    return build(
        number,
        name=f"{whole['given_name']} {whole['surname']}".strip(),
        street=f"{whole['street_number']} {address}",
        zip_code=whole["postcode"],
        city=whole["suburb"],
        birth=whole["date_of_birth"],
        country="AU",
    )


def find(profiles):
    """Pairs of keys of profiles that are taken for the same."""
    frequencies = Frequencies.of(profiles)
    blocks = defaultdict(list)
    for number, one in enumerate(profiles):
        for key in keys(one):
            blocks[key].append(number)
    candidates = set()
    for block in blocks.values():
        if len(block) <= MAX_BLOCK:
            candidates.update(combinations(block, 2))
    found = set()
    for one, two in candidates:
        if score(profiles[one], profiles[two], frequencies, MATCH):
            found.add((one, two))
    return found


def judge(records, links):
    """True pairs, found, right, F1, precision and seconds."""
    place = {record["id"]: number for number, record in enumerate(records)}
    truth = {tuple(sorted((place[one], place[two]))) for one, two in links}
    begin = time.perf_counter()
    profiles = [profile(number + 1, record) for number, record in enumerate(records)]
    found = find(profiles)
    seconds = time.perf_counter() - begin
    right = len(found & truth)
    return (
        len(truth), len(found), right, 2 * right / (len(found) + len(truth)),
        right / len(found), seconds,
    )  # fmt: skip
