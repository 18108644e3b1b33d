# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ..quality.batch import Outcome
from ..quality.empty import is_empty


class CrmQualityRule(models.Model):
    """One thing that good data of customers or leads fulfils: what, for whom, its weight."""

    _name = "crm.quality.rule"
    _description = "Data Quality Rule"
    _order = "dimension_sequence, sequence, id"

    name = fields.Char(
        required=True, translate=True, help="What is wrong, as a heading: “Missing e-mail”."
    )
    code = fields.Char(required=True, copy=False, help="Technical name, unique.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    explanation = fields.Text(
        translate=True, help="Why it matters and how to put it right, for the person who does it."
    )
    finding_text = fields.Char(
        string="What a Finding Says",
        translate=True,
        help="What is wrong with the record, in words; empty: a general sentence.",
    )
    dimension = fields.Selection(
        selection="_selection_dimension",
        required=True,
        default="completeness",
        help="Dimension of data quality that the rule counts for.",
    )
    dimension_sequence = fields.Integer(compute="_compute_dimension_sequence", store=True)
    subject = fields.Selection(
        selection="_selection_subject",
        string="Rule For",
        required=True,
        default="res.partner",
        help="Whether customers or leads are judged.",
    )
    kind = fields.Selection(
        [
            ("required", "Field must be filled"),
            ("pattern", "Text must have a form"),
            ("domain", "Record must match a filter"),
            ("method", "Built-in check"),
        ],
        required=True,
        default="required",
    )
    field_names = fields.Char(
        string="Fields",
        help="Technical names of fields, separated by commas. "
        "One that must be filled is enough; a form is asked of the first.",
    )
    pattern = fields.Char(
        help="Regular expression. Values that it does not match from start to end are findings; "
        "empty values are not judged."
    )
    rule_domain = fields.Char(
        string="Filter", help="Records that do not match this filter are findings."
    )
    check_method = fields.Selection(selection="_selection_check_method", string="Built-in Check")
    applicable_domain = fields.Char(
        string="Applies To",
        required=True,
        default="[]",
        help="Only these records are judged; for all others the rule is not applicable.",
    )
    weight = fields.Float(
        default=1.0,
        help="How much one case counts within its dimension, relative to the other rules.",
    )
    severity = fields.Selection(
        [("0", "Low"), ("1", "Medium"), ("2", "High")], required=True, default="1"
    )
    effort_minutes = fields.Float(
        string="Minutes per Record",
        default=2.0,
        help="Estimated time to put one record right, in minutes.",
    )

    _code_unique = models.Constraint(
        "UNIQUE(code)", "A data quality rule with this code exists already."
    )
    _weight_positive = models.Constraint(
        "CHECK(weight >= 0 AND effort_minutes >= 0)", "Weights and minutes cannot be negative."
    )

    @api.model
    def _selection_dimension(self):
        return [
            ("completeness", self.env._("Completeness")),
            ("validity", self.env._("Validity")),
            ("consistency", self.env._("Consistency")),
            ("currentness", self.env._("Currentness")),
            ("uniqueness", self.env._("Uniqueness")),
        ]

    @api.model
    def _selection_subject(self):
        """What can be checked: list of (model, label)."""
        return [("res.partner", self.env._("Customers")), ("crm.lead", self.env._("Leads"))]

    @api.model
    def _selection_check_method(self):
        """The registry of built-in checks.

        Each code has a method `_check_<code>(batch, rows)` that returns an
        :class:`~..quality.batch.Outcome`, and its fields in `_check_fields`.
        """
        return []

    @api.model
    def _check_fields(self):
        """Customer fields that the built-in checks read: dict code → list of names.

        The first is the one that the findings are about; "" there: about no single field.
        """
        return {}

    @api.model
    def _lead_check_fields(self):
        """The same for leads; a check that is not named here is none of leads."""
        return {}

    def _method_fields(self):
        """Fields of the built-in checks for the subject of the rule."""
        return self._lead_check_fields() if self.subject == "crm.lead" else self._check_fields()

    @api.model
    def _selection_reason(self):
        """What can be wrong, without details: list of (code, label).

        A module that brings a check adds its codes here, and their sentences in
        :meth:`_reason_sentences` where they tell details.
        """
        return [
            ("empty", self.env._("not filled")),
            ("pattern", self.env._("does not have the expected form")),
            ("filter", self.env._("does not match the filter of the rule")),
        ]

    @api.model
    def _reason_sentences(self):
        """Sentences with details in place of the label: dict code → text with %(name)s."""
        return {}

    @api.depends("dimension")
    def _compute_dimension_sequence(self):
        order = [code for code, _label in self._selection_dimension()]
        for rule in self:
            rule.dimension_sequence = order.index(rule.dimension) if rule.dimension else 0

    @api.constrains(
        "kind",
        "field_names",
        "pattern",
        "rule_domain",
        "check_method",
        "applicable_domain",
        "subject",
    )
    def _check_definition(self):
        for rule in self:
            problem = rule._definition_problem()
            if problem:
                raise ValidationError(rule._write_not_checked(problem))

    def _field_list(self):
        self.ensure_one()
        return [name.strip() for name in (self.field_names or "").split(",") if name.strip()]

    def _definition_problem(self):
        """Why the rule cannot be used on this database; False if it can.

        :return: code of `_selection_not_checked` with its values
        """
        self.ensure_one()
        known = self.env[self.subject]._fields
        # the rule may not be saved yet: then it is named as it is now
        named = {"rule": self._origin.id or self.name or ""}
        for name in self._field_list():
            if name not in known:
                return "field_unknown", {"records": self.subject, "name": name}
        if self.kind in ("required", "pattern") and not self._field_list():
            return "no_field", named
        if self.kind == "method" and self.check_method not in dict(self._selection_check_method()):
            return "no_check", named
        if self.kind == "method" and self.check_method not in self._method_fields():
            return "other_records", named
        if self.kind == "pattern":
            try:
                re.compile(self.pattern or "")
            except re.error as error:
                return "pattern", {"pattern": self.pattern or "", "error": str(error)}
        texts = [self.applicable_domain] + [self.rule_domain] * (self.kind == "domain")
        for text in texts:
            problem = self._domain_problem(text)
            if problem:
                return problem
        return False

    def _access_problem(self, subjects):
        """Why a person cannot use the rule; False if he can.

        :param subjects: customers or leads in the environment of the person
        :return: code of `_selection_not_checked` with its values
        """
        self.ensure_one()
        for name in sorted(self._read_fields()):
            if not subjects._has_field_access(subjects._fields[name], "read"):
                return "field_access", {"field": [subjects._name, name]}
        return False

    def _domain_problem(self, text):
        """Why a text is no filter on the rule's customers or leads; False if it is one."""
        try:
            self._parse_domain(text)
        except (ValueError, TypeError, KeyError, NameError, SyntaxError) as error:
            return "filter", {"text": text, "error": str(error)}
        return False

    def _parse_domain(self, text):
        domain = Domain(safe_eval(text or "[]", {"uid": self.env.uid}))
        domain.validate(self.env[self.subject])
        return domain

    def _evaluate_domain(self, text):
        """A filter on the rule's customers or leads from its text.

        :raise UserError: when it cannot be evaluated on this database
        """
        problem = self._domain_problem(text)
        if problem:
            raise UserError(self._write_not_checked(problem))
        return self._parse_domain(text)

    def _read_fields(self):
        """Names of the fields that the rules look at."""
        names = set()
        for rule in self:
            if rule.kind == "method":
                names.update(rule._method_fields().get(rule.check_method, ()))
            names.update(rule._field_list())
        return names - {""}

    def _finding_field(self):
        """Name of the field that the findings of the rule are about; "" where there is none."""
        self.ensure_one()
        names = self._field_list()
        if not names and self.kind == "method":
            names = self._method_fields().get(self.check_method)
        return names[0] if names else ""

    # ------------------------------------------------------------ judging
    def _judge(self, batch):
        """Apply the rule to a batch.

        :return: tuple (set of ids it applies to, :class:`Outcome`)
        """
        self.ensure_one()
        ids = self._applicable_ids(batch)
        rows = batch.rows
        if len(ids) < len(rows):
            rows = {key: row for key, row in rows.items() if key in ids}
        outcome = getattr(self, f"_judge_{self.kind}")(batch, rows) if rows else Outcome()
        if outcome.not_checked:
            return set(), outcome
        return set(rows) - outcome.skipped, outcome

    def _applicable_ids(self, batch):
        return self._ids_of_filter(batch, self.applicable_domain)

    def _ids_of_filter(self, batch, text):
        """Ids of the records of a batch that match the text of a filter."""
        text = (text or "[]").strip()
        if text not in batch.applicable:
            domain = self._evaluate_domain(text)
            batch.applicable[text] = (
                set(batch.rows)
                if domain.is_true()
                else set(self._matching_ids(batch, batch.rows, domain))
            )
        return batch.applicable[text]

    def _matching_ids(self, batch, ids, domain):
        subjects = batch.env[self.subject].with_context(active_test=False)
        return subjects._search(domain & Domain("id", "in", list(ids))).get_result_ids()

    def _judge_required(self, _batch, rows):
        names = self._field_list()
        known = self.env[self.subject]._fields
        formatted = {name for name in names if known[name].type == "html"}
        failed = {}
        for key, row in rows.items():
            for name in names:
                if not is_empty(row[name], name in formatted):
                    break
            else:
                failed[key] = ("", "empty", "")
        return Outcome(failed)

    def _judge_pattern(self, _batch, rows):
        pattern = re.compile(self.pattern or "")
        name = self._field_list()[0]
        outcome = Outcome()
        for key, row in rows.items():
            value = row[name]
            if not value:
                outcome.skipped.add(key)
            elif not pattern.fullmatch(str(value)):
                outcome.failed[key] = (str(value), "pattern", "")
        return outcome

    def _judge_domain(self, batch, rows):
        passed = self._ids_of_filter(batch, self.rule_domain)
        names = self._field_list()
        return Outcome(
            {
                key: (self._value_text(batch, names[0], row) if names else "", "filter", "")
                for key, row in rows.items()
                if key not in passed
            }
        )

    def _value_text(self, batch, name, row):
        """A field value as text: the name of a linked record, not its number."""
        value = row[name]
        field = self.env[self.subject]._fields[name]
        if field.type == "many2one" and value:
            return batch.env[field.comodel_name].browse(value).display_name or ""
        return "" if value is False or value is None else str(value)

    def _judge_method(self, batch, rows):
        return getattr(self, "_check_" + self.check_method)(batch, rows)
