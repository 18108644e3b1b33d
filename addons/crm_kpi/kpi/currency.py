# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Conversion of amounts into the viewer's currency at each record's own date."""

from bisect import bisect_right
from datetime import date

from odoo.tools import SQL

_EPOCH = date(1970, 1, 1)


def rate_table(env, by_company):
    """Query of the factors into the viewer's currency: k (key), d (days on which the factor
    changes, counted from 1970) and f (factors: before the first change and after each).

    :param by_company: keys are companies (amounts in company currency), else currencies
    :return: SQL, or None when everything is in the viewer's currency already
    """
    target = env.company.currency_id
    if by_company:
        keys = [(company.id, company.currency_id) for company in env.companies]
    else:
        keys = [(currency.id, currency) for currency in env["res.currency"].search([])]
    keys = [(key_id, currency) for key_id, currency in keys if currency != target]
    if not keys:
        return None
    rates = _read_rates(env, {target.id, *(currency.id for _key, currency in keys)})
    rows = []
    for key_id, currency in keys:
        days, factors = _steps(rates[target.id], rates[currency.id])
        counted = [(day - _EPOCH).days for day in days]
        rows.append(SQL("(%s, %s::int[], %s::float8[])", key_id, counted, factors))
    return SQL("(SELECT k, d, f FROM (VALUES %s) AS r(k, d, f))", SQL(", ").join(rows))


def join_rates(query, table, key, day):
    """Join a rate table to a query.

    :param key: SQL of the record's company or currency
    :param day: SQL of the record's local date
    :return: SQL of the factor
    """
    query.add_join("LEFT JOIN", "kpi_rate", table, SQL("kpi_rate.k = %s", key))
    step = SQL("width_bucket(%s - %s::date, kpi_rate.d) + 1", day, _EPOCH)
    return SQL("COALESCE(kpi_rate.f[%s], 1)", step)


class _Rates:
    """The rates of a currency by Odoo's rule: the company's own before the shared ones, the
    last one up to the day, else the first ever."""

    def __init__(self):
        self.own, self.shared = ([], []), ([], [])

    def add(self, day, rate, is_own):
        days, rates = self.own if is_own else self.shared
        days.append(day)
        rates.append(rate)

    def at(self, day):
        for days, rates in (self.own, self.shared):
            if position := bisect_right(days, day):
                return rates[position - 1]
        return [*self.own[1], *self.shared[1], 1.0][0]


def _read_rates(env, currency_ids):
    """Rates by currency id: those of the root company and the shared ones."""
    rates = {currency_id: _Rates() for currency_id in currency_ids}
    found = env["res.currency.rate"].search_fetch(
        [
            ("currency_id", "in", list(currency_ids)),
            ("company_id", "in", [env.company.root_id.id, False]),
        ],
        ["name", "rate", "currency_id", "company_id"],
        order="name, id",
    )
    for rate in found:
        rates[rate.currency_id.id].add(rate.name, rate.rate or 1.0, bool(rate.company_id))
    return rates


def _steps(target, source):
    """Days on which the factor from a currency to another changes, and the factors."""
    days = sorted({day for rates in (target, source) for day in rates.own[0] + rates.shared[0]})
    return days, [target.at(day) / source.at(day) for day in (date.min, *days)]
