# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Random values (seeded) for facts: who they belong to and when they happened, crowded around
month ends and changes of the clock."""

import random
from datetime import date, datetime

from odoo.tools import SQL

from .common import KpiCase

NOW = datetime(2026, 5, 20, 9, 30)
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
MOMENTS = [
    datetime(2026, 2, 28, 22, 59),
    datetime(2026, 2, 28, 23, 30),
    datetime(2026, 3, 1, 4, 30),
    datetime(2026, 3, 1, 5, 30),
    datetime(2026, 3, 17, 12, 0),
    datetime(2026, 3, 29, 0, 59),
    datetime(2026, 3, 31, 21, 59, 59),
    datetime(2026, 3, 31, 22, 0),
    datetime(2026, 3, 31, 22, 30),
    datetime(2026, 4, 1, 3, 59),
    datetime(2026, 4, 15, 8, 0),
    datetime(2026, 5, 20, 9, 0),
    # both changes of the clock in Berlin, New York and Auckland
    datetime(2025, 9, 27, 13, 59),
    datetime(2025, 9, 27, 14, 0),
    datetime(2025, 10, 25, 22, 0),
    datetime(2025, 10, 26, 0, 59),
    datetime(2025, 10, 26, 22, 59),
    datetime(2025, 10, 26, 23, 0),
    datetime(2025, 11, 2, 3, 59),
    datetime(2025, 11, 3, 4, 59),
    datetime(2025, 11, 3, 5, 0),
    datetime(2026, 3, 8, 4, 59),
    datetime(2026, 3, 9, 3, 59),
    datetime(2026, 3, 9, 4, 0),
    datetime(2026, 4, 5, 11, 59),
    datetime(2026, 4, 5, 12, 0),
]
DAYS = [
    date(2025, 10, 26),
    date(2026, 2, 28),
    date(2026, 3, 1),
    date(2026, 3, 31),
    date(2026, 4, 1),
    date(2026, 4, 5),
    date(2026, 5, 19),
    date(2026, 5, 20),
]


class RandomFacts(KpiCase):
    """Two companies, to be filled with facts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(19)

    @classmethod
    def pick(cls, *options):
        return cls.random.choice(options)

    @classmethod
    def moment(cls, empty=0.3):
        return None if cls.random.random() < empty else cls.random.choice(MOMENTS)

    @classmethod
    def set_columns(cls, record, **columns):
        assignments = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value) for name, value in columns.items()
        )
        cls.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = %s",
                SQL.identifier(record._table),
                assignments,
                record.id,
            )
        )

    @classmethod
    def owner(cls):
        """Company, team and person of a record; some have none."""
        company = cls.pick(cls.company, cls.company, cls.other_company)
        team, user = cls.pick(
            (cls.north, cls.users["anna"]),
            (cls.south, cls.users["bernd"]),
            (cls.north, cls.users["lena"]),
            (None, None),
        )
        return {
            "company_id": company.id,
            "team_id": team and team.id,
            "user_id": user and user.id,
        }
