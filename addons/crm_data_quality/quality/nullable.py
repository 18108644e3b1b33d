# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A float that knows the difference between "0" and "not checked"."""

from odoo import fields


class ScoreField(fields.Float):
    """Score in percent (0 to 100), stored as NULL where nothing was checked or nothing applied.

    A stock Float would store 0.0 then, and every average and graph would count it.
    """

    falsy_value = None

    def convert_to_column(self, value, record, values=None, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_column(value, record, values, validate)

    def convert_to_cache(self, value, record, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_cache(value, record, validate)

    def convert_to_record(self, value, record):  # noqa: ARG002
        return False if value is None else value

    def convert_to_export(self, value, record):  # noqa: ARG002
        return "" if value is None or value is False else value
