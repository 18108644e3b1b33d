# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Departments, employees with a dated past, users and sales teams."""

from dataclasses import dataclass
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.fields import Command

from . import story
from .company import language


@dataclass
class Staff:
    """The people of the story as records, by login or code."""

    users: dict
    teams: dict
    departments: dict

    def partner_of(self, login):
        return self.users[login].partner_id


def create_staff(env, clock):
    users = _create_users(env)
    departments = _create_departments(env)
    _create_employees(env, clock, users, departments)
    teams = _create_teams(env, users)
    return Staff(users, teams, departments)


def _create_users(env):
    company = env.company
    groups = {
        "manager": ("sales_team.group_sale_manager", "hr.group_hr_user"),
        "leader": ("sales_team.group_sale_salesman_all_leads", "crm_kpi.group_kpi_team_leader"),
        "seller": ("sales_team.group_sale_salesman",),
        "service": ("sales_team.group_sale_salesman_all_leads",),
        "staff": ("crm_kpi.group_kpi_user",),
    }
    # the staff works in German; the administrator shows the English side
    env.ref("base.user_admin").write({"lang": "en_US", "tz": "Europe/Berlin"})
    # use_leads needs the menu of leads
    env.ref("base.group_user").write(
        {"implied_ids": [Command.link(env.ref("crm.group_use_lead").id)]}
    )
    people = [person for person in story.PEOPLE if person.login]
    users = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            [
                {
                    "name": person.name,
                    "login": person.login,
                    "password": person.login,
                    "email": f"{person.login}@{story.DOMAIN}",
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                    "lang": language(env),
                    "tz": "Europe/Berlin",
                    "group_ids": [
                        Command.set(
                            [env.ref(name).id for name in ("base.group_user", *groups[person.role])]
                        )
                    ],
                }
                for person in people
            ]
        )
    )
    return {user.login: user for user in users}


def _create_departments(env):
    names = dict.fromkeys(person.department for person in story.PEOPLE)
    departments = env["hr.department"].create(
        [{"name": name, "company_id": env.company.id} for name in names]
    )
    return {department.name: department for department in departments}


def _create_employees(env, clock, users, departments):
    company = env.company
    part_time = {
        hours: company.resource_calendar_id.copy(
            {
                "name": f"{hours:.0f} Stunden",
                "tz": "Europe/Berlin",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": f"Tag {day + 1}",
                                "dayofweek": str(day),
                                "hour_from": 8,
                                "hour_to": 8 + hours / 5,
                                "day_period": "morning",
                            }
                        )
                        for day in range(5)
                    ),
                ],
            }
        )
        for hours in sorted({person.hours for person in story.PEOPLE} - {40.0})
    }
    for person in story.PEOPLE:
        calendar = part_time.get(person.hours, company.resource_calendar_id)
        joined = clock.month - relativedelta(months=person.joined)
        employee = env["hr.employee"].create(
            {
                "name": person.name,
                "company_id": company.id,
                "user_id": users[person.login].id if person.login else False,
                "job_title": person.job,
                "department_id": departments[
                    person.moved[1] if person.moved else person.department
                ].id,
                "resource_calendar_id": calendar.id,
                "tz": "Europe/Berlin",
                "date_version": joined,
                "contract_date_start": joined,
            }
        )
        if person.moved:
            employee.create_version(
                {
                    "date_version": clock.month - relativedelta(months=person.moved[0]),
                    "department_id": departments[person.department].id,
                }
            )
        if person.left is not None:
            last = clock.month - relativedelta(months=person.left) - timedelta(days=1)
            employee.version_id.write({"departure_date": last, "contract_date_end": last})
            employee.active = False
        if person.role in ("leader", "service", "manager"):
            departments[person.department].manager_id = employee


def _create_teams(env, users):
    teams = {}
    for number, team in enumerate(story.TEAMS):
        members = [person for person in story.SELLERS if person.team == team.code]
        leader = next(person for person in members if person.role == "leader")
        teams[team.code] = env["crm.team"].create(
            {
                "name": team.name,
                "sequence": number,
                "company_id": env.company.id,
                "user_id": users[leader.login].id,
                "use_leads": True,
                "use_opportunities": True,
                "member_ids": [
                    Command.set(
                        [users[person.login].id for person in members if person.left is None]
                    )
                ],
            }
        )
    return teams
