# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""In which department did a user work on a day? Read from the dated versions of
the employee (``hr.version``), always for a whole set."""

from odoo.tools import SQL

from .company_time import sql_local_day


def _department_sql(user, company, day):
    """SQL expression of the department id for three SQL expressions.

    Of several employees of the user the one of the company counts. Before the
    first known version that first version counts."""
    return SQL(
        """(SELECT version.department_id
              FROM hr_employee employee
              JOIN hr_version version ON version.employee_id = employee.id AND version.active
             WHERE employee.user_id = %(user)s
             ORDER BY (employee.company_id = %(company)s) DESC,
                      employee.active DESC, employee.id,
                      (version.date_version <= %(day)s) DESC,
                      abs(version.date_version - %(day)s), version.id DESC
             LIMIT 1)""",
        user=user,
        company=company,
        day=day,
    )


def departments_at(env, keys):
    """Department ids of users on days.

    :param keys: iterable of (user id, company id, date)
    :returns: {(user id, company id, date): department id or None}
    """
    keys = {key for key in keys if key[0]}
    if not keys:
        return {}
    env["hr.employee"].flush_model(["user_id", "company_id", "active"])
    env["hr.version"].flush_model(["employee_id", "department_id", "date_version", "active"])
    users, companies, days = zip(*keys, strict=True)
    department = _department_sql(SQL("asked.user_id"), SQL("asked.company_id"), SQL("asked.day"))
    rows = env.execute_query(
        SQL(
            """SELECT asked.user_id, asked.company_id, asked.day, %s
                 FROM unnest(%s::int[], %s::int[], %s::date[])
                      AS asked (user_id, company_id, day)""",
            department,
            list(users),
            [company or None for company in companies],
            list(days),
        )
    )
    return {(user, company or False, day): department for user, company, day, department in rows}


def fill_departments(model, users=None):
    """Write ``sales_department_id`` of all rows of ``model`` set-based.

    :param model: a model with the mixin ``sales.department.mixin``
    :param users: only rows of these salespersons
    """
    model.flush_model()
    env = model.env
    env["hr.employee"].flush_model(["user_id", "company_id", "active"])
    env["hr.version"].flush_model(["employee_id", "department_id", "date_version", "active"])
    user = SQL.identifier("record", model._sales_department_user)
    day = SQL(
        "COALESCE(%s)",
        SQL(", ").join(
            SQL.identifier("record", name)
            if model._fields[name].type == "date"
            else sql_local_day(
                SQL.identifier("record", name), SQL.identifier("record", "company_id")
            )
            for name in model._sales_department_dates
        ),
    )
    # One look-up per user, company and day, not one per row.
    env.cr.execute(
        SQL(
            """
            WITH known AS MATERIALIZED (
                SELECT asked.user_id, asked.company_id, asked.day, %(department)s AS department_id
                  FROM (SELECT DISTINCT %(user)s AS user_id, record.company_id, %(day)s AS day
                          FROM %(table)s record
                         WHERE %(condition)s) asked
            )
            UPDATE %(table)s record
               SET sales_department_id = known.department_id
              FROM known
             WHERE %(condition)s
               AND known.user_id = %(user)s
               AND known.day = %(day)s
               AND known.company_id IS NOT DISTINCT FROM record.company_id
               AND record.sales_department_id IS DISTINCT FROM known.department_id
            """,
            user=user,
            day=day,
            table=SQL.identifier(model._table),
            condition=SQL("%s = ANY(%s)", user, list(users.ids))
            if users
            else SQL(
                "(%s IN (SELECT user_id FROM hr_employee)"
                " OR record.sales_department_id IS NOT NULL)",
                user,
            ),
            department=_department_sql(
                SQL("asked.user_id"), SQL("asked.company_id"), SQL("asked.day")
            ),
        )
    )
    model.invalidate_model(["sales_department_id"])
