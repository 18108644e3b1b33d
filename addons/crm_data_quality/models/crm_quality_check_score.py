# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from ..quality.dimensions import share, weighted_mean


class CrmQualityCheck(models.Model):
    """The figures of a check, all from its tallies.

    Dimension = Σ weight × passed ÷ Σ weight × applicable over its rules. Overall = mean of the
    dimensions that have a value, by their weights.
    """

    _inherit = "crm.quality.check"

    def _finish(self):
        """Put the figures together and close the check."""
        self.ensure_one()
        now = fields.Datetime.now()
        self.write(
            {
                "run_state": "done",
                "finished_on": now,
                "total_count": self.done_count,
                "previous_id": self._find_previous().id,
            }
        )
        self._refresh_figures()
        self.env["crm.quality.segment"]._store_for(self)
        self._refresh_validity()
        self._tell_news()

    def _find_previous(self):
        """The last check of the same scope that saw the data with the same eyes."""
        self.ensure_one()
        domain = (
            Domain("scope_key", "=", self.scope_key)
            & Domain("run_state", "=", "done")
            & Domain("id", "!=", self.id)
        )
        if self.is_reference:
            domain &= Domain("is_reference", "=", True) | Domain("user_id", "=", self.user_id.id)
        else:
            domain &= Domain("user_id", "=", self.user_id.id)
        return self.search(domain, order="finished_on desc, id desc", limit=1)

    def _tally_groups(self):
        """Counts of the check.

        :return: dict user → dict rule (empty: the customers themselves) → (applicable, failed,
            accepted)
        """
        groups = self.env["crm.quality.tally"]._read_group(
            Domain("check_id", "=", self.id),
            ["user_id", "rule_id"],
            ["applicable:sum", "failed:sum", "accepted:sum"],
        )
        by_user = defaultdict(dict)
        for user, rule, *counts in groups:
            by_user[user][rule] = counts
        return by_user

    def _refresh_figures(self):
        """Compute results, dimensions, owners and the score from the tallies."""
        self.ensure_one()
        by_user = self._tally_groups()
        totals = defaultdict(lambda: [0, 0, 0])
        for counts in by_user.values():
            for rule, numbers in counts.items():
                totals[rule] = [sum(pair) for pair in zip(totals[rule], numbers, strict=True)]
        weights = {
            result.rule_id: result.weight
            for result in self.result_ids
            if result.is_selected and not result.not_checked_reason
        }
        customers = self.done_count
        for result in self.result_ids:
            result._store(totals.get(result.rule_id), customers)
        sums = self._dimension_sums(totals, weights)
        for score in self.score_ids:
            score._store(*sums[score.dimension])
        overall, total_weight = weighted_mean(
            [(score.weight, share(*sums[score.dimension])) for score in self.score_ids]
        )
        for score in self.score_ids:
            score._store_effect_base(total_weight)
        for result in self.result_ids:
            result._store_effect()
        previous = self.previous_id
        change = None
        if overall is not None and previous and previous.score is not False:
            change = overall - previous.score
        self.write(
            {
                "score": overall,
                "score_change": change,
                "finding_count": sum(counts[1] for counts in totals.values()),
            }
        )
        self._store_owners(by_user, weights)

    @api.model
    def _dimension_sums(self, counts, weights):
        """Weighted sums of each dimension: dict code → (passed, applicable)."""
        sums = defaultdict(lambda: (0.0, 0.0))
        for rule, weight in weights.items():
            applicable, failed, _accepted = counts.get(rule, (0, 0, 0))
            passed, total = sums[rule.dimension]
            sums[rule.dimension] = (
                passed + weight * (applicable - failed),
                total + weight * applicable,
            )
        return sums

    def _store_owners(self, by_user, weights):
        """One row per salesperson, so that everyone sees what is his to do."""
        self.owner_ids.unlink()
        dimension_weights = {score.dimension: score.weight for score in self.score_ids}
        no_rule = self.env["crm.quality.rule"]
        rows = []
        for user, counts in by_user.items():
            sums = self._dimension_sums(counts, weights)
            values = {
                "check_id": self.id,
                "user_id": user.id,
                "customer_count": counts.get(no_rule, (0, 0, 0))[0],
                "finding_count": sum(numbers[1] for numbers in counts.values()),
                "score": weighted_mean(
                    [(weight, share(*sums[code])) for code, weight in dimension_weights.items()]
                )[0],
            }
            for code in dimension_weights:
                passed, applicable = sums[code]
                values[f"{code}_passed"] = passed
                values[f"{code}_applicable"] = applicable
                values[f"{code}_score"] = share(passed, applicable)
            rows.append(values)
        self.env["crm.quality.owner"].create(rows)

    # ------------------------------------------------------------ which check counts when
    def _refresh_validity(self, companies=None):
        """Chain the finished checks that count for the KPIs: each holds until the next is done."""
        companies = self.company_id if companies is None else companies
        for company in companies:
            checks = self.sudo().search(
                Domain("company_id", "=", company.id) & Domain("run_state", "=", "done"),
                order="finished_on, id",
            )
            reference = checks.filtered("is_reference")
            (checks - reference).write({"valid_from": False, "valid_to": False})
            ends = [check.finished_on for check in reference[1:]] + [False] * bool(reference)
            for check, end in zip(reference, ends, strict=True):
                check.write({"valid_from": check.finished_on, "valid_to": end})
