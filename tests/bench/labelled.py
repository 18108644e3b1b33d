# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""German customers with known duplicates, made up from syllables: the same for the same seed.

Every record carries the number of the customer that it stands for. Beside the duplicates there
are records that must not be taken for them: sister companies at one address, contacts with the
company's mailbox and phone, relatives, tenants, and namesakes in other towns.
"""

from random import Random

ONSETS = ("b", "br", "d", "f", "fr", "g", "gr", "h", "k", "kl", "l", "m", "n", "r", "s", "sch",
          "st", "t", "tr", "v", "w", "z")  # fmt: skip
VOWELS = ("a", "e", "i", "o", "u", "au", "ei", "ä", "ö", "ü", "ie")
CODAS = ("", "", "l", "n", "r", "s", "t", "ck", "nn", "ld", "rg", "tz", "ß")
FORMS = {
    "GmbH": ("GmbH", "G.m.b.H.", "Gesellschaft mit beschränkter Haftung", "gmbh", ""),
    "GmbH & Co. KG": ("GmbH & Co. KG", "GmbH & Co KG", "GmbH und Co. KG", ""),
    "AG": ("AG", "Aktiengesellschaft", ""),
    "KG": ("KG", "Kommanditgesellschaft", ""),
    "e.K.": ("e.K.", "eK", "e. K.", ""),
    "UG (haftungsbeschränkt)": ("UG (haftungsbeschränkt)", "UG", ""),
}
MAILBOXES = ("info", "kontakt", "office", "post", "verkauf")
PROVIDERS = ("gmx.de", "web.de", "t-online.de", "gmail.com", "posteo.de")
STREETS = ("straße", "straße", "straße", "weg", "gasse", "allee", "platz")
PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
BARE = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
FIELDS = ("name", "is_company", "street", "zip", "city", "email", "phone", "vat")


class Labelled:
    """Makes records; ``rows`` are tuples of FIELDS and the number of the customer."""

    def __init__(self, count, seed, duplicates=True):
        self.dice = Random(seed)
        self.with_duplicates = duplicates
        self.surnames = self._words(4000, 2)
        self.given = self._words(700, 2)
        self.trades = self._words(120, 3)
        self.fancy = self._words(5000, 3)
        self.roads = self._words(300, 2)
        towns = self._words(2500, 2)
        self.towns = [(f"{self.dice.randrange(1000, 99999):05}", town) for town in towns]
        self.rows = []
        self.customer = 0
        while len(self.rows) < count:
            self._family() if self.dice.random() < 0.45 else self._firm()
        self.dice.shuffle(self.rows)
        del self.rows[count:]

    # ------------------------------------------------------------ words
    def _words(self, count, syllables):
        found = {}
        while len(found) < count:
            parts = [
                self.dice.choice(ONSETS) + self.dice.choice(VOWELS) + self.dice.choice(CODAS)
                for _syllable in range(self.dice.randint(max(syllables - 1, 1), syllables))
            ]
            word = "".join(parts)
            if len(word) > 3:
                found[word.capitalize()] = None
        return list(found)

    def _often(self, words):
        """A word, the first ones far more often: as names are."""
        return words[int(len(words) * self.dice.random() ** 3)]

    def _checked_vat(self):
        """A VAT number with a right check digit (ISO 7064, MOD 11, 10)."""
        digits = [self.dice.randint(1, 9)] + [self.dice.randint(0, 9) for _number in range(7)]
        rest = 10
        for digit in digits:
            rest = 2 * ((digit + rest) % 10 or 10) % 11
        return "DE" + "".join(map(str, digits)) + str((11 - rest) % 10)

    # ------------------------------------------------------------ customers
    def _site(self):
        zip_code, city = self._often(self.towns)
        road = self._often(self.roads) + self.dice.choice(STREETS)
        street = f"{road} {self.dice.randint(1, 140)}"
        phone = f"0{self.dice.randint(200, 999)} {self.dice.randint(10000, 9999999)}"
        return {"street": street, "zip": zip_code, "city": city, "phone": phone}

    def _company(self):
        kind = self.dice.random()
        trade = self.dice.choice(self.trades)
        if kind < 0.5:
            core = f"{self._often(self.surnames)} {trade}"
        elif kind < 0.7:
            core = f"{self._often(self.surnames)} & {self._often(self.surnames)} {trade}"
        else:
            core = f"{self._often(self.fancy)} {trade}"
        domain = "-".join(core.lower().translate(PLAIN).replace("&", "").split()) + ".de"
        return {
            "core": core, "form": self.dice.choice(tuple(FORMS)), "is_company": True,
            "email": f"{self.dice.choice(MAILBOXES)}@{domain}", "domain": domain,
            "vat": self._checked_vat() if self.dice.random() < 0.5 else "", **self._site(),
        }  # fmt: skip

    def _person(self):
        given, surname = self._often(self.given), self._often(self.surnames)
        number = self.dice.choice(("", "", str(self.dice.randint(1, 999))))
        email = f"{given}.{surname}{number}@{self.dice.choice(PROVIDERS)}".lower().translate(PLAIN)
        return {
            "given": given, "surname": surname, "is_company": False, "email": email, "vat": "",
            **self._site(),
        }  # fmt: skip

    def _firm(self):
        firm = self._company()
        self._add(firm)
        chance = self.dice.random()
        if chance < 0.05:
            sister = {"core": f"{firm['core']} {self._often(self.fancy)}", "form": "GmbH",
                      "vat": self._checked_vat() if self.dice.random() < 0.5 else ""}  # fmt: skip
            self._add(firm | sister)
        elif chance < 0.1:
            site = {key: firm[key] for key in ("street", "zip", "city", "phone", "email")}
            self._add(self._person() | site)
        elif chance < 0.13:
            self._add(self._company() | {"core": firm["core"], "form": firm["form"]})
        elif chance < 0.15:
            site = {key: firm[key] for key in ("street", "zip", "city", "phone")}
            self._add(self._company() | site)

    def _family(self):
        person = self._person()
        self._add(person)
        if self.dice.random() < 0.08:
            site = {key: person[key] for key in ("surname", "street", "zip", "city", "phone")}
            other = self._person()
            if other["given"] != person["given"]:
                self._add(other | site)

    def _add(self, customer):
        self.customer += 1
        copies = 0
        if self.with_duplicates and self.dice.random() < 0.15:
            copies = self.dice.choice((1, 1, 1, 2, 3))
        for number in range(copies + 1):
            self.rows.append(self._record(dict(customer), number > 0))

    # ------------------------------------------------------------ how they were typed
    def _record(self, values, is_copy):
        if values["is_company"]:
            forms = FORMS[values["form"]]
            form = self.dice.choice(forms) if is_copy else forms[0]
            values["name"] = f"{values['core']} {form}".strip()
        else:
            values["name"] = f"{values['given']} {values['surname']}"
        for name, share in (("email", 0.28), ("phone", 0.22), ("street", 0.02)):
            if self.dice.random() < share:
                values[name] = ""
        if is_copy:
            changes = (
                self._mistype,
                self._respell,
                self._reorder,
                self._new_phone,
                self._new_email,
                self._move,
                self._mistype_mail,
                self._lose,
                self._shout,
            )
            for change in self.dice.sample(changes, self.dice.choice((1, 2, 2, 3, 3, 4))):
                change(values)
        if values["phone"] and self.dice.random() < 0.5:
            values["phone"] = self.dice.choice(("+49 {}", "0049{}")).format(values["phone"][1:])
        return (*(values[name] for name in FIELDS), self.customer)  # fmt: skip

    def _typo(self, text):
        if len(text) < 5:
            return text
        place, kind = self.dice.randrange(1, len(text) - 2), self.dice.random()
        if kind < 0.4:
            return text[:place] + text[place + 1 :]
        if kind < 0.7:
            return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        return text[:place] + self.dice.choice("aeinrst") + text[place + 1 :]

    def _mistype(self, values):
        values["name"] = self._typo(values["name"])

    def _mistype_mail(self, values):
        values["email"] = self._typo(values["email"])

    def _respell(self, values):
        table = self.dice.choice((PLAIN, BARE))
        for name in ("name", "street", "city"):
            values[name] = values[name].translate(table)
        values["street"] = values["street"].replace("strasse", self.dice.choice(("str.", "straße")))

    def _reorder(self, values):
        if not values["is_company"]:
            values["name"] = self.dice.choice(
                (f"{values['surname']}, {values['given']}", f"Dr. {values['name']}",
                 f"{values['given'][0]}. {values['surname']}")
            )  # fmt: skip
        else:
            values["name"] = self.dice.choice(
                (f"Firma {values['name']}", values["name"].replace(" & ", " und "),
                 f"{values['name']} {values['city']}")
            )  # fmt: skip

    def _new_phone(self, values):
        values["phone"] = f"01{self.dice.randint(50, 79)} {self.dice.randint(1000000, 99999999)}"

    def _new_email(self, values):
        domain = values.get("domain") or self.dice.choice(PROVIDERS)
        local = self.dice.choice(MAILBOXES) if values["is_company"] else values["surname"].lower()
        values["email"] = f"{local.translate(PLAIN)}@{domain}"

    def _move(self, values):
        site = self._site()
        values.update((name, site[name]) for name in ("street", "zip", "city"))

    def _lose(self, values):
        values[self.dice.choice(("street", "zip", "email", "phone", "vat"))] = ""

    def _shout(self, values):
        values["name"] = values["name"].upper()
