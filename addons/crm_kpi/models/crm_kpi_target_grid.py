# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from itertools import pairwise
from zlib import crc32

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..kpi import matrix
from ..kpi import targets as rules
from ..kpi.figures import Question
from ..kpi.periods import around
from .crm_kpi_dimension import MAX_ID

LEVEL_FIELDS = {"team": "team_id", "user": "user_id"}
YEARS = range(2000, 2101)
# Larger numbers lose decimals in a float.
LARGEST = 1e12


class CrmKpiTarget(models.Model):
    """The screen on which the targets of a year are planned: rows × twelve months."""

    _inherit = "crm.kpi.target"

    @api.model
    def load_grid(self, kpi_id=False, year=False):
        """Everything the planning grid shows, for the viewer's current company.

        :param kpi_id: KPI to plan; by default the first that has targets of that year
        :param year: calendar year, the current one by default
        :return: dict kpis, kpi, year, company, months (working days), rows, stamp
        :raise UserError: for an unknown KPI or a year that makes no sense
        """
        self._check_may_plan()
        kpis = self.env["crm.kpi"].search([("direction", "!=", "neutral")])
        year = self._grid_year(year or fields.Date.context_today(self).year)
        company = self.env.company
        kpi = self._grid_kpi(kpi_id) if kpi_id else self._grid_first(kpis, year, company)
        grid = {
            "kpis": [
                {"id": line.id, "name": line.name, "group": line.group_id.name} for line in kpis
            ],
            "year": year,
            "company": {"id": company.id, "name": company.name},
        }
        if not kpi:
            return grid | {"kpi": False, "rows": [], "working_days": [], "stamp": ""}
        days = self._working_days(company, date(year, 1, 1), date(year, 12, 31))
        records = self._grid_targets(kpi, year, company)
        actuals = self._last_years_actuals(kpi, year, company)
        return grid | {
            "kpi": {
                "id": kpi.id,
                "name": kpi.name,
                "unit": kpi.unit,
                "decimals": kpi.decimals,
                "direction": kpi.direction,
                "is_distributed": kpi.is_distributed,
                "currency": company.currency_id.symbol if kpi.unit == "money" else "",
            },
            "working_days": [days(*month) for month in _months(year)],
            "rows": [
                self._grid_row(row, kpi, year, records, days, actuals)
                for row in self._grid_scopes(company)
            ],
            "stamp": self._grid_stamp(records),
        }

    @api.model
    def save_grid(self, kpi_id, year, rows, stamp):
        """Write the months of the given rows and return the fresh grid.

        :param rows: list of dict level (company, team, user), id, values (12 numbers or None);
            None removes the target of that month
        :param stamp: the stamp of the grid that was edited
        :raise UserError: for input that cannot be a target, naming the row and month, and when
            somebody else changed these targets meanwhile
        """
        self._check_may_plan()
        kpi = self._grid_kpi(kpi_id)
        year = self._grid_year(year)
        company = self.env.company
        records = self._grid_targets(kpi, year, company)
        if stamp != self._grid_stamp(records):
            raise UserError(
                self.env._(
                    "Somebody changed these targets meanwhile. Load the page again; your changes "
                    "have not been saved."
                )
            )
        known = {(row["level"], row["id"]): row for row in self._grid_scopes(company)}
        checked = {}
        for row in self._grid_list(rows):
            scope, values = self._read_row(row, known)
            checked[scope] = values
        for scope, values in checked.items():
            self._write_row(kpi, year, company, records, scope, values, known[scope]["label"])
        return self.load_grid(kpi.id, year)

    # What is asked for

    def _grid_first(self, kpis, year, company):
        """The KPI to begin with: planned down to teams or persons, or planned at all."""
        planned = self.search(
            [
                ("kpi_id", "in", kpis.ids),
                ("company_id", "=", company.id),
                ("date_from", ">=", date(year, 1, 1)),
                ("date_to", "<=", date(year, 12, 31)),
            ]
        )
        parted = planned.filtered(lambda target: target.team_id or target.user_id)
        wanted = (parted or planned).kpi_id
        return (kpis & wanted or kpis)[:1]

    def _check_may_plan(self):
        if not self.has_access("write"):
            raise AccessError(self.env._("Only a KPI manager plans targets."))

    def _grid_kpi(self, kpi_id):
        kpi = self.env["crm.kpi"]
        if type(kpi_id) is int and 0 < kpi_id <= MAX_ID:
            kpi = kpi.browse(kpi_id).exists()
        if not kpi:
            raise UserError(self.env._("There is no such KPI: %s", kpi_id))
        return kpi

    def _grid_year(self, year):
        if isinstance(year, bool) or not isinstance(year, int) or year not in YEARS:
            raise UserError(self.env._("“%s” is not a year that can be planned.", year))
        return year

    def _grid_list(self, rows):
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise UserError(self.env._("The rows of the grid cannot be read."))
        return rows

    def _read_row(self, row, known):
        """Check one row from the browser: ((level, id), list of 12 floats or None)."""
        scope = (row.get("level"), row.get("id"))
        if not all(isinstance(part, (str, int)) for part in scope) or scope not in known:
            raise UserError(
                self.env._(
                    "This row cannot be planned: %(level)s %(id)s", level=scope[0], id=scope[1]
                )
            )
        label, values = known[scope]["label"], row.get("values")
        if not isinstance(values, list) or len(values) != 12:
            raise UserError(self.env._("“%s” needs exactly twelve months.", label))
        numbers = []
        for number, value in enumerate(values, start=1):
            usable = value is None or (
                isinstance(value, (int, float))
                and not isinstance(value, bool)
                and abs(value) <= LARGEST  # so it is no infinity, and no NaN
            )
            if not usable:
                raise UserError(
                    self.env._(
                        "%(row)s, month %(month)s: “%(value)s” is not a number that can be a target.",
                        row=label,
                        month=number,
                        value=str(value)[:40],
                    )
                )
            numbers.append(None if value is None else float(value))
        return scope, numbers

    def _grid_stamp(self, records):
        """Changes as soon as one of the records is changed, added or removed."""
        parts = sorted((r.id, str(r.write_date), r.value) for r in records)
        return f"{len(parts)}-{crc32(repr(parts).encode())}"

    # Rows

    def _grid_scopes(self, company):
        """The rows of the grid: the company, its teams, and below each its persons."""
        rows = [{"level": "company", "id": company.id, "label": company.name, "parent": None}]
        show_persons = self.env["res.users"]._kpi_visible_persons()
        seen = set()
        teams = self.env["crm.team"].search([("company_id", "in", (False, company.id))])
        for team in teams:
            rows.append(
                {
                    "level": "team",
                    "id": team.id,
                    "label": team.name,
                    "parent": ["company", company.id],
                }
            )
            for user in team.member_ids.sorted("name"):
                visible = show_persons is None or user.id in show_persons
                if visible and user.id not in seen:
                    seen.add(user.id)
                    rows.append(
                        {
                            "level": "user",
                            "id": user.id,
                            "label": user.name,
                            "parent": ["team", team.id],
                        }
                    )
        return rows

    def _grid_targets(self, kpi, year, company):
        """Targets of the KPI in the year that belong to a row of the grid."""
        return self.search(
            [
                ("kpi_id", "=", kpi.id),
                ("company_id", "=", company.id),
                ("department_id", "=", False),
                ("date_from", "<=", date(year, 12, 31)),
                ("date_to", ">=", date(year, 1, 1)),
            ]
        )

    def _of_scope(self, scope):
        """The targets among these that belong to a row."""
        level, member = scope
        if level == "company":
            return self.filtered(lambda target: not target.team_id and not target.user_id)
        return self.filtered(lambda target: target[LEVEL_FIELDS[level]].id == member)

    def _grid_row(self, row, kpi, year, records, days, actuals):
        scope = (row["level"], row["id"])
        own = records._of_scope(scope)
        entered = [target._as_rule(date(year, 12, 31)) for target in own]
        cells = [
            rules.resolve(
                entered, *month, entered[:1] and [entered[0].scope], kpi.is_distributed, days
            )
            for month in _months(year)
        ]
        months = set(_months(year))
        locked = own.filtered(
            lambda target: target.date_from.year != year or target.date_to.year != year
        )
        return row | {
            "values": [cell and cell.value for cell in cells],
            "is_spread": any((t.date_from, t.date_to) not in months for t in own),
            "locked": locked[:1].display_name if locked else "",
            "last_year": actuals.get(scope, [None] * 12),
            "last_year_total": actuals.get((*scope, "total")),
        }

    def _last_years_actuals(self, kpi, year, company):
        """Figures of the year before by row: {(level, id): 12 numbers or None}, with totals."""
        figures = kpi.with_company(company).with_context(
            allowed_company_ids=company.ids, kpi_period=f"year:{year - 1}", kpi_filters="{}"
        )
        return figures._months_by_member(("team", "user"), company)

    # Writing

    def _write_row(self, kpi, year, company, records, scope, values, label):
        """Make the targets of a row equal to twelve values, keeping records that already fit."""
        own = records._of_scope(scope)
        beyond = own.filtered(lambda t: t.date_from.year != year or t.date_to.year != year)
        if beyond:
            raise UserError(
                self.env._(
                    "“%(row)s” has a target that reaches beyond the year (%(target)s). Change it "
                    "in the list of targets.",
                    row=label,
                    target=beyond[0].display_name,
                )
            )
        # months that were spread from a longer target keep its band and note
        model = own[:1]
        inherited = {"amber_band": model.amber_band, "note": model.note} if model else {}
        by_month = {(target.date_from, target.date_to): target for target in own}
        to_create, keep = [], self.browse()
        for month, value in zip(_months(year), values, strict=True):
            target = by_month.get(month)
            if value is None:
                continue
            if target:
                keep |= target
                if target.value != value:
                    target.value = value
                continue
            member = {LEVEL_FIELDS[scope[0]]: scope[1]} if scope[0] in LEVEL_FIELDS else {}
            to_create.append(
                {
                    "kpi_id": kpi.id,
                    "company_id": company.id,
                    "date_from": month[0],
                    "date_to": month[1],
                    "value": value,
                    **member,
                    **inherited,
                }
            )
        (own - keep).unlink()
        self.create(to_create)


