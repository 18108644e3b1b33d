# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Figures and periods as text in the viewer's language."""

from babel.dates import format_date, format_interval, format_time

from odoo.tools.misc import babel_locale_parse, formatLang, get_lang

MINUS = "\N{MINUS SIGN}"


def figure_text(env, kpi, value):
    """A figure with its unit, e.g. ``21,4 %`` or ``1.234 €``; empty for None."""
    if value is None:
        return ""
    number = number_text(env, value, kpi.decimals)
    match kpi.unit:
        case "percent":
            return percent_text(env, number)
        case "money":
            currency = env.company.currency_id
            parts = (number, "\N{NO-BREAK SPACE}", currency.symbol)
            return "".join(parts if currency.position == "after" else reversed(parts))
        case "days":
            return env._("%s days", number)
        case "hours":
            return env._("%s h", number)
    return number


def percent_text(env, number):
    """A number followed by the percent sign as the viewer's language writes it."""
    locale = babel_locale_parse(get_lang(env).code)
    return number + locale.percent_formats[None].suffix[0]


def number_text(env, value, decimals):
    """A number with the separators of the viewer's language and a real minus sign."""
    text = formatLang(env, abs(value), digits=decimals)
    negative = round(value, decimals) < 0
    return f"{MINUS}{text}" if negative else text


def signed_text(env, value, decimals):
    """A number that always shows its sign."""
    text = number_text(env, value, decimals)
    rounded = round(value, decimals)
    return f"+{text}" if rounded > 0 else f"±{text}" if rounded == 0 else text


def period_label(env, period):
    """Name of a period as people write it; a period cut at today shows its days."""
    locale = babel_locale_parse(get_lang(env).code)
    if period.is_to_date or period.grain == "custom":
        return format_interval(period.start, period.last_day, "yMMMd", locale=locale)
    match period.grain:
        case "day":
            return format_date(period.start, "medium", locale=locale)
        case "week":
            year, week, _day = period.start.isocalendar()
            return env._("Week %(week)s, %(year)s", week=week, year=year)
        case "month":
            return format_date(period.start, "LLLL y", locale=locale)
        case "quarter":
            return format_date(period.start, "QQQ y", locale=locale)
    return str(period.start.year)


def axis_label(env, period):
    """Short name of a period for an axis or a sparkline's text."""
    locale = babel_locale_parse(get_lang(env).code)
    match period.grain:
        case "day":
            return format_date(
                period.start, "d. MMM" if locale.language == "de" else "MMM d", locale=locale
            )
        case "week":
            return env._("W%s", period.start.isocalendar().week)
        case "month":
            return format_date(period.start, "LLL yy", locale=locale)
        case "quarter":
            return format_date(period.start, "QQQ yy", locale=locale)
        case "custom":
            return format_date(period.last_day, "short", locale=locale)
    return str(period.start.year)


def time_text(env, moment):
    """Time of day, e.g. ``14:02``."""
    return format_time(moment, "short", locale=babel_locale_parse(get_lang(env).code))
