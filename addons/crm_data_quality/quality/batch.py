# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a rule is given and what it answers."""

from dataclasses import dataclass, field


@dataclass
class Batch:
    """Some of the records of a check, read once for all of its rules.

    :param env: environment of the person who checks: rules see what that person may see
    :param check: the check, in the same environment
    :param rows: dict record id → dict of its field values (many2one as id)
    :param memo: kept between the batches of one run, for what is learned from all records
    :param applicable: answers of filters so far: dict text → ids of the rows that match
    :param activity: last real activity of customers as far as it was asked for: dict id → UTC
        datetime or None
    """

    env: object
    check: object
    rows: dict
    memo: dict
    applicable: dict = field(default_factory=dict)
    activity: dict = field(default_factory=dict)


@dataclass
class Outcome:
    """Answer of a rule for the records it was asked about; those not named have passed.

    :param failed: dict record id → (value, reason, proposal); value and proposal are as stored in
        the field, the reason is a code of ``_selection_reason`` or a tuple (code, dict of values):
        its sentence is made when somebody reads it, in the language of the reader
    :param skipped: ids to which the rule turned out not to apply
    :param not_checked: why nothing could be checked; then nothing counts: a code of
        ``_selection_not_checked`` or a tuple (code, dict of values), as with reasons
    """

    failed: dict = field(default_factory=dict)
    skipped: set = field(default_factory=set)
    not_checked: str | tuple = ""
