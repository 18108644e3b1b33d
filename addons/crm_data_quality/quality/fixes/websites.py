# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses of websites with slips of the keyboard."""

import re

from .blanks import tidy

_HOST = r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,63}(?::\d+)?"
_ADDRESS = re.compile(rf"(?P<scheme>https?://)?(?P<host>{_HOST})(?P<path>[/?#]\S*)?", re.I)
_SCHEME = re.compile(r"^h?t+p(?P<secure>s?)\s*[:;]?\s*[/\\]{1,3}\s*|^https?:\s*(?![/\\])", re.I)


def repaired(address):
    """The address as a browser opens it; None where that is not clear or it is fine already."""
    text = tidy(address)
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    if "@" in rest or not rest:
        return None
    host, slash, path = rest.partition("/")
    host = re.sub(r"\s*[.,]\s*", ".", host).strip(".").lower()
    secure = scheme and "s" in scheme[0].lower().split(":")[0][3:]
    prefix = ("https://" if secure else "http://") if scheme else ""
    better = prefix + host + slash + path.strip()
    match = _ADDRESS.fullmatch(better)
    if not match or (match["host"] == host and not host.count(".")):
        return None
    return better if better != address else None
