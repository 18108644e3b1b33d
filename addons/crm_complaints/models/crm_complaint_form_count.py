# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, hmac

KEEP_HOURS = 48


class CrmComplaintFormCount(models.Model):
    """How often the form for complaints was used from one address within an hour.

    In the database, so that it counts across all workers and servers. The address itself is not
    stored, only a keyed hash of it.
    """

    _name = "crm.complaint.form.count"
    _description = "Use of the Web Form for Complaints"
    _order = "since desc, id desc"
    _rec_name = "key"
    _log_access = False

    key = fields.Char(required=True, readonly=True, help="Keyed hash of what is counted.")
    since = fields.Datetime(required=True, readonly=True, help="Beginning of the hour.")
    number = fields.Integer(required=True, readonly=True)

    _key_since_unique = models.Constraint(
        "UNIQUE(key, since)", "There is one count per address and hour."
    )

    @api.model
    def _count_up(self, kind, value):
        """Count one use in this hour.

        One statement, because two workers may count at once: the ORM would read the number,
        add one and write the same sum twice.

        :param kind: what is counted, e.g. "address"
        :param value: the counted thing itself; only its hash is stored
        :return: uses in this hour, this one included
        """
        key = hmac(self.env(su=True), "crm_complaints.form", f"{kind}:{value}")
        since = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_complaint_form_count (key, since, number) VALUES (%s, %s, 1)
                    ON CONFLICT (key, since)
                    DO UPDATE SET number = crm_complaint_form_count.number + 1
                    RETURNING number
                """,
                key,
                since,
            )
        )
        return rows[0][0]

    @api.autovacuum
    def _gc_counts(self):
        limit = fields.Datetime.now() - timedelta(hours=KEEP_HOURS)
        self.search([("since", "<", limit)]).unlink()
