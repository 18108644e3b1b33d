# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When the database itself is believed."""

# A place is taken as that of a postal code when at least so many records say so …
MIN_RECORDS = 5
# … and they are at least this share of the records with that postal code.
MIN_SHARE = 0.8
