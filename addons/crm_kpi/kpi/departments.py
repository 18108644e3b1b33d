# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""In which department did a user work on a day? Read from the dated versions of
the employee (``hr.version``), always for a whole set."""

from odoo.tools import SQL

from .company_time import company_zones_sql


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
    flush_departments(env)
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


def departments_sql(model, rows=None, condition=None):
    """Query of ``(id, department_id)``: the department at the time of many rows.

    :param model: a model with the mixin ``sales.department.mixin``
    :param rows: SQL of a table with the columns that decide (default: the model's own)
    :param condition: SQL about ``record``, a row; without it all rows of salespersons
        who are employees, and those with a department
    """
    user = SQL.identifier("record", model._sales_department_user)
    day = SQL(
        "COALESCE(%s)",
        SQL(", ").join(
            SQL.identifier("record", name)
            if model._fields[name].type == "date"
            else SQL(
                "timezone(COALESCE(zone.tz, 'UTC'), timezone('UTC', %s))::date",
                SQL.identifier("record", name),
            )
            for name in model._sales_department_dates
        ),
    )
    # One look-up of the time zone per company and of the department per user, company and
    # day, not one per row.
    return SQL(
        """
        WITH zone AS MATERIALIZED (%(zones)s),
             dated AS MATERIALIZED (
                SELECT record.id, %(user)s AS user_id, record.company_id, %(day)s AS day
                  FROM %(rows)s record
             LEFT JOIN zone ON zone.company_id = record.company_id
                 WHERE %(condition)s
             ), known AS MATERIALIZED (
                SELECT asked.user_id, asked.company_id, asked.day, %(department)s AS department_id
                  FROM (SELECT DISTINCT user_id, company_id, day FROM dated) asked
             )
        SELECT dated.id, known.department_id
          FROM dated
          JOIN known ON known.user_id = dated.user_id
                    AND known.day = dated.day
                    AND COALESCE(known.company_id, 0) = COALESCE(dated.company_id, 0)
        """,
        zones=company_zones_sql(),
        user=user,
        day=day,
        rows=rows or SQL.identifier(model._table),
        condition=condition
        or SQL(
            "(%s IN (SELECT user_id FROM hr_employee) OR record.sales_department_id IS NOT NULL)",
            user,
        ),
        department=_department_sql(SQL("asked.user_id"), SQL("asked.company_id"), SQL("asked.day")),
    )


def fill_departments(model, users=None):
    """Write ``sales_department_id`` of all rows of ``model`` set-based.

    :param model: a model with the mixin ``sales.department.mixin``
    :param users: only rows of these salespersons
    """
    model.flush_model()
    env = model.env
    flush_departments(env)
    condition = None
    if users:
        user = SQL.identifier("record", model._sales_department_user)
        condition = SQL("%s = ANY(%s)", user, list(users.ids))
    env.cr.execute(
        SQL(
            """
            UPDATE %s record
               SET sales_department_id = known.department_id
              FROM (%s) known
             WHERE record.id = known.id
               AND record.sales_department_id IS DISTINCT FROM known.department_id
            """,
            SQL.identifier(model._table),
            departments_sql(model, condition=condition),
        )
    )
    model.invalidate_model(["sales_department_id"])


def flush_departments(env):
    """Have the database know who works where."""
    env["hr.employee"].flush_model(["user_id", "company_id", "active"])
    env["hr.version"].flush_model(["employee_id", "department_id", "date_version", "active"])
