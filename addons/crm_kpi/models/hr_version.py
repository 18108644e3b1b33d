# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

HR_USER = "hr.group_hr_user"


class HrVersion(models.Model):
    _inherit = "hr.version"

    headcount_from = fields.Date(
        compute="_compute_headcount",
        store=True,
        index=True,
        groups=HR_USER,
        help="First day on which the employee counts with this version: its department and hours.",
    )
    headcount_to = fields.Date(
        compute="_compute_headcount",
        store=True,
        groups=HR_USER,
        help="First day on which the employee no longer counts with this version; "
        "empty while it lasts.",
    )
    headcount_fte = fields.Float(
        string="Full-Time Equivalent",
        compute="_compute_headcount",
        store=True,
        groups=HR_USER,
        help="Weekly working hours as a share of the company's; 1 where no hours are known.",
    )

    @api.depends(
        "active",
        "date_version",
        "contract_date_start",
        "contract_date_end",
        "departure_date",
        "resource_calendar_id.hours_per_week",
        "company_id.resource_calendar_id.hours_per_week",
        "employee_id.active",
        "employee_id.version_ids.date_version",
        "employee_id.version_ids.active",
    )
    def _compute_headcount(self):
        for version in self.sudo():
            if not version.employee_id or not version.active:
                # contract templates and withdrawn versions are nobody's working time
                version.update(
                    {"headcount_from": False, "headcount_to": False, "headcount_fte": 0.0}
                )
                continue
            version.headcount_from = max(
                filter(None, (version.date_version, version.contract_date_start))
            )
            version.headcount_to = version._headcount_end()
            version.headcount_fte = version._full_time_share()

    def _headcount_end(self):
        """The day after the last one: next version, end of contract, departure or archiving."""
        self.ensure_one()
        employee = self.employee_id
        following = [
            other.date_version
            for other in employee.version_ids
            if other.active and other.date_version > self.date_version
        ]
        last_days = [self.contract_date_end, self.departure_date]
        ends = following + [day + timedelta(days=1) for day in last_days if day]
        if not ends and not employee.active:
            # archived without a departure date: on the day of the archiving, as far as known;
            # later edits of the record do not move it
            ends = [self.headcount_to or (employee.write_date or fields.Datetime.now()).date()]
        return min(ends, default=False)

    def _full_time_share(self):
        self.ensure_one()
        own = self.resource_calendar_id.hours_per_week
        whole = self.company_id.resource_calendar_id.hours_per_week
        return own / whole if own and whole else 1.0
