# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class CrmForecastSnapshot(models.Model):
    """The pipeline as it stood at the begin of a month.

    Expected closing, revenue and probability of a lead are overwritten as it goes on;
    only a copy can tell later how good the forecast was.
    """

    _name = "crm.forecast.snapshot"
    _description = "Forecast Snapshot"
    _order = "snapshot_date desc, expected_revenue desc, id"
    _rec_name = "name"
    # what was forecast of a lead is not what was forecast of the one it is merged into
    _stays_when_merged = True

    name = fields.Char("Opportunity", readonly=True, help="Title at the time of the snapshot.")
    # A forecast stays a fact when its opportunity is merged or deleted.
    lead_id = fields.Many2one(
        "crm.lead", "Current Opportunity", readonly=True, ondelete="set null", index=True
    )
    snapshot_date = fields.Date(
        "Forecast of",
        required=True,
        readonly=True,
        index=True,
        help="First day of the month at whose begin the pipeline was recorded.",
    )
    taken_on = fields.Datetime(
        required=True, readonly=True, help="When the pipeline was actually recorded."
    )
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    currency_id = fields.Many2one("res.currency", readonly=True)
    team_id = fields.Many2one(
        "crm.team", "Sales Team", readonly=True, ondelete="set null", index="btree_not_null"
    )
    user_id = fields.Many2one(
        "res.users", "Salesperson", readonly=True, ondelete="set null", index="btree_not_null"
    )
    date_deadline = fields.Date("Expected Closing", readonly=True)
    closes_in_month = fields.Boolean(
        "Expected in This Month",
        readonly=True,
        help="The closing was expected within the month of the snapshot, or was overdue by then.",
    )
    expected_revenue = fields.Monetary(readonly=True, currency_field="currency_id")
    prorated_revenue = fields.Monetary(
        "Weighted Revenue",
        readonly=True,
        currency_field="currency_id",
        help="Expected revenue × probability, as it was.",
    )
    probability = fields.Float(readonly=True, aggregator="avg", help="In percent.")

    _once_a_month = models.Constraint(
        "UNIQUE(lead_id, snapshot_date)",
        "The pipeline of a month is recorded once per opportunity.",
    )

    @api.model
    def _cron_take_snapshot(self):
        """Record the open pipeline of the running month; again in the same month: no change."""
        now = fields.Datetime.now()
        self.env["crm.lead"].flush_model()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_forecast_snapshot
                       (name, lead_id, snapshot_date, taken_on, company_id, currency_id, team_id,
                        user_id, date_deadline, closes_in_month, expected_revenue, prorated_revenue,
                        probability,
                        create_uid, create_date, write_uid, write_date)
                SELECT lead.name, lead.id, %(month)s, %(now)s, lead.company_id,
                       company.currency_id, lead.team_id, lead.user_id, lead.date_deadline,
                       COALESCE(lead.date_deadline < %(month)s::date + interval '1 month', FALSE),
                       lead.expected_revenue, lead.prorated_revenue, lead.probability,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM crm_lead lead
             LEFT JOIN res_users salesperson ON salesperson.id = lead.user_id
                  JOIN res_company company
                    ON company.id = COALESCE(lead.company_id, salesperson.company_id, %(company)s)
                 WHERE lead.active
                   AND lead.type = 'opportunity'
                   AND lead.won_status = 'pending'
                   AND NOT EXISTS (SELECT FROM crm_forecast_snapshot taken
                                    WHERE taken.snapshot_date = %(month)s)
             RETURNING id
                """,
                month=now.date().replace(day=1),
                now=now,
                uid=self.env.uid,
                company=self.env.ref("base.main_company").id,
            )
        )
