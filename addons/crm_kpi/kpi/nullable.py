# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A float that knows the difference between "zero" and "not known yet"."""

from odoo import fields


class NullableFloat(fields.Float):
    """Float stored as NULL when it has no value.

    A stock Float stores 0.0 for False, so an open case would count as "0 days"
    in every average. Here False (or None) is stored as NULL, reads as False,
    exports as an empty cell and is ignored by `avg`, `min`, medians and
    comparisons; 0.0 stays 0.0.
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
        # False == 0.0 in Python: only identity tells them apart
        return "" if value is None or value is False else value

    def filter_function(self, records, field_expr, operator, value):
        if operator == "in":
            getter = self.expression_getter(field_expr)
            with_empty = any(item is False or item is None for item in value)
            numbers = {item for item in value if item is not False and item is not None}

            def matches(record):
                current = getter(record)
                return with_empty if current is False else current in numbers

            return matches
        return super().filter_function(records, field_expr, operator, value)
