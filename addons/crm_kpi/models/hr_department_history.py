# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A correction in an employee's dated versions corrects the departments of the past."""

from odoo import api, models

from ..kpi.departments import fill_departments


def _refresh(env, users):
    """Set the departments of everything these salespersons sold, set-based."""
    if not users:
        return
    mixin = env.registry["sales.department.mixin"]
    for model_name in sorted(mixin._inherit_children):
        model = env[model_name].sudo()
        if not model._abstract:
            fill_departments(model, users)


class HrVersion(models.Model):
    _inherit = "hr.version"

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        _refresh(self.env, versions.sudo().employee_id.user_id)
        return versions

    def write(self, vals):
        changes = {"department_id", "date_version", "active", "employee_id"} & vals.keys()
        users = self.sudo().employee_id.user_id if changes else self.env["res.users"]
        result = super().write(vals)
        if changes:
            _refresh(self.env, users | self.sudo().employee_id.user_id)
        return result

    def unlink(self):
        users = self.sudo().employee_id.user_id
        result = super().unlink()
        _refresh(self.env, users)
        return result


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    @api.model_create_multi
    def create(self, vals_list):
        employees = super().create(vals_list)
        _refresh(self.env, employees.sudo().user_id)
        return employees

    def write(self, vals):
        changes = {"user_id", "company_id", "active"} & vals.keys()
        users = self.sudo().user_id if changes else self.env["res.users"]
        result = super().write(vals)
        if changes:
            _refresh(self.env, users | self.sudo().user_id)
        return result