class CrmKpi(models.Model):
    _inherit = "crm.kpi"

    def _months_by_member(self, dimension_codes, company):
        """Figures of the asked period's year, month by month, in total and split.

        :return: {(level, id): [12 numbers or None]} and {(level, id, "total"): number or None};
            the company's own row is ("company", id)
        """
        self.ensure_one()
        question = Question(self.env)
        year = question.whole_period
        periods = [around(first, "month") for first, _last in _months(year.start.year)] + [year]
        result = {}
        for code in (None, *dimension_codes):
            if code and code not in self._dimensions().mapped("code"):
                continue
            answers = question.planner(periods, split=code).ask(self._measures())
            if answers.problems:
                continue
            members = {None} if code is None else set()
            for window in range(len(periods)) if code else ():
                members |= answers.members(self._measures(), window)
            for member in members:
                scope = (code, member) if code else ("company", company.id)
                cells = [
                    matrix.make_cell(self, answers, window, member)
                    for window in range(len(periods))
                ]
                values = [cell.value if cell.ok else None for cell in cells]
                result[scope] = values[:12]
                result[(*scope, "total")] = values[12]
        return result


def _months(year):
    """First and last day of the months of a year."""
    starts = [date(year, number, 1) for number in range(1, 13)] + [date(year + 1, 1, 1)]
    return [(first, after - timedelta(days=1)) for first, after in pairwise(starts)]
