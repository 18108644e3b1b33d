# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Context of the writes of a merge and of its undo."""

QUIET = {
    # the note of the merge tells, no tracking message
    "tracking_disable": True,
    "mail_notrack": True,
    "no_vat_validation": True,
    "active_test": False,
    # what was wrong with the customers is judged once for all of them
    "quality_refresh_later": True,
}
