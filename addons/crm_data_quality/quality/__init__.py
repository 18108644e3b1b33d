# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Plain Python: no ORM, no database, so that it can be tried and tested on single values."""
