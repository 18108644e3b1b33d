# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A record as the search sees it."""

from dataclasses import dataclass, fields, replace

from . import contacts, names, places
from .text import fold

COMPANY, PERSON, UNKNOWN = "c", "p", "u"


@dataclass(slots=True)
class Profile:
    """Normalised values of a customer or lead; empty where there is none.

    :param key: the record: id of a customer, minus the id of a lead
    :param kind: COMPANY, PERSON or UNKNOWN (a lead without any name)
    :param name: words that tell the name from others, separated by blanks
    :param legal: code of a company's legal form
    :param surname: words of a person's surname
    :param contact: name of the person at a lead's company
    :param email, phone, vat, street, house, zip, city, country, birth: in one spelling
    :param vat_valid: whether the VAT number's checksum is right
    :param family: id of the company that a contact belongs to, of a company itself: its own
    """

    key: int = 0
    kind: str = UNKNOWN
    name: str = ""
    legal: str = ""
    surname: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""
    vat: str = ""
    vat_valid: bool = False
    street: str = ""
    house: str = ""
    zip: str = ""
    city: str = ""
    country: str = ""
    birth: str = ""
    family: int = 0

    @property
    def tokens(self):
        return self.name.split()

    @property
    def address(self):
        """Street, number and place as one value, "" unless street and number are known."""
        return f"{self.street} {self.house} {self.zip or self.city}" if self.house else ""

    def as_person(self):
        """The person at a lead's company, for comparing with persons."""
        found = names.person(self.contact)
        return replace(
            self, kind=PERSON, name=" ".join(found.tokens), surname=found.surname, legal="",
            contact="", vat="", vat_valid=False,
        )  # fmt: skip


FIELDS = tuple(field.name for field in fields(Profile))


def build(
    key, *, name="", is_company=False, contact="", email="", phone="", phone_sanitized="", vat="",
    street="", zip_code="", city="", country="", birth="", family=0,
):  # fmt: skip
    """The profile of a record from its values as typed.

    :param is_company: a name with a legal form is a company's, too
    :param country: two-letter code
    :param birth: date of birth as text, digits count only
    """
    profile = Profile(key=key, country=country or "", family=family or 0)
    is_company = bool(is_company) or names.looks_like_company(name)
    if name and name.strip():
        parts = names.company(name) if is_company else names.person(name)
        profile.kind = COMPANY if is_company else PERSON
        profile.name, profile.legal = " ".join(parts.tokens), parts.legal
        profile.surname = parts.surname
    profile.contact = " ".join(fold(contact).split()) if is_company else ""
    profile.email = contacts.email(email)
    profile.phone = contacts.phone(phone, country, phone_sanitized)
    profile.vat, profile.vat_valid = contacts.vat(vat, country)
    profile.street, profile.house = places.street(street)
    profile.zip, profile.city = places.zip_code(zip_code), places.city(city)
    profile.birth = "".join(letter for letter in (birth or "")[:20] if letter.isdigit())
    return profile
