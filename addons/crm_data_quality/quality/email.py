# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Syntax of e-mail addresses."""

import re

_ATOM = r"[^\s@<>()\[\]\\,;:\"]+"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_ADDRESS = re.compile(
    rf"^(?P<local>{_ATOM})@(?P<domain>(?:{_LABEL}\.)+(?P<top>[^\W\d_]{{2,63}}|xn--[a-z0-9-]+))$",
    re.I,
)
_INSIDE = re.compile(rf"{_ATOM}@(?:{_LABEL}\.)+[^\W\d_]{{2,63}}", re.I)
_SET_APART = re.compile(r"(?:^|[<:;,(\[\"])\s*$")
_MAX_ADDRESS, _MAX_LOCAL = 254, 64
_RESERVED = re.compile(
    r"@(?:example\.(?:com|org|net)|test\.(?:de|com)|(?:[\w-]+\.)*(?:invalid|test|localhost))$|^(?:test|asdf|xxx+)@",
    re.I,
)


def is_valid(address):
    """Whether the text is exactly one address of valid form."""
    if len(address) > _MAX_ADDRESS:
        return False
    match = _ADDRESS.match(address)
    if not match:
        return False
    local = match["local"]
    return len(local) <= _MAX_LOCAL and ".." not in local and local[0] != "." and local[-1] != "."


def problem(address):
    """What is wrong with the address.

    :return: None when it is fine, else a tuple (reason, proposal); reason is "several",
        "placeholder" or "syntax", proposal a valid address or ""
    """
    if is_valid(address):
        return ("placeholder", "") if _RESERVED.search(address) else None
    if len(address) > 1000:
        return "syntax", ""
    matches = [match for match in _INSIDE.finditer(address) if is_valid(match[0])]
    found = list(dict.fromkeys(match[0] for match in matches))
    if len(found) > 1:
        return "several", found[0]
    # "max m@x.de" may be max.m@x.de or m@x.de: propose only what is clearly set apart
    if found and _SET_APART.search(address[: matches[0].start()]):
        return "syntax", found[0]
    if found:
        return "syntax", ""
    repaired = re.sub(r"\s*[(\[]\s*at\s*[)\]]\s*", "@", address, flags=re.I)
    repaired = re.sub(r"\s+", "", repaired).strip(".,;").replace(",", ".").replace("..", ".")
    return "syntax", repaired if is_valid(repaired) else ""
