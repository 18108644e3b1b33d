# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When the database itself is believed: which place a postal code has, and which code a place."""

from collections import defaultdict

# A place is taken as that of a postal code when at least so many records say so …
MIN_RECORDS = 5
# … and they are at least this share of the records with that postal code.
MIN_SHARE = 0.8
# A value is only filled in or replaced without a look when at least this share agrees. A place
# has a postal code of its own from this share on: places with several codes have none.
MIN_FIX_SHARE = 0.95

_UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))


def _words(city):
    text = city.casefold()
    for umlaut, letters in _UMLAUTS:
        text = text.replace(umlaut, letters)
    return "".join(char if char.isalnum() else " " for char in text).split()


def place_key(city):
    """A place for comparison with that of its postal code: the first word, umlauts spelled out.

    "Halle (Saale)" is Halle.
    """
    words = _words(city)
    return words[0] if words else ""


def whole_place_key(city):
    """A place for looking up its postal code: all words, so that Bad Aibling is not Bad Tölz."""
    return " ".join(_words(city))


class Census:
    """Postal codes and places that records name together, counted."""

    def __init__(self):
        self._by_code = defaultdict(lambda: defaultdict(int))
        self._by_place = defaultdict(lambda: defaultdict(int))
        self._spelling = {}

    def add(self, country, code, city, count):
        """Count records.

        :param country: id of the country, or False
        """
        code, city = code.strip(), city.strip()
        place = place_key(city)
        if not place or not code:
            return
        self._by_code[country, code][place] += count
        self._by_place[country, whole_place_key(city)][code] += count
        for key in ((country, code, place), (country, whole_place_key(city))):
            self._spelling[key] = max(self._spelling.get(key, (0, "")), (count, city))

    def places(self):
        """Dict (country, postal code) → (place, its key, records that say so, of all)."""
        found = {}
        for (country, code), counts in self._by_code.items():
            place, number = max(counts.items(), key=lambda item: item[1])
            total = sum(counts.values())
            if number >= MIN_RECORDS and number / total >= MIN_SHARE:
                spelling = self._spelling[country, code, place][1]
                found[country, code] = (spelling, place, number, total)
        return found

    def codes(self):
        """Dict (country, whole place key) → (postal code, place, records that say so, of all).

        Only places that nearly all of their records give the same code. One record that says
        otherwise does not count against it: it is the one that is asked about.
        """
        found = {}
        for key, counts in self._by_place.items():
            code, number = max(counts.items(), key=lambda item: item[1])
            total = sum(counts.values())
            others = max(total - 1, number)
            if number >= MIN_RECORDS and number / others >= MIN_FIX_SHARE:
                found[key] = (code, self._spelling[key][1], number, total)
        return found
