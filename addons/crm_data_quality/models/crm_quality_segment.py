# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..quality.nullable import ScoreField

# Segments kept for each area and kind.
KEPT = 3
# Fields of the checked records that the kinds of segments stand for.
KIND_FIELDS = {"owner": "user_id", "country": "country_id", "source": "source_id", "tag": None}


class CrmQualitySegment(models.Model):
    """Where findings of a rule pile up: a salesperson, country, tag, source or month.

    Counted once, when the check ends. The worst segments are those with the most findings above
    what their size would bring at the average of the check.
    """

    _name = "crm.quality.segment"
    _description = "Data Quality Segment"
    _order = "result_id, excess desc, id"
    _rec_name = "kind"
    _log_access = False

    result_id = fields.Many2one(
        "crm.quality.result", required=True, index=True, ondelete="cascade", readonly=True
    )
    check_id = fields.Many2one(
        "crm.quality.check", required=True, index=True, ondelete="cascade", readonly=True
    )
    rule_id = fields.Many2one(related="result_id.rule_id")
    kind = fields.Selection(
        [
            ("owner", "Salesperson"),
            ("source", "Source"),
            ("tag", "Tag"),
            ("country", "Country"),
            ("month", "Created In"),
        ],
        required=True,
        readonly=True,
    )
    value_id = fields.Integer(
        readonly=True, help="Id of the person, source, tag or country; 0 for those without."
    )
    month = fields.Date(
        readonly=True, help="First day of the month, in the time zone of the person who checks."
    )
    label = fields.Char(string="Segment", compute="_compute_label")
    failed = fields.Integer(
        string="To Improve", readonly=True, help="Records with a finding at the end of the check."
    )
    total = fields.Integer(
        string="Records", readonly=True, help="Checked records of the segment, all of them."
    )
    share = ScoreField(
        string="Share", readonly=True, aggregator=None, help="To improve ÷ records, in percent."
    )
    excess = fields.Float(
        readonly=True,
        aggregator=None,
        help="Findings above the number that the segment would have at the average of the check.",
    )

    @api.depends_context("lang")
    @api.depends("kind", "value_id", "month")
    def _compute_label(self):
        models_of = {
            "owner": "res.users",
            "country": "res.country",
            "source": "utm.source",
        }
        nothing = {
            "owner": self.env._("No Salesperson"),
            "country": self.env._("No Country"),
            "source": self.env._("No Source"),
            "tag": self.env._("No Tag"),
        }
        for segment in self:
            if segment.kind == "month":
                day = segment.month
                segment.label = day and format_date(self.env, day, date_format="MMMM yyyy")
                continue
            if not segment.value_id:
                segment.label = nothing[segment.kind]
                continue
            is_lead = segment.sudo().check_id.subject == "crm.lead"
            tags = "crm.tag" if is_lead else "res.partner.category"
            model = self.env[models_of.get(segment.kind, tags)].sudo()
            record = model.browse(segment.value_id).exists()
            segment.label = record.display_name or str(segment.value_id)

    # ------------------------------------------------------------ counting
    @api.model
    def _kinds(self, subject, timezone):
        """How records fall into segments: dict kind → (SQL join, SQL expression of the value).

        The checked record is "s".
        """
        month = SQL(
            "date_trunc('month', s.create_date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", timezone
        )
        kinds = {
            "owner": (SQL(), SQL("s.user_id")),
            "country": (SQL(), SQL("s.country_id")),
            "month": (SQL(), month),
        }
        if subject == "crm.lead":
            kinds["source"] = (SQL(), SQL("s.source_id"))
            join = SQL("LEFT JOIN crm_tag_rel t ON t.lead_id = s.id")
            kinds["tag"] = (join, SQL("t.tag_id"))
        else:
            join = SQL("LEFT JOIN res_partner_res_partner_category_rel t ON t.partner_id = s.id")
            kinds["tag"] = (join, SQL("t.category_id"))
        return kinds

    @api.model
    def _store_for(self, check):
        """Count the segments of a finished check, set-based, one statement per kind."""
        self.search(Domain("check_id", "=", check.id)).unlink()
        results = check.result_ids.filtered("failed")
        if not results or not check.done_count:
            return
        subjects = check._subjects()
        scope = subjects._search(
            check._subject_domain() & Domain("id", "<=", check.last_partner_id)
        )
        check.env.flush_all()
        timezone = subjects.env.context.get("tz") or "UTC"
        for kind, (join, value) in self._kinds(check.subject, timezone).items():
            # that records without country lie in no country says nothing
            field = KIND_FIELDS.get(kind) or kind
            own = results.browse(
                result.id for result in results if result.rule_id._finding_field() != field
            )
            if own:
                self._store_kind(check, own, kind, (join, value), scope)
        self.invalidate_model(flush=False)

    @api.model
    def _store_kind(self, check, results, kind, segment, scope):
        join, value = segment
        column = SQL("month") if kind == "month" else SQL("value_id")
        stored = SQL("w.seg") if kind == "month" else SQL("COALESCE(w.seg, 0)")
        self.env.cr.execute(
            SQL(
                """
                WITH totals AS (
                    SELECT %(value)s AS seg, COUNT(*) AS n
                    FROM %(table)s s %(join)s WHERE s.id IN %(scope)s GROUP BY 1
                ), failed AS (
                    SELECT f.rule_id, %(value)s AS seg, COUNT(*) AS n
                    FROM crm_quality_finding f JOIN %(table)s s ON s.id = f.%(subject)s %(join)s
                    WHERE f.check_id = %(check)s AND NOT COALESCE(f.is_accepted, FALSE)
                    GROUP BY 1, 2
                ), ranked AS (
                    SELECT r.id AS result_id, f.seg, f.n AS failed, t.n AS total,
                        f.n - t.n * r.failed::numeric / %(checked)s AS excess,
                        ROW_NUMBER() OVER (
                            PARTITION BY r.id
                            ORDER BY f.n - t.n * r.failed::numeric / %(checked)s DESC, f.seg
                        ) AS place
                    FROM failed f
                    JOIN totals t ON t.seg IS NOT DISTINCT FROM f.seg
                    JOIN crm_quality_result r ON r.rule_id = f.rule_id AND r.id = ANY(%(results)s)
                )
                INSERT INTO crm_quality_segment
                    (result_id, check_id, kind, %(column)s, failed, total, share, excess)
                SELECT w.result_id, %(check)s, %(kind)s, %(stored)s, w.failed, w.total,
                    100.0 * w.failed / w.total, w.excess
                FROM ranked w WHERE w.place <= %(kept)s AND w.excess > 0 %(dated)s
                """,
                value=value,
                join=join,
                scope=scope.subselect(),
                table=SQL.identifier(check._subjects()._table),
                subject=SQL.identifier(check._subject_field()),
                check=check.id,
                checked=check.done_count,
                results=results.ids,
                column=column,
                stored=stored,
                kind=kind,
                kept=KEPT,
                dated=SQL("AND w.seg IS NOT NULL") if kind == "month" else SQL(),
            )
        )

    # ------------------------------------------------------------ drill-down
    def _finding_domain(self):
        """Findings of the segment."""
        self.ensure_one()
        domain = self.result_id._finding_domain()
        check = self.sudo().check_id
        subject = check._subject_field()
        if self.kind == "month":
            zone = pytz.timezone(check._subjects().env.context.get("tz") or "UTC")
            days = [self.month, self.month + relativedelta(months=1)]
            start, end = (
                zone.localize(datetime(day.year, day.month, 1))
                .astimezone(pytz.utc)
                .replace(tzinfo=None)
                for day in days
            )
            name = f"{subject}.create_date"
            return domain & Domain(name, ">=", start) & Domain(name, "<", end)
        field = KIND_FIELDS[self.kind]
        if self.kind == "tag":
            field = "tag_ids" if check.subject == "crm.lead" else "category_id"
            operator = "in" if self.value_id else "="
            # "child of" would add the tags below, which were not counted
            value = [self.value_id] if self.value_id else False
            return domain & Domain(f"{subject}.{field}", operator, value)
        return domain & Domain(f"{subject}.{field}", "=", self.value_id or False)

    def action_open_findings(self):
        """The findings of the segment."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_quality_finding"
        )
        name = f"{self.sudo().rule_id.with_env(self.env).name}: {self.label}"
        return action | {
            "display_name": name,
            "domain": list(self._finding_domain()),
            "context": {"quality_subject": self.sudo().rule_id.subject},
        }
