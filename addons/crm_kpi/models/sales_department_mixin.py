# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..kpi.company_time import company_timezone, local_day
from ..kpi.departments import departments_at


class SalesDepartmentMixin(models.AbstractModel):
    """Department of a record's salesperson as it was when the record counted.

    A person who changes the department takes none of the past figures along.
    Inheriting models say where the salesperson and the date lie.
    """

    _name = "sales.department.mixin"
    _description = "Sales Department at the Time"

    _sales_department_user = "user_id"
    """Field with the salesperson."""
    _sales_department_dates = ("create_date",)
    """Date or datetime fields; the first one that is set counts."""

    sales_department_id = fields.Many2one(
        "hr.department",
        string="Sales Department",
        compute="_compute_sales_department_id",
        store=True,
        index="btree_not_null",
        help="Department of the salesperson at the time: read from the employee's dated "
        "versions, in the time zone of the company.",
    )

    @api.depends(
        lambda self: (self._sales_department_user, "company_id", *self._sales_department_dates)
    )
    def _compute_sales_department_id(self):
        keys = {record: record._sales_department_key() for record in self}
        departments = departments_at(self.env, keys.values())
        for record, key in keys.items():
            record.sales_department_id = departments.get(key)

    def _sales_department_key(self):
        """(user id, company id, date) that decides about the department of the record."""
        self.ensure_one()
        user, company = self[self._sales_department_user], self.company_id
        if not user:
            return (False, False, False)
        name = next((name for name in self._sales_department_dates if self[name]), False)
        if name and self._fields[name].type == "date":
            return (user.id, company.id, self[name])
        moment = self[name] if name else fields.Datetime.now()
        zone = company_timezone(company or self.env.company)
        return (user.id, company.id, local_day(moment, zone))
