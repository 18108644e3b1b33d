# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checksums of VAT numbers, without any network."""

import re
from functools import lru_cache

try:
    from stdnum import get_cc_module
except ImportError:  # optional: the rule then says "not checked"
    get_cc_module = None

_PREFIX_COUNTRY = {"EL": "GR", "XI": "GB"}
EU_PREFIXES = frozenset(
    re.findall("..", "ATBEBGCYCZDEDKEEELESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISKXI")
)


def is_available():
    """Whether checksums can be checked at all."""
    return get_cc_module is not None


@lru_cache
def _module(country, kind):
    return get_cc_module(country.lower(), kind)


def compact(number):
    """The number in capitals, without separators."""
    return re.sub(r"[\s./:_-]", "", number).upper()


def prefix_country(number):
    """ISO code of the EU country that the number's prefix names, or None."""
    prefix = compact(number)[:2]
    return _PREFIX_COUNTRY.get(prefix, prefix) if prefix in EU_PREFIXES else None


def is_empty(number):
    """Whether the text says "has no VAT number", as a single "/" does in Odoo."""
    return number.strip() in ("", "/")


def is_valid(number, country):
    """Whether form and checksum are right.

    :param country: two-letter ISO code of the customer's country, or None
    :return: True, False, or None when no rules are known for the country
    """
    modules = []
    prefixed = prefix_country(number)
    if prefixed:
        modules.append(_module(prefixed, "vat"))
    if country:
        modules.append(_module(country, "vat"))
        if country == "DE":  # the tax office's own number is accepted in the same field
            modules.append(_module("DE", "stnr"))
    # most numbers name the country that their customer lives in: asked once
    modules = list(dict.fromkeys(module for module in modules if module))
    if not modules:
        return None
    text = compact(number)
    if prefixed:
        candidates = {number.strip(), text, text[2:]}
    else:
        candidates = {number.strip(), text}
    return any(module.is_valid(candidate) for module in modules for candidate in candidates)
