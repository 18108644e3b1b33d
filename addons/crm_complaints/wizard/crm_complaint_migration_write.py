# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from collections import Counter
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.tools import SQL, html2plaintext, is_html_empty, plaintext2html

from ..tools.oca_tables import SEVERITIES
from .crm_complaint_migration_read import MODULE

BATCH = 200
_TAG = re.compile(r"<(p|div|br|span|table|ul|ol|b|i|a)\b", re.IGNORECASE)


def as_html(text):
    """A text of an old record, which may be plain or HTML."""
    if not text or is_html_empty(text):
        return False
    return text if _TAG.search(text) else plaintext2html(text)


class MigrationWriter:
    """Makes complaints of old records and gives them what hangs on these.

    :param env: environment with all rights: records of every company are imported
    :param reader: :class:`.crm_complaint_migration_read.MigrationReader`
    :param stages: old id → ``crm.complaint.stage``
    :param company: ``res.company`` of the records that name none
    """

    def __init__(self, env, reader, stages, company):
        self.env = env
        self.reader = reader
        self.stages = stages
        self.company = company
        self.notes = Counter()
        self.teams = self._teams()
        self.categories = self._categories()
        self.numbers = {}

    def run(self, limit):
        """Import up to ``limit`` records and move messages, files, followers and activities.

        :return: report for a person
        """
        mapping = self.reader.imported()
        rows = self.reader.rows(without=mapping, limit=limit)
        self._load_numbers()
        complaints = self.env["crm.complaint"]
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            created = self._create(batch)
            complaints |= created
            mapping.update(
                {row["id"]: complaint.id for row, complaint in zip(batch, created, strict=True)}
            )
        moved = self._move_what_hangs_on(mapping)
        self._date_first_answers(complaints)
        left = self.reader.count() - len(mapping)
        lines = [
            self.env._("Complaints imported: %s", len(rows)),
            self.env._("Messages taken over: %s", moved["messages"]),
            self.env._("Files taken over: %s", moved["files"]),
            self.env._("Activities taken over: %s", moved["activities"]),
            *(f"{text}: {number}" for text, number in sorted(self.notes.items())),
        ]
        if left:
            lines.append(self.env._("Left for the next run: %s", left))
        return "\n".join(lines)

    # ------------------------------------------------------------------
    # One record
    # ------------------------------------------------------------------
    def _create(self, rows):
        complaints = self.env["crm.complaint"].with_context(
            tracking_disable=True, mail_create_nosubscribe=True, mail_create_nolog=True
        )
        created = complaints.browse()
        for row in rows:
            values = self._values(row)
            company = self.env["res.company"].browse(values["company_id"])
            created |= complaints.with_company(company).create(values)
        self.env["ir.model.data"].create(
            [
                {
                    "module": MODULE,
                    "name": f"{self.reader.old.table}_{row['id']}",
                    "model": "crm.complaint",
                    "res_id": complaint.id,
                    "noupdate": True,
                }
                for row, complaint in zip(rows, created, strict=True)
            ]
        )
        return created

    def _values(self, row):
        company = self._existing("res.company", row.get("company_id")) or self.company
        partner = self._existing("res.partner", row.get("partner_id"))
        if row.get("partner_id") and not partner:
            self.notes[self.env._("Without their contact, which is gone")] += 1
        stage = self.stages.get(row.get("stage_id")) or self.env["crm.complaint.stage"]._get_first()
        category = self.categories.get(row.get("category_id"))
        received = row.get("received_on") or fields.Datetime.now()
        team = self.teams.get(row.get("team_id"), self.env["crm.team"])
        if team.company_id and team.company_id != company:
            self.notes[self.env._("Without their team, which belongs to another company")] += 1
            team = team.browse()
        values = {
            "name": (row.get("name") or "").strip() or self.env._("Without subject"),
            "description": as_html(row.get("description")),
            "solution": as_html(row.get("solution")),
            "cause_note": html2plaintext(row.get("cause_note") or "") or False,
            "partner_id": partner.id,
            "partner_name": row.get("partner_name") or False,
            "company_id": company.id,
            "user_id": self._existing("res.users", row.get("user_id")).id,
            "team_id": team.id,
            "stage_id": stage.id,
            "category_id": category and category.id,
            "severity": SEVERITIES.get(row.get("priority"), "normal"),
            "received_on": received,
            "promised_on": self._end_of_day(row.get("promised_on"), company),
            "active": row.get("active") is not False,
            "channel": "import",
        }
        for name in ("email_from", "email_cc", "phone"):
            if row.get(name):
                values[name] = row[name]
        if stage.is_closed:
            values["resolved_on"] = max(row.get("resolved_on") or received, received)
            if category and category.require_cause and not stage.is_rejected:
                values["cause_id"] = self._unknown_cause().id
                self.notes[
                    self.env._("Closed without the root cause that their category needs")
                ] += 1
        number = (row.get("number") or "").strip()
        taken = self.numbers.setdefault(company.id, set())
        if number and number != "/" and number not in taken:
            values["number"] = number
            taken.add(number)
        return values

    def _existing(self, model, record_id):
        return self.env[model].browse(record_id or []).exists()

    def _end_of_day(self, date, company):
        """The end of a promised day where the company is, as naive UTC."""
        if not date or isinstance(date, datetime):
            return date or False
        zone = ZoneInfo(company.resource_calendar_id.tz or company.partner_id.tz or "UTC")
        end = datetime.combine(date, time(23, 59, 59), zone)
        return end.astimezone(UTC).replace(tzinfo=None)

    def _load_numbers(self):
        """Numbers that are taken: customers know theirs, so old ones are kept where free."""
        for company, number in (
            self.env["crm.complaint"]
            .with_context(active_test=False)
            ._read_group([("number", "not in", [False, ""])], ["company_id", "number"])
        ):
            self.numbers.setdefault(company.id, set()).add(number)

    # ------------------------------------------------------------------
    # What records refer to
    # ------------------------------------------------------------------
    def _teams(self):
        """Old id → team; teams of tickets are other records, so their name decides."""
        if self.reader.old.teams == "crm_team":
            teams = self.env["crm.team"].with_context(active_test=False).search([])
            return {team.id: team for team in teams}
        found = {}
        for old_id, name in self.reader.names(self.reader.old.teams).items():
            team = self.env["crm.team"].search([("name", "=ilike", name)], limit=1)
            if team:
                found[old_id] = team
        return found

    def _categories(self):
        """Old id → category of the same name; missing ones are made."""
        categories = self.env["crm.complaint.category"].with_context(active_test=False)
        found = {}
        for old_id, name in self.reader.names(self.reader.old.categories).items():
            if name:
                category = categories.search([("name", "=ilike", name)], limit=1)
                found[old_id] = category or categories.create({"name": name})
        return found

    def _unknown_cause(self):
        causes = self.env["crm.complaint.cause"].with_context(active_test=False)
        name = self.env._("Not known (import)")
        return causes.search([("name", "=", name)], limit=1) or causes.create({"name": name})

    # ------------------------------------------------------------------
    # What hangs on records
    # ------------------------------------------------------------------
    def _move_what_hangs_on(self, mapping):
        """Move messages, files, followers and activities; those of repeated imports, too.

        Set-based: a history has many times more messages than records.

        :param mapping: old id → id of the complaint
        :return: number of moved ones per kind
        """
        moved = {"messages": 0, "files": 0, "activities": 0}
        if not mapping:
            return moved
        self.env.flush_all()
        pairs = SQL("(VALUES %s) AS pair (old, new)", SQL(", ").join(list(mapping.items())))
        model_id = self.env["ir.model"]._get_id("crm.complaint")
        old = self.reader.old.model
        queries = {
            "messages": SQL(
                "UPDATE mail_message SET model = 'crm.complaint', res_id = pair.new FROM %s"
                " WHERE mail_message.model = %s AND mail_message.res_id = pair.old",
                pairs,
                old,
            ),
            "files": SQL(
                "UPDATE ir_attachment SET res_model = 'crm.complaint', res_id = pair.new FROM %s"
                " WHERE ir_attachment.res_model = %s AND ir_attachment.res_id = pair.old"
                " AND ir_attachment.res_field IS NULL",
                pairs,
                old,
            ),
            "activities": SQL(
                "UPDATE mail_activity SET res_model = 'crm.complaint', res_model_id = %s,"
                " res_id = pair.new FROM %s"
                " WHERE mail_activity.res_model = %s AND mail_activity.res_id = pair.old",
                model_id,
                pairs,
                old,
            ),
        }
        for kind, query in queries.items():
            self.env.cr.execute(query)
            moved[kind] = self.env.cr.rowcount
        self.env.cr.execute(
            SQL(
                "UPDATE mail_followers SET res_model = 'crm.complaint', res_id = pair.new FROM %s"
                " WHERE mail_followers.res_model = %s AND mail_followers.res_id = pair.old"
                " AND NOT EXISTS (SELECT FROM mail_followers AS other"
                " WHERE other.res_model = 'crm.complaint' AND other.res_id = pair.new"
                " AND other.partner_id = mail_followers.partner_id)",
                pairs,
                old,
            )
        )
        self.env.invalidate_all(flush=False)
        return moved

    def _date_first_answers(self, complaints):
        """The first public message of a colleague after the reception is the first answer."""
        if not complaints:
            return
        rows = self.env.execute_query(
            SQL(
                """
                SELECT complaint.id, MIN(message.date)
                  FROM crm_complaint AS complaint
                  JOIN mail_message AS message
                    ON message.model = 'crm.complaint' AND message.res_id = complaint.id
                  JOIN res_users AS colleague
                    ON colleague.partner_id = message.author_id AND NOT colleague.share
                  JOIN mail_message_subtype AS subtype ON subtype.id = message.subtype_id
                 WHERE complaint.id = ANY(%s)
                   AND message.message_type IN ('comment', 'email', 'email_outgoing')
                   AND message.date >= complaint.received_on
                   AND message.is_internal IS NOT TRUE AND subtype.internal IS NOT TRUE
              GROUP BY complaint.id
                """,
                complaints.ids,
            )
        )
        for complaint_id, answered in rows:
            complaints.browse(complaint_id).first_answer_on = answered
