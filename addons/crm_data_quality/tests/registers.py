# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Registers of persons with dates of birth, made up: the same for the same seed."""

from collections import defaultdict
from itertools import combinations
from random import Random

from ..quality.duplicates.keys import keys
from ..quality.duplicates.profile import build

_SYLLABLES = ("ba", "ber", "da", "del", "fa", "gor", "ha", "ilm", "ko", "lan", "mor", "ni", "os",
              "pel", "ri", "sum", "tor", "ul", "ven", "zor")  # fmt: skip


def _word(dice, count):
    return "".join(dice.choice(_SYLLABLES) for _number in range(count))


def _date(dice):
    return f"{dice.randint(1930, 2005)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"


def _mistyped(dice, text):
    place = dice.randrange(1, len(text) - 1)
    return text[:place] + dice.choice("aeinr") + text[place + 1 :]


def _stranger(dice):
    return {
        "given": _word(dice, 2),
        "surname": _word(dice, 3),
        "street": f"{_word(dice, 3)} {dice.randint(1, 90)}",
        "zip_code": f"{dice.randint(10000, 99999)}",
        "city": _word(dice, 3),
        "birth": _date(dice),
    }


def _again(dice, person):
    """How a clerk wrote the same person down the second time."""
    copy = dict(person)
    if dice.random() < 0.3:
        copy["surname"] = _mistyped(dice, copy["surname"])
    if dice.random() < 0.3:
        copy["given"] = _word(dice, 2)
    if dice.random() < 0.2:
        copy["street"] = f"{_word(dice, 3)} {dice.randint(1, 90)}"
    if dice.random() < 0.1:
        copy["birth"] = ""
    return copy


def _relative(dice, person):
    return person | {"given": _word(dice, 2), "birth": _date(dice)}


def register(count=600, copies=150, relatives=0, seed=1):
    """People of a register.

    :param copies: how many of them are in it twice
    :param relatives: how many have a relative at their address
    :return: list of (number of the person, values)
    """
    dice = Random(seed)
    people = [_stranger(dice) for _number in range(count)]
    rows = list(enumerate(people))
    rows += [(number, _again(dice, people[number])) for number in range(copies)]
    rows += [(count + number, _relative(dice, people[-1 - number])) for number in range(relatives)]
    dice.shuffle(rows)
    return rows


def profiles_of(rows):
    """Profiles of people of a register, in their order."""
    return [
        build(
            number,
            name=f"{values['given']} {values['surname']}",
            street=values["street"],
            zip_code=values["zip_code"],
            city=values["city"],
            birth=values["birth"],
        )
        for number, (_person, values) in enumerate(rows, 1)
    ]


def candidates_of(profiles):
    """Pairs of places of profiles that share a key."""
    blocks = defaultdict(list)
    for place, one in enumerate(profiles):
        for key in keys(one):
            blocks[key].append(place)
    return sorted({pair for block in blocks.values() for pair in combinations(block, 2)})
