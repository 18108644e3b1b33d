# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections.abc import Collection

from odoo import api, models
from odoo.fields import Domain


class CrmQualityCheck(models.Model):
    """A filter as a person would say it, for what is printed: the labels of the fields in the
    reader's language, no technical names."""

    _inherit = "crm.quality.check"

    @api.model
    def _domain_in_words(self, domain, model_name):
        """Words for a filter.

        :param domain: `odoo.fields.Domain`
        :param model_name: technical name of the model that is filtered
        :return: text; parts that have no words, such as unknown fields, stay as they are
        """
        kind = type(domain).__name__
        if kind == "DomainBool":
            return self.env._("all records") if domain.is_true() else self.env._("no record")
        if kind == "DomainNot":
            return self.env._("not (%s)", self._domain_in_words(domain.child, model_name))
        if kind in ("DomainAnd", "DomainOr"):
            joint = self.env._(" and ") if kind == "DomainAnd" else self.env._(" or ")
            parts = []
            for child in domain.children:
                words = self._domain_in_words(child, model_name)
                nested = type(child).__name__ in ("DomainAnd", "DomainOr")
                parts.append(f"({words})" if nested else words)
            return joint.join(parts)
        return self._condition_in_words(domain, model_name)

    @api.model
    def _condition_in_words(self, condition, model_name):
        label, field = self._field_in_words(condition.field_expr, model_name)
        operator, value = condition.operator, condition.value
        if operator in ("any", "not any"):
            inner = self._domain_in_words(Domain(value), (field and field.comodel_name) or "")
            value = f"({inner})"
        elif isinstance(value, Collection) and not isinstance(value, str):
            value = list(value)
        else:
            value = [value]
        if value in ([False], [None]) and operator in ("=", "!=", "in", "not in"):
            empty = operator in ("=", "in")
            if field and field.type == "boolean":
                return self._phrases()["no" if empty else "yes"] % {"field": label}
            return self._phrases()["empty" if empty else "set"] % {"field": label}
        if value == [True] and field and field.type == "boolean":
            positive = operator in ("=", "in")
            return self._phrases()["yes" if positive else "no"] % {"field": label}
        if not isinstance(value, str):
            value = ", ".join(self._value_in_words(item, field) for item in value)
        phrase = self._phrases().get(operator)
        if not phrase:
            return f"{label} {operator} {value}"
        return phrase % {"field": label, "value": value}

    @api.model
    def _phrases(self):
        """Sentences of the operators, and of what is empty or not."""
        same = self.env._("%(field)s is %(value)s")
        other = self.env._("%(field)s is not %(value)s")
        holds = self.env._("%(field)s contains “%(value)s”")
        lacks = self.env._("%(field)s does not contain “%(value)s”")
        return {
            "yes": self.env._("%(field)s: yes"),
            "no": self.env._("%(field)s: no"),
            "set": self.env._("%(field)s is set"),
            "empty": self.env._("%(field)s is empty"),
            "=": same, "in": same, "!=": other, "not in": other,
            "like": holds, "ilike": holds, "not like": lacks, "not ilike": lacks,
            "<": self.env._("%(field)s is less than %(value)s"),
            ">": self.env._("%(field)s is more than %(value)s"),
            "<=": self.env._("%(field)s is at most %(value)s"),
            ">=": self.env._("%(field)s is at least %(value)s"),
            "any": self.env._("%(field)s with %(value)s"),
            "not any": self.env._("%(field)s without %(value)s"),
            "child_of": self.env._("%(field)s is %(value)s or below"),
        }  # fmt: skip

    @api.model
    def _field_in_words(self, path, model_name):
        """The labels along a path of fields, and the last field; None where it is not known."""
        labels, field = [], None
        for name in path.split("."):
            field = self.env[model_name]._fields.get(name) if model_name in self.env else None
            labels.append(field._description_string(self.env) if field else name)
            model_name = (field and field.comodel_name) or ""
        return " › ".join(labels), field

    @api.model
    def _value_in_words(self, value, field):
        if field and field.type == "selection":
            return str(dict(field._description_selection(self.env)).get(value, value))
        if field and field.relational and isinstance(value, int):
            record = self.env[field.comodel_name].browse(value).exists()
            return record._filtered_access("read").display_name or str(value)
        return str(value)
