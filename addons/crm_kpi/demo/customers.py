# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers and prospects with their contact persons."""

from dataclasses import dataclass
from random import Random

from stdnum.at import uid as at_uid
from stdnum.ch import uid as ch_uid
from stdnum.iso7064 import mod_11_10

from . import names, story
from .company import language

PLACE_WEIGHT = {"nord": 0.38, "sued": 0.38, "export": 0.24}


@dataclass
class Customer:
    """A company that buys, or might."""

    number: int
    team: str
    name: str
    weight: float
    """How often it asks for something; 1 is normal."""
    contact: str
    email: str
    phone: str
    partner: object = None
    contact_partner: object = None


def invent_customers(seed, count):
    """Customers in the order in which they become known to the company."""
    rng = Random(f"{seed}-customers")
    customers, taken = [], set()
    while len(customers) < count:
        team = rng.choices(list(PLACE_WEIGHT), list(PLACE_WEIGHT.values()))[0]
        number = len(customers)
        name = f"{rng.choice(names.SURNAMES)} {rng.choice(names.TRADES)}"
        if name in taken:
            continue
        taken.add(name)
        contact = f"{rng.choice(names.FIRST_NAMES)} {rng.choice(names.SURNAMES)}"
        customers.append(
            Customer(
                number=number,
                team=team,
                name=name,
                # few customers bring most of the business
                weight=min(rng.paretovariate(1.3), 12),
                contact=contact,
                email=f"{_ascii(contact.replace(' ', '.'))}@{_ascii(name.replace(' ', '-'))}.example",
                phone=f"+49 {rng.choice((30, 40, 69, 89, 221))} 555{rng.randrange(1000, 9999)}",
            )
        )
    return customers


def create_customers(env, staff, seed, customers):
    """Make records of the customers: a company and its contact person each."""
    Partner = env["res.partner"]
    lang = language(env)
    countries = {code: env.ref(f"base.{code}").id for code in names.FORMS}
    companies = []
    for customer in customers:
        rng = Random(f"{seed}-customer-{customer.number}")
        country, postcode, city = rng.choice(names.PLACES[customer.team])
        companies.append(
            {
                "name": f"{customer.name} {rng.choice(names.FORMS[country])}",
                "is_company": True,
                "street": f"{rng.choice(names.STREETS)} {rng.randrange(1, 180)}",
                "zip": postcode,
                "city": city,
                "country_id": countries[country],
                "email": f"info@{customer.email.split('@')[1]}",
                "phone": customer.phone,
                "vat": _vat(rng, country),
                "lang": lang,
                "user_id": _owner(rng, staff, customer.team),
            }
        )
    partners = Partner.create(companies)
    contacts = Partner.create(
        [
            {
                "name": customer.contact,
                "parent_id": partner.id,
                "email": customer.email,
                "phone": customer.phone,
                "type": "contact",
                "lang": partner.lang,
            }
            for customer, partner in zip(customers, partners, strict=True)
        ]
    )
    for customer, partner, contact in zip(customers, partners, contacts, strict=True):
        customer.partner, customer.contact_partner = partner, contact


def _owner(rng, staff, team):
    """Who looks after the customer now; a few have been forgotten."""
    sellers = [
        person for person in story.SELLERS if person.team_at(0) == team and person.is_there(0)
    ]
    return rng.random() > 0.06 and staff.users[rng.choice(sellers).login].id


def _vat(rng, country):
    """A number with the right check digit, as an onlooker would expect."""
    match country:
        case "at":
            digits = f"U{rng.randrange(10**6, 10**7)}"
            return f"AT{digits}{at_uid.calc_check_digit(digits)}"
        case "ch":
            while True:
                digits = f"{rng.randrange(10**7, 10**8)}"
                check = ch_uid.calc_check_digit(digits)
                if check != "10":
                    number = f"{digits}{check}"
                    return f"CHE-{number[:3]}.{number[3:6]}.{number[6:]} MWST"
    digits = f"{rng.randrange(10**7, 10**8)}"
    return f"DE{digits}{mod_11_10.calc_check_digit(digits)}"


def _ascii(text):
    for old, new in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.lower().replace(old, new)
    return text
