# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""All rows of all tables of a database, to see whether an undo has restored every one."""

from collections import Counter

from odoo.tools import SQL

from odoo.addons.crm_data_quality.merging.quoted import quoted

# Written by every save, or by a save that stands behind a recomputed figure.
_BOOKKEEPING = ("write_date", "write_uid")
# The journal itself, and messages to open browsers.
_NOT_COMPARED = (
    "bus_bus", "crm_merge", "crm_merge_line", "crm_merge_partner_rel", "crm_merge_lead_rel",
    "crm_merge_linked_lead_rel",
)  # fmt: skip
# They follow from the orders of customers and are computed anew.
_WITHOUT_ID = ("crm_customer_lifecycle",)


def take(env):
    """dict table → Counter of its rows as text"""
    env.flush_all()
    names = env.execute_query(
        SQL(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = current_schema::regnamespace ORDER BY relname"
        )
    )
    rows = {}
    for (table,) in names:
        if table in _NOT_COMPARED:
            continue
        without = [*_BOOKKEEPING, *(["id"] if table in _WITHOUT_ID else [])]
        found = env.execute_query(
            SQL("SELECT (to_jsonb(t) - %s::text[])::text FROM %s t", without, quoted(table))
        )
        rows[table] = Counter(row for (row,) in found)
    return rows


def differences(before, after):
    """dict table → (rows that are gone, rows that are new)"""
    return {
        table: (
            list((before[table] - after[table]).elements()),
            list((after[table] - before[table]).elements()),
        )
        for table in before
        if before[table] != after[table]
    }


def not_restored(before, after):
    """The differences, except the notes of merge and undo in the chatter."""
    found = differences(before, after)
    for table in ("mail_message", "mail_tracking_value"):
        gone, new = found.get(table, ([], []))
        if not gone and (
            table != "mail_message" or all('"message_type": "notification"' in row for row in new)
        ):
            found.pop(table, None)
    return found
