# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmQualityRule(models.Model):
    """Why a rule could not be checked: stored as a code with values, written for each reader."""

    _inherit = "crm.quality.rule"

    @api.model
    def _selection_not_checked(self):
        """Why a rule may not be checked: list of (code, label without details).

        A module that brings a check adds its codes here, and their sentences in
        :meth:`_not_checked_sentences` where they tell details.
        """
        return [
            ("field_unknown", self.env._("The records have no such field.")),
            ("no_field", self.env._("The rule names no field.")),
            ("no_check", self.env._("The rule names no built-in check.")),
            ("other_records", self.env._("The built-in check is made for the other records.")),
            ("pattern", self.env._("The pattern is no regular expression.")),
            ("filter", self.env._("The filter of the rule is not valid.")),
            (
                "field_access",
                self.env._("The person who checks may not read a field of the rule."),
            ),
            (
                "filter_access",
                self.env._(
                    "The person who checks may not read what the filter of the rule looks at."
                ),
            ),
            (
                "records_access",
                self.env._("The person who checks may not read all records that are needed."),
            ),
            ("library", self.env._("A Python library is not installed.")),
            ("stated", self.env._("An earlier version stored why as a sentence.")),
        ]

    @api.model
    def _not_checked_sentences(self):
        """Sentences with details in place of the label: dict code → text with %(name)s."""
        return {
            "field_unknown": self.env._("%(records)s have no field “%(name)s”."),
            "no_field": self.env._("The rule “%(rule)s” names no field."),
            "no_check": self.env._("The rule “%(rule)s” names no built-in check."),
            "other_records": self.env._(
                "The built-in check of “%(rule)s” is made for the other records."
            ),
            "pattern": self.env._("“%(pattern)s” is no regular expression: %(error)s"),
            "filter": self.env._("The filter %(text)s is not valid: %(error)s"),
            "field_access": self.env._("The person who checks may not read the field “%(field)s”."),
            "records_access": self.env._("You may not read the records of “%(model)s”."),
            "library": self.env._("The Python library “%(library)s” is not installed."),
            "stated": "%(text)s",
        }

    @api.model
    def _write_not_checked(self, problem):
        """Why nothing could be checked, in the language of the reader.

        The value "rule" is the id of a rule, "records" the model that the rule is for, "field" a
        list of model and field name, "model" the name of a model; all others are taken as they are.

        :param problem: a code or a tuple (code, dict of values); False is no problem
        :return: a sentence, or False
        """
        if not problem:
            return False
        code, values = (problem, None) if isinstance(problem, str) else problem
        sentence = self._not_checked_sentences().get(code)
        if not sentence or not values:
            return dict(self._selection_not_checked()).get(code, code)
        return sentence % {
            name: self._not_checked_value(name, value) for name, value in values.items()
        }

    @api.model
    def _not_checked_value(self, name, value):
        if name == "rule" and isinstance(value, int):
            # the name of a rule is no secret
            return self.browse(value).sudo().exists().with_env(self.env).sudo().name or ""
        if name == "records":
            return dict(self._selection_subject()).get(value, value)
        if name == "model":
            return self.env["ir.model"]._get(value).sudo().name or value
        if name == "field":
            model, field = value
            known = self.env[model]._fields.get(field) if model in self.env else None
            return known._description_string(self.env) if known else field
        return value
