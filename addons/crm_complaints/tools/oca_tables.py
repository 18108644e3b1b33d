# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where the addons crm_claim and helpdesk_mgmt of the OCA keep what a complaint needs.

A column may be missing: the addons changed from version to version, and some were extended.
The tables may outlive their addon, e.g. after an upgrade to a version for which it was not ported.
"""

import re
from dataclasses import dataclass, field

SEVERITIES = {"0": "low", "1": "normal", "2": "high", "3": "critical"}
_REJECTED = re.compile(r"reject|refus|cancel|invalid|unjustif|abgelehnt|abgewiesen|storniert", re.I)
_CLOSED = re.compile(r"clos|done|settled|solved|resolved|finish|erledigt|geschlossen|gelöst", re.I)
_WAITING = re.compile(r"wait|pending|on hold|wart|rückfrage", re.I)


@dataclass(frozen=True)
class OldTable:
    """One of the two sources.

    :param columns: field of the complaint → names of the old column, the first that exists counts
    """

    model: str
    table: str
    stages: str
    categories: str
    category_column: str
    teams: str
    columns: dict = field(default_factory=dict)


SOURCES = {
    "claim": OldTable(
        model="crm.claim",
        table="crm_claim",
        stages="crm_claim_stage",
        categories="crm_claim_category",
        category_column="categ_id",
        teams="crm_team",
        columns={
            "number": ["code"],
            "name": ["name"],
            "description": ["description"],
            "solution": ["resolution"],
            "cause_note": ["cause"],
            "partner_id": ["partner_id"],
            "email_from": ["email_from"],
            "email_cc": ["email_cc"],
            "phone": ["partner_phone"],
            "received_on": ["date", "create_date"],
            "resolved_on": ["date_closed", "write_date"],
            "promised_on": ["date_deadline"],
            "user_id": ["user_id"],
            "team_id": ["team_id"],
            "company_id": ["company_id"],
            "priority": ["priority"],
            "stage_id": ["stage_id"],
            "category_id": ["categ_id"],
            "active": ["active"],
        },
    ),
    "ticket": OldTable(
        model="helpdesk.ticket",
        table="helpdesk_ticket",
        stages="helpdesk_ticket_stage",
        categories="helpdesk_ticket_category",
        category_column="category_id",
        teams="helpdesk_ticket_team",
        columns={
            "number": ["number"],
            "name": ["name"],
            "description": ["description"],
            "partner_id": ["partner_id"],
            "partner_name": ["partner_name"],
            "email_from": ["partner_email"],
            "email_cc": ["email_cc"],
            "received_on": ["create_date"],
            "resolved_on": ["closed_date", "last_stage_update", "write_date"],
            "user_id": ["user_id"],
            "team_id": ["team_id"],
            "company_id": ["company_id"],
            "priority": ["priority"],
            "stage_id": ["stage_id"],
            "category_id": ["category_id"],
            "active": ["active"],
        },
    ),
}


def kind_of_stage(name, closed=None):
    """What an old stage means, by its flag where it has one, else by its name.

    :param name: name of the stage
    :param closed: flag "closed" of the stage, None where its table has none
    :return: "rejected", "resolved", "waiting" or "open"
    """
    if closed is not False and _REJECTED.search(name):
        return "rejected"
    if closed or (closed is None and _CLOSED.search(name)):
        return "resolved"
    return "waiting" if _WAITING.search(name) else "open"
