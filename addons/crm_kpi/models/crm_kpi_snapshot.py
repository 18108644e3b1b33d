# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models

from ..kpi import formats
from ..kpi.company_time import company_timezone, local_day
from ..kpi.nullable import NullableFloat
from ..kpi.periods import around, parse

# Grains recorded at the end of a month, when the period ended with it.
GRAINS = ("month", "quarter", "year")


class CrmKpiSnapshot(models.Model):
    """A figure as it was reported: it stays as it was while the records go on changing.

    The figure covers all records of one company, so only those may read it who
    may read all of these records themselves.
    """

    _name = "crm.kpi.snapshot"
    _description = "KPI Snapshot"
    _order = "date_from desc, kpi_id, taken_on desc, id desc"

    kpi_id = fields.Many2one(
        "crm.kpi", "KPI", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    period_key = fields.Char(
        "Period Key", required=True, readonly=True, help="Absolute period, e.g. month:2026-03."
    )
    date_from = fields.Date("From", required=True, readonly=True, help="First day of the period.")
    date_to = fields.Date(
        "Until", required=True, readonly=True,
        help="Last day that counted; earlier than the end of a period that was still running.",
    )  # fmt: skip
    timezone = fields.Char(readonly=True, help="Time zone in which the period begins and ends.")
    taken_on = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    taken_by_id = fields.Many2one("res.users", readonly=True)
    is_automatic = fields.Boolean(readonly=True, help="Taken by the monthly job.")
    is_restricted = fields.Boolean(
        readonly=True,
        help="Made of records that sales managers may not read, e.g. employees: for system "
        "administrators only.",
    )
    state = fields.Selection(
        [("ok", "Figure"), ("no_data", "No data"), ("error", "Error"), ("hidden", "Not visible"),
         ("unavailable", "Not available")],
        required=True, readonly=True,
    )  # fmt: skip
    reason = fields.Char(readonly=True, help="Why there was no figure.")
    value = NullableFloat(
        digits=(16, 4), readonly=True, help="Figure in the unit of the KPI; empty for no data."
    )
    numerator = NullableFloat(digits=(16, 4), readonly=True, help="Upper side of a ratio.")
    denominator = NullableFloat(digits=(16, 4), readonly=True, help="Lower side of a ratio.")
    count = fields.Integer(readonly=True, help="Number of records behind the figure.")
    definition = fields.Text(readonly=True, help="How the figure was computed then.")

    period = fields.Char(compute="_compute_texts")
    value_text = fields.Char("Then", compute="_compute_texts")
    today_value = NullableFloat(
        compute="_compute_today", digits=(16, 4), help="The same figure computed now."
    )
    today_text = fields.Char("Today", compute="_compute_today")
    is_different = fields.Boolean(compute="_compute_today")
    difference = fields.Char(
        compute="_compute_today", help="The figure then and now, and why they differ."
    )

    @api.depends("kpi_id", "period_key", "company_id")
    def _compute_display_name(self):
        for snapshot in self:
            snapshot.display_name = f"{snapshot.kpi_id.name}, {snapshot.period}"

    @api.depends("period_key", "value")
    @api.depends_context("lang")
    def _compute_texts(self):
        for snapshot in self:
            snapshot.period = formats.period_label(self.env, snapshot._period())
            snapshot.value_text = snapshot._figure_text(
                snapshot.value, snapshot.numerator, snapshot.denominator
            )

    @api.depends("value", "numerator", "denominator", "kpi_id", "period_key")
    @api.depends_context("uid", "lang")
    def _compute_today(self):
        groups = defaultdict(self.browse)
        for snapshot in self:
            groups[snapshot.company_id, snapshot.period_key, snapshot.timezone] |= snapshot
        for (company, key, timezone), snapshots in groups.items():
            kpis = snapshots.kpi_id._for_snapshot(company, key, timezone)
            cards = {kpi.id: kpi.card for kpi in kpis}
            for snapshot in snapshots:
                card = cards[snapshot.kpi_id.id]
                snapshot.today_value = False if card["value"] is None else card["value"]
                snapshot.today_text = snapshot._card_text(card)
                snapshot.is_different = snapshot._differs(card)
                snapshot.difference = snapshot._explain(card)

    # Taking

    @api.model
    def _may_take(self):
        """Whether the current user sees all documents, so that figures are complete."""
        user = self.env.user
        return user.has_group("crm_kpi.group_kpi_manager") and user.has_group(
            "sales_team.group_sale_salesman_all_leads"
        )

    @api.model
    def _take(self, kpis, company, key, is_automatic=False):
        """Record figures of one company and period; the caller has checked the right to.

        :param key: absolute period key
        :return: the new snapshots
        """
        timezone = company_timezone(company).key
        today = local_day(fields.Datetime.now(), company_timezone(company))
        period = parse(key, today).to_date(today)
        values = []
        for kpi in kpis._for_snapshot(company, key, timezone):
            card = kpi.card
            values.append(
                {
                    "kpi_id": kpi.id,
                    "company_id": company.id,
                    "period_key": key,
                    "date_from": period.start,
                    "date_to": period.last_day,
                    "timezone": timezone,
                    "taken_by_id": self.env.uid,
                    "is_automatic": is_automatic,
                    "is_restricted": kpi._needs_more_than_sales(),
                    "state": card["state"],
                    "reason": card["reason"],
                    "count": card["count"],
                    "definition": kpi._definition_text(),
                    **{
                        name: False if card[name] is None else card[name]
                        for name in ("value", "numerator", "denominator")
                    },
                }
            )
        # nobody may write snapshots, or they would prove nothing
        return self.sudo().create(values).sudo(False)

    @api.model
    def _cron_take(self):
        """Record the month that has just ended (and quarter and year), for every company."""
        kpis = self.env["crm.kpi"].search([])
        for company in self.env["res.company"].search([]):
            today = local_day(fields.Datetime.now(), company_timezone(company))
            month = around(today, "month").shift(-1)
            for grain in GRAINS:
                period = around(month.start, grain)
                if period.end != month.end:
                    continue
                known = self.search(
                    [
                        ("company_id", "=", company.id),
                        ("period_key", "=", period.key),
                        ("is_automatic", "=", True),
                    ]
                ).kpi_id
                self._take(kpis - known, company, period.key, is_automatic=True)

    # Comparing

    def _period(self):
        self.ensure_one()
        return parse(self.period_key, self.date_to)

    def _figure_text(self, value, numerator, denominator):
        """The figure, with both sides for a ratio: 50 % (1 / 2)."""
        self.ensure_one()
        if value is False or value is None:
            return self.env._("no data")
        kpi = self.kpi_id.with_company(self.company_id)
        text = formats.figure_text(kpi.env, kpi, value)
        if kpi.kind != "ratio":
            return text
        sides = " / ".join(
            formats.number_text(self.env, side, 0 if float(side).is_integer() else 2)
            for side in (numerator or 0.0, denominator or 0.0)
        )
        return f"{text} ({sides})"

    def _card_text(self, card):
        if card["state"] != "ok":
            return card["reason"] or self.env._("no data")
        return self._figure_text(card["value"], card["numerator"], card["denominator"])

    def _differs(self, card):
        def same(then, now):
            missing = now is None or then is False
            return (now is None) == (then is False) if missing else abs(then - now) < 5e-5

        return not all(
            same(self[name], card[name]) for name in ("value", "numerator", "denominator")
        )

    def _explain(self, card):
        """One sentence: the figure then and now, and what made the difference."""
        if card["state"] not in ("ok", "no_data"):
            return card["reason"] or self.env._("Today's figure cannot be computed.")
        if self.state not in ("ok", "no_data"):
            return self.reason
        if card["value"] is None and not all(self.kpi_id._measures().mapped("has_history")):
            return card["reason"]
        redefined = self.definition != self.kpi_id._definition_text()
        if not self._differs(card):
            if redefined:
                return self.env._("The same figure, though the definition of the KPI has changed.")
            return self.env._("Unchanged.")
        causes = []
        if redefined:
            causes.append(self.env._("the definition of the KPI has changed"))
        if self.date_to < self._period().last_day:
            causes.append(self.env._("the period was not over yet"))
        if not causes:
            causes.append(self.env._("records changed after the figure was taken"))
        return self.env._(
            "Then %(then)s, today %(today)s: %(causes)s.",
            then=self.value_text,
            today=self._card_text(card),
            causes=", ".join(causes),
        )
