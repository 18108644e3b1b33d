# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Conversion of amounts into the viewer's currency at each record's own date."""

from datetime import timedelta

from odoo.tools import SQL


def join_rates(env, query, key, day, by_company):
    """Join a factor into the viewer's currency to a query, by key and local day.

    Rates follow Odoo's rule: the company's own before the shared ones, the last
    one up to the date, else the first ever.

    :param key: SQL of the record's company (amounts in company currency) or currency
    :param day: SQL of the record's local date
    :param by_company: whether ``key`` is a company
    :return: SQL of the factor, or None when everything is in the viewer's currency already
    """
    target = env.company.currency_id
    if by_company:
        keys = [(company.id, company.currency_id) for company in env.companies]
    else:
        keys = [(currency.id, currency) for currency in env["res.currency"].search([])]
    keys = [(key_id, currency) for key_id, currency in keys if currency != target]
    if not keys:
        return None
    rates = _rates(env)
    columns = ([], [], [])
    # One day before the first change stands for all before it, the last change for all after.
    changes = [day for currency_rates in rates.values() for _shared, day, _rate in currency_rates]
    first = min(changes, default=env.cr.now().date()) - timedelta(days=1)
    last = max(changes, default=first)
    for number in range((last - first).days + 1):
        at = first + timedelta(days=number)
        target_rate = _rate_at(rates.get(target.id), at)
        for key_id, currency in keys:
            factor = target_rate / _rate_at(rates.get(currency.id), at)
            for column, value in zip(columns, (key_id, at, factor), strict=True):
                column.append(value)
    table = SQL(
        "(SELECT * FROM unnest(%s::int[], %s::date[], %s::float[]) AS r(k, d, f))", *columns
    )
    query.add_join(
        "LEFT JOIN",
        "kpi_rate",
        table,
        SQL("kpi_rate.k = %s AND kpi_rate.d = GREATEST(%s, LEAST(%s, %s))", key, first, last, day),
    )
    return SQL("COALESCE(kpi_rate.f, 1)")


def _rates(env):
    """Per currency (shared, day, rate), by day; the root company's and the shared ones."""
    found = env["res.currency.rate"].search_fetch(
        [("company_id", "in", [env.company.root_id.id, False])],
        ["name", "rate", "currency_id", "company_id"],
        order="name, id",
    )
    rates = {}
    for rate in found:
        entry = (not rate.company_id, rate.name, rate.rate or 1.0)
        rates.setdefault(rate.currency_id.id, []).append(entry)
    return rates


def _rate_at(rates, day):
    """The rate in force on a day."""
    if not rates:
        return 1.0
    before = [entry for entry in rates if entry[1] <= day]
    if before:
        own = [entry for entry in before if not entry[0]]
        return (own or before)[-1][2]
    own = [entry for entry in rates if not entry[0]]
    return (own or rates)[0][2]
