# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The engine without a database, on persons of the FEBRL sets."""

import time
from collections import defaultdict
from itertools import combinations
from random import Random

from odoo.addons.crm_data_quality.quality.duplicates.estimate import estimate
from odoo.addons.crm_data_quality.quality.duplicates.frequencies import Frequencies
from odoo.addons.crm_data_quality.quality.duplicates.gates import excluded
from odoo.addons.crm_data_quality.quality.duplicates.keys import MAX_BLOCK, keys
from odoo.addons.crm_data_quality.quality.duplicates.profile import PERSON, build
from odoo.addons.crm_data_quality.quality.duplicates.score import MATCH, score
from odoo.addons.crm_data_quality.quality.duplicates.union import components
from odoo.addons.crm_data_quality.quality.duplicates.weights import SHIPPED

# As many as a search takes.
SAMPLE = 20_000


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


def candidates(profiles):
    """Pairs of places of profiles that share a key."""
    blocks = defaultdict(list)
    for number, one in enumerate(profiles):
        for key in keys(one):
            blocks[key].append(number)
    found = set()
    for block in blocks.values():
        if len(block) <= MAX_BLOCK:
            found.update(combinations(block, 2))
    return sorted(found)


def learn(profiles, pairs, frequencies):
    """The weights that a search of these persons would use; nobody tells it which are the same."""
    dice = Random(0)
    persons = [one for one in profiles if one.kind == PERSON]
    pairs = [
        (profiles[one], profiles[two])
        for one, two in pairs
        if profiles[one].kind == profiles[two].kind == PERSON
    ]
    shuffled = dice.sample(persons, len(persons))
    strangers = [pair for shift in (1, 2, 3) for pair in zip(shuffled, shuffled[shift:])]  # noqa: B905
    sample = dice.sample(pairs, min(len(pairs), SAMPLE))
    return estimate(sample, strangers, persons, (len(pairs), len(persons)), frequencies)


def find(profiles):
    """Pairs of places of profiles that are taken for the same, and those of their clusters."""
    frequencies = Frequencies.of(profiles)
    pairs = candidates(profiles)
    frequencies.weights = learn(profiles, pairs, frequencies) or SHIPPED
    links = []
    for one, two in pairs:
        match = score(profiles[one], profiles[two], frequencies, MATCH)
        if match and match.posterior >= MATCH:
            links.append((match.weight, one, two))

    def apart(first, second):
        families = frequencies.weights.families
        return len(first) + len(second) > 2 and any(
            excluded(profiles[one], profiles[two], families) for one in first for two in second
        )

    grouped = set()
    for group in components(links, apart):
        grouped.update(combinations(sorted(group), 2))
    return {link[1:] for link in links}, grouped


def judge(records, links):
    """True pairs; found, right, F1 and precision of pairs; F1 of whole clusters; seconds."""
    place = {record["id"]: number for number, record in enumerate(records)}
    truth = {tuple(sorted((place[one], place[two]))) for one, two in links}
    begin = time.perf_counter()
    profiles = [profile(number + 1, record) for number, record in enumerate(records)]
    found, grouped = find(profiles)
    seconds = time.perf_counter() - begin
    right = len(found & truth)
    return (
        len(truth), len(found), right, 2 * right / (len(found) + len(truth)),
        right / len(found), 2 * len(grouped & truth) / (len(grouped) + len(truth)), seconds,
    )  # fmt: skip
