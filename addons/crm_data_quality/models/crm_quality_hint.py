# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..quality.dimensions import share

_logger = logging.getLogger(__name__)

# Checks that count the history of a customer instead of looking at its values: too slow for a form.
NOT_LIVE = frozenset(("activity",))


class CrmQualityHint(models.AbstractModel):
    """What the form of a customer or lead says about its data: judged live, for one record."""

    _name = "crm.quality.hint"
    _description = "Live Hints on Data Quality"

    @api.model
    def get_hints(self, model_name, record_id):
        """Score and findings of one record, in words.

        :param model_name: "res.partner" or "crm.lead"
        :return: dict: score (0 to 100, None where no rule applies or rules do not judge this kind
            of record), passed and applicable (numbers of rules), hints (list of dicts with key,
            name, reason, old and new, the better value or False)
        :raise AccessError: for others than data quality users who may read the record
        """
        return self._judge(self._record(model_name, record_id))

    @api.model
    def apply_hint(self, model_name, record_id, key):
        """Apply the correction of a hint; it is in the journal and can be undone there.

        :param key: as `get_hints` gave it: "rule:<id>" or the code of a correction
        :raise UserError: when there is nothing to correct any more, or the value is refused
        """
        record = self._record(model_name, record_id)
        kind, _colon, number = str(key).partition(":")
        rules = self.env["crm.quality.rule"]
        codes = [kind]
        if kind == "rule" and number.isdecimal():
            rule = rules.browse(int(number)).exists()
            codes = self._best_first(rule, record) if rule else []
        for code in codes:
            if code not in dict(self.env["crm.quality.fixer"]._selection_method()):
                continue
            fix = self.env["crm.quality.fix"].create(
                {
                    "method": code,
                    "subject": model_name,
                    "scope_domain": repr([("id", "=", record.id)]),
                }
            )
            fix.action_prepare()
            if fix.line_ids:
                fix.line_ids.action_select()
                fix.action_apply()
                line = fix.line_ids
                if line.state != "applied":
                    reasons = dict(line._fields["reason"]._description_selection(self.env))
                    raise UserError(line.message or reasons[line.reason])
                return True
            fix.unlink()
        raise UserError(self.env._("There is nothing to correct any more."))

    @api.model
    def get_likely_duplicates(self, model_name, values):
        """Existing records that a new one probably repeats, as far as this user may read them.

        :param values: dict with name, email and phone as typed so far
        :return: list of dicts id, name and reason; None where nobody can tell
        """
        self._check_user()
        if model_name not in ("res.partner", "crm.lead"):
            raise AccessError(self.env._("There are hints for customers and leads only."))
        names = ("name", "email", "phone", "street", "zip", "city", "vat", "is_company")
        known = {name: values[name] for name in names if values.get(name)}
        return self._likely_duplicates(model_name, known)

    @api.model
    def _likely_duplicates(self, _model_name, _values):
        """The search for duplicates answers here; without one nobody can tell."""
        return None

    # ------------------------------------------------------------ who
    @api.model
    def _check_user(self):
        if not self.env.user.has_group("crm_data_quality.group_data_quality_user"):
            raise AccessError(self.env._("Hints are for users of the data quality app."))

    @api.model
    def _record(self, model_name, record_id):
        self._check_user()
        if model_name not in ("res.partner", "crm.lead"):
            raise AccessError(self.env._("There are hints for customers and leads only."))
        number = record_id if isinstance(record_id, int) else 0
        record = self.env[model_name].browse(number).exists()
        if not record:
            raise UserError(self.env._("This record was deleted."))
        record.check_access("read")
        return record

    # ------------------------------------------------------------ judging
    @api.model
    def _judge(self, record):
        """Judge a customer or lead by the first profile, without what `NOT_LIVE` names."""
        check = self.env["crm.quality.check"].new({"subject": record._name})
        profile = check._default_profile(record._name)
        weights = profile._rule_weights() if profile else {}
        rules = self.env["crm.quality.rule"].browse(rule.id for rule in weights)
        rules = rules.filtered(lambda rule: rule.check_method not in NOT_LIVE)
        check.months = profile.months or 12
        batch = check._make_batch(record, rules, {})
        batch.memo |= self.env["crm.quality.place"]._memo(batch.rows)
        accepted = self._accepted(record)
        sentence = rules._reason_writer()
        passed = applicable = 0
        hints, tried = [], set()
        for rule in rules.filtered(lambda rule: not batch.memo["problems"][rule]):
            try:
                applies, outcome = rule._judge(batch)
            except UserError as error:
                # a filter that does not fit this database, or looks at what this person must not
                _logger.info("No hint by the rule “%s”: %s", rule.code, error)
                continue
            if record.id not in applies:
                continue
            applicable += 1
            failed = outcome.failed.get(record.id)
            if failed:
                tried.update(rule._fix_list())
            if not failed or accepted.get(rule.id) == (failed[0] or ""):
                passed += 1
                continue
            hints.append(
                {
                    "key": f"rule:{rule.id}",
                    "name": rule.name,
                    "reason": self._sentence(rule, failed[1], sentence),
                    "old": failed[0] or "",
                    "new": self._better(rule, record, batch),
                }
            )
        return {
            "score": share(passed, applicable),
            "passed": passed,
            "applicable": applicable,
            "hints": hints + self._corrections(record, batch, tried),
        }

    @api.model
    def _sentence(self, rule, reason, write):
        """A reason in the language of the reader, as findings show it.

        :param write: what `_reason_writer` of rules returns
        """
        code, values = reason if isinstance(reason, tuple) else (reason, None)
        general = code in ("empty", "pattern", "filter")
        return (general and rule.finding_text) or write(code, values)

    @api.model
    def _accepted(self, record):
        """Values that somebody called OK: dict rule id → value."""
        acceptances = self.env["crm.quality.acceptance"]
        found = acceptances.search(Domain(self._own_field(record), "=", record.id))
        return {item.rule_id.id: item.value or "" for item in found}

    @api.model
    def _own_field(self, record):
        return "partner_id" if record._name == "res.partner" else "lead_id"

    @api.model
    def _better(self, rule, record, batch):
        """The better value of a rule's correction in words, or False."""
        found = [self._guess(method, record, batch) for method in rule._fix_list()]
        found = sorted(filter(None, found), key=lambda guess: not guess[1])
        return bool(found) and found[0][0]

    @api.model
    def _best_first(self, rule, record):
        """Codes of a rule's corrections, those that are certain of a record in front."""
        check = self.env["crm.quality.check"].new({"subject": record._name})
        batch = check._make_batch(record, rule, {})
        batch.memo |= self.env["crm.quality.place"]._memo(batch.rows)
        guesses = {code: self._guess(code, record, batch) for code in rule._fix_list()}
        codes = [code for code, guess in guesses.items() if guess]
        return sorted(codes, key=lambda code: not guesses[code][1])

    @api.model
    def _proposal(self, method, record, batch):
        """The better value of a correction in words, or False."""
        guess = self._guess(method, record, batch)
        return bool(guess) and guess[0]

    @api.model
    def _guess(self, method, record, batch):
        """The better value in words and whether it is certain, or False."""
        fixer = self.env["crm.quality.fixer"]
        target = fixer._target(method, record._name)
        if not target or fixer._unavailable_reason(method):
            return False
        batch.memo["subject"] = record._name
        rows = fixer._read_rows(method, record)
        found = fixer._propose(method, batch, rows).get(record.id)
        values = {self._own_field(record): record.id, "field_name": target}
        line = self.env["crm.quality.fix.line"].new(values)
        return bool(found) and (line._text_of(line._to_key(found[0])), found[1])

    @api.model
    def _corrections(self, record, batch, tried):
        """Further corrections as hints, e.g. of values that are valid but not in their usual form.

        :param tried: codes of the corrections of rules that are not met
        """
        fixer = self.env["crm.quality.fixer"]
        hints = []
        for method, label in fixer._selection_method():
            new = method not in tried and self._proposal(method, record, batch)
            if new:
                target = fixer._target(method, record._name)
                old = record[target]
                old = old.display_name if record._fields[target].relational else old
                hints.append(
                    {"key": method, "name": label, "reason": "", "old": old or "", "new": new}
                )
        return hints
