# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What counts as nothing."""

import re
import unicodedata

_TAG = re.compile(r"<[^>]*>")
_CONTENT_TAG = re.compile(r"<(?:img|video|iframe|object)\b", re.I)


def is_empty(value, is_html=False):
    """Whether a field value says nothing: also spaces, invisible signs, an empty paragraph.

    :param value: as ``read`` returns it; many2many as a list
    :param is_html: tags of the text say nothing, pictures do
    """
    if not isinstance(value, str):
        return not value
    if value[:1].isalnum() and not is_html:
        return False
    if is_html:
        if _CONTENT_TAG.search(value):
            return False
        value = _TAG.sub("", value).replace("&nbsp;", " ")
    # separators (Z) and controls (C), e.g. the zero-width space
    return all(unicodedata.category(char)[0] in "ZC" for char in value)
