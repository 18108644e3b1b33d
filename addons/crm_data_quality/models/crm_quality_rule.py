# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ..quality.batch import Outcome
from ..quality.empty import is_empty


class CrmQualityRule(models.Model):
    """One thing that good customer data fulfils: what, for whom, how much it weighs."""

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
    dimension = fields.Selection(
        selection="_selection_dimension",
        required=True,
        default="completeness",
        help="Dimension of data quality that the rule counts for.",
    )
    dimension_sequence = fields.Integer(compute="_compute_dimension_sequence", store=True)
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
        help="Technical names of customer fields, separated by commas. "
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
        help="Only these customers are judged; for all others the rule is not applicable.",
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
    def _selection_check_method(self):
        """The registry of built-in checks.

        Each code has a method `_check_<code>(batch, rows)` that returns an
        :class:`~..quality.batch.Outcome`, and its fields in `_check_fields`.
        """
        return []

    @api.model
    def _check_fields(self):
        """Customer fields that the built-in checks read: dict code → list of names."""
        return {}

    @api.depends("dimension")
    def _compute_dimension_sequence(self):
        order = [code for code, _label in self._selection_dimension()]
        for rule in self:
            rule.dimension_sequence = order.index(rule.dimension) if rule.dimension else 0

    @api.constrains(
        "kind", "field_names", "pattern", "rule_domain", "check_method", "applicable_domain"
    )
    def _check_definition(self):
        for rule in self:
            problem = rule._definition_problem()
            if problem:
                raise ValidationError(problem)

    def _field_list(self):
        self.ensure_one()
        return [name.strip() for name in (self.field_names or "").split(",") if name.strip()]

    def _definition_problem(self):
        """Why the rule cannot be used on this database, as a sentence; False if it can."""
        self.ensure_one()
        partner_fields = self.env["res.partner"]._fields
        unknown = [name for name in self._field_list() if name not in partner_fields]
        if unknown:
            return self.env._("Customers have no field “%s”.", unknown[0])
        if self.kind in ("required", "pattern") and not self._field_list():
            return self.env._("The rule “%s” names no field.", self.name)
        if self.kind == "method" and self.check_method not in dict(self._selection_check_method()):
            return self.env._("The rule “%s” names no built-in check.", self.name)
        if self.kind == "pattern":
            try:
                re.compile(self.pattern or "")
            except re.error as error:
                return self.env._(
                    "“%(pattern)s” is no regular expression: %(error)s",
                    pattern=self.pattern,
                    error=error,
                )
        texts = [self.applicable_domain] + [self.rule_domain] * (self.kind == "domain")
        for text in texts:
            try:
                self._evaluate_domain(text)
            except UserError as error:
                return str(error)
        return False

    def _access_problem(self, partners):
        """Why a person cannot use the rule, as a sentence; False if he can.

        :param partners: customers in the environment of the person
        """
        self.ensure_one()
        for name in sorted(self._read_fields()):
            field = partners._fields[name]
            if not partners._has_field_access(field, "read"):
                label = field._description_string(self.env)
                return self.env._("The person who checks may not read the field “%s”.", label)
        return False

    def _evaluate_domain(self, text):
        """A filter on customers from its text.

        :raise UserError: when it cannot be evaluated on this database
        """
        try:
            domain = Domain(safe_eval(text or "[]", {"uid": self.env.uid}))
            domain.validate(self.env["res.partner"])
        except (ValueError, TypeError, KeyError, NameError, SyntaxError) as error:
            raise UserError(
                self.env._("The filter %(text)s is not valid: %(error)s", text=text, error=error)
            ) from error
        return domain

    def _read_fields(self):
        """Names of the customer fields that the rules look at."""
        names = set()
        methods = self._check_fields()
        for rule in self:
            if rule.kind == "method":
                names.update(methods.get(rule.check_method, ()))
            names.update(rule._field_list())
        return names

    # ------------------------------------------------------------ judging
    def _judge(self, batch):
        """Apply the rule to a batch.

        :return: tuple (set of ids it applies to, :class:`Outcome`)
        """
        self.ensure_one()
        ids = self._applicable_ids(batch)
        rows = {key: batch.rows[key] for key in batch.rows if key in ids}
        outcome = getattr(self, f"_judge_{self.kind}")(batch, rows) if rows else Outcome()
        if outcome.not_checked:
            return set(), outcome
        return set(rows) - outcome.skipped, outcome

    def _applicable_ids(self, batch):
        text = (self.applicable_domain or "[]").strip()
        if text not in batch.applicable:
            domain = self._evaluate_domain(text)
            batch.applicable[text] = (
                set(batch.rows)
                if domain.is_true()
                else set(self._matching_ids(batch, batch.rows, domain))
            )
        return batch.applicable[text]

    @api.model
    def _matching_ids(self, batch, ids, domain):
        partners = batch.env["res.partner"].with_context(active_test=False)
        return partners._search(domain & Domain("id", "in", list(ids))).get_result_ids()

    def _judge_required(self, _batch, rows):
        names = self._field_list()
        partner_fields = self.env["res.partner"]._fields
        formatted = {name for name in names if partner_fields[name].type == "html"}
        reason = self.env._("not filled")
        failed = {}
        for key, row in rows.items():
            if all(is_empty(row[name], name in formatted) for name in names):
                failed[key] = ("", reason, "")
        return Outcome(failed)

    def _judge_pattern(self, _batch, rows):
        pattern = re.compile(self.pattern or "")
        name = self._field_list()[0]
        reason = self.env._("does not have the expected form")
        outcome = Outcome()
        for key, row in rows.items():
            value = row[name]
            if not value:
                outcome.skipped.add(key)
            elif not pattern.fullmatch(str(value)):
                outcome.failed[key] = (str(value), reason, "")
        return outcome

    def _judge_domain(self, batch, rows):
        passed = set(self._matching_ids(batch, rows, self._evaluate_domain(self.rule_domain)))
        names = self._field_list()
        reason = self.env._("does not match the filter of the rule")
        return Outcome(
            {
                key: (str(row[names[0]] or "") if names else "", reason, "")
                for key, row in rows.items()
                if key not in passed
            }
        )

    def _judge_method(self, batch, rows):
        return getattr(self, "_check_" + self.check_method)(batch, rows)
