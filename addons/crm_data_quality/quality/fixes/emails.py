# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""E-mail addresses of which it is clear what was meant."""

import re

from .. import email
from .blanks import tidy


def repaired(address):
    """The one valid address that was meant.

    :return: None where that is not clear, several are given, or it is fine already
    """
    text = re.sub(r"^mailto:\s*", "", tidy(address), flags=re.I)
    if not email.is_valid(text):
        problem = email.problem(text)
        if not problem or problem[0] != "syntax" or not problem[1]:
            return None
        text = problem[1]
    local, domain = text.rsplit("@", 1)
    # capitals in front of the @ may mean something, but not when everything is in capitals
    text = (local.lower() if local.isupper() else local) + "@" + domain.lower()
    return text if text != address else None
