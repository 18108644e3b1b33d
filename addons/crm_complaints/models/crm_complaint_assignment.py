# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from pytz import utc

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from odoo.addons.crm_kpi.kpi.working_time import WorkingTime


class CrmTeamMember(models.Model):
    """How many complaints a member of a team takes, and of which categories."""

    _inherit = "crm.team.member"

    complaint_capacity = fields.Float(
        string="Capacity for Complaints",
        default=20.0,
        help="Weight of the open complaints that the person can handle at the same time (see "
        "the deadlines for the weights). 0: gets no complaints automatically.",
    )
    complaint_category_ids = fields.Many2many(
        "crm.complaint.category",
        string="Complaint Categories",
        groups="crm_complaints.group_complaint_user",
        help="Categories the person handles, where the team assigns complaints by category.",
    )

    _complaint_capacity_positive = models.Constraint(
        "CHECK(complaint_capacity >= 0)", "The capacity for complaints must not be negative."
    )


class CrmTeam(models.Model):
    """Shares the unassigned complaints of a team out among its members."""

    _inherit = "crm.team"

    complaint_assignment = fields.Selection(
        [
            ("manual", "By Hand"),
            ("balanced", "Balanced"),
            ("category", "By Category"),
        ],
        string="Assignment of Complaints",
        required=True,
        default="manual",
        help="By Hand: somebody takes a complaint over.\n"
        "Balanced: new complaints go to the member with the smallest load, which "
        "is the weight of all open complaints in relation to the person's capacity.\n"
        "By Category: the same, among the members who handle the category.\n"
        "Members who do not work in the next working day of the company get none; nor does "
        "anybody beyond the capacity: such complaints stay unassigned until there is room.",
    )
    complaint_assigned_on = fields.Datetime(
        string="Complaints Last Assigned On", readonly=True, copy=False
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("complaint_assignment", "manual") != "manual":
            self.env["crm.complaint"]._trigger_assignment()
        return result

    def action_complaint_members(self):
        """How many complaints each member takes, and of which categories."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_complaints.action_complaint_members"
        )
        return action | {"domain": [("crm_team_id", "=", self.id)]}

    def _assign_complaints(self, complaints=None):
        """Share unassigned open complaints of the teams out, the most urgent first.

        Only one process shares out at a time, for a person may be in several teams: a second
        one gets a lock or serialization error, and has to try again.

        :param complaints: only these; default: all
        :raise odoo.exceptions.LockError: somebody else is at it
        """
        teams = self.sudo().filtered(lambda team: team.complaint_assignment != "manual")
        if not teams:
            return
        every = teams.search([("complaint_assignment", "!=", "manual")])
        every.lock_for_update(allow_referencing=True)
        # A changed row makes whoever began before us, and so counts without us, start again.
        every.complaint_assigned_on = fields.Datetime.now()
        every.flush_recordset(["complaint_assigned_on"])
        waiting = (
            self.env["crm.complaint"]
            .sudo()
            .search(
                [
                    ("team_id", "in", teams.ids),
                    ("user_id", "=", False),
                    ("is_closed", "=", False),
                    ("duplicate_of_id", "=", False),
                    *([("id", "in", complaints.ids)] if complaints is not None else []),
                ],
                order="priority desc, due_on, id",
            )
        )
        loads = waiting._get_loads(teams.crm_team_member_ids.user_id)
        for company, group in waiting.grouped("company_id").items():
            absent = company._get_absent(teams.crm_team_member_ids.user_id)
            for complaint in group:
                member = complaint.team_id._choose_member(complaint, loads, absent)
                if member:
                    loads[member.user_id] += complaint._get_weight()
                    complaint.with_context(sharing_out=True).user_id = member.user_id

    def _choose_member(self, complaint, loads, absent):
        """Member with the smallest load in relation to the capacity, after taking the case.

        :param loads: dict user → weight of the open complaints
        :param absent: users who do not work
        :return: ``crm.team.member`` record, empty when nobody has room
        """
        self.ensure_one()
        weight = complaint._get_weight()

        def has_room(member):
            return (
                member.user_id.active
                and member.user_id not in absent
                and complaint.company_id in member.user_id.company_ids
                and loads[member.user_id] + weight <= member.complaint_capacity
            )

        members = self.crm_team_member_ids.filtered(has_room)
        if self.complaint_assignment == "category":
            members = members.filtered(
                lambda member: complaint.category_id in member.complaint_category_ids
            )
        return members.sorted(
            lambda member: (
                (loads[member.user_id] + weight) / member.complaint_capacity,
                member.id,
            )
        )[:1]


class ResCompany(models.Model):
    """Who is away."""

    _inherit = "res.company"

    def _get_absent(self, users):
        """Users whose own calendar has no working time in the company's next working day.

        Working hours and leaves are those of the person's resource (the employee, leaves
        included); whoever has none is taken to be present.

        :return: subset of ``users``
        """
        self.ensure_one()
        now = fields.Datetime.now()
        clock = WorkingTime.for_company(self, now, now)
        end = clock.add_hours(now, clock.hours_per_day)
        absent = self.env["res.users"]
        for user in users.sudo():
            resource = user.resource_ids.filtered(lambda r: r.company_id == self and r.calendar_id)
            if not resource:
                continue
            resource = resource[0]
            intervals = resource.calendar_id._work_intervals_batch(
                utc.localize(now), utc.localize(end), resources=resource
            )
            if not intervals[resource.id]:
                absent |= user
        return absent


class CrmComplaint(models.Model):
    """Complaints without a responsible person are shared out by their team."""

    _inherit = "crm.complaint"

    @api.model_create_multi
    def create(self, vals_list):
        complaints = super().create(vals_list)
        if complaints._to_assign():
            self._trigger_assignment()
        return complaints

    def write(self, vals):
        result = super().write(vals)
        # Somebody got room, or there is something new to share out.
        watched = {"user_id", "team_id", "category_id", "stage_id"}
        if watched & vals.keys() and not self.env.context.get("sharing_out"):
            shared_out = self.sudo().team_id.filtered(lambda t: t.complaint_assignment != "manual")
            if shared_out and self.sudo().search_count(
                [("team_id", "in", shared_out.ids), ("user_id", "=", False),
                 ("is_closed", "=", False), ("duplicate_of_id", "=", False)], limit=1,
            ):  # fmt: skip
                self._trigger_assignment()
        return result

    def _to_assign(self):
        """The complaints that a team shares out."""
        return self.sudo().filtered(
            lambda complaint: (
                complaint.team_id
                and complaint.team_id.complaint_assignment != "manual"
                and not complaint.user_id
                and not complaint.is_closed
                and not complaint.duplicate_of_id
            )
        )

    def _default_user(self):
        """Who takes a complaint in for a team that shares them out does not keep it by that."""
        user = super()._default_user()
        team = (self.order_id.team_id or user.sale_team_id).sudo()
        shared_out = team and team.complaint_assignment != "manual"
        return self.env["res.users"] if shared_out else user

    @api.depends("order_id", "user_id", "company_id")
    def _compute_team_id(self):
        """What is taken in for a team that shares complaints out belongs to that team."""
        result = super()._compute_team_id()
        for complaint in self:
            if complaint.team_id or complaint.user_id or complaint._origin:
                continue
            team = self.env.user.sale_team_id.sudo()
            shared_out = team and team.complaint_assignment != "manual"
            if shared_out and team.company_id in (self.env["res.company"], complaint.company_id):
                complaint.team_id = team
        return result

    @api.model
    def _trigger_assignment(self):
        """Have the complaints shared out right after this transaction, by one process only."""
        self.env.ref("crm_complaints.cron_assign_complaints").sudo()._trigger()

    @api.model
    def _cron_assign(self):
        """Share out the unassigned complaints of every team that wants it."""
        teams = self.env["crm.team"].search([("complaint_assignment", "!=", "manual")])
        for team in teams:
            if teams.try_lock_for_update(allow_referencing=True) != teams:
                # Somebody assigns by hand; the rest comes right after.
                self._trigger_assignment()
                return
            team._assign_complaints()
            self.env["ir.cron"]._commit_progress(1)

    def action_assign_automatically(self):
        """Share these complaints out now."""
        self.check_access("write")
        assigned = self._to_assign()
        try:
            assigned.team_id._assign_complaints(assigned)
        except LockError as error:
            raise UserError(
                self.env._("Complaints of this team are just being assigned. Please try again.")
            ) from error
        return True

    def _get_weight(self):
        """How much the complaint counts towards the load of its responsible person."""
        self.ensure_one()
        deadlines = self.env["crm.complaint.deadline"]
        return deadlines._get_weight(self.company_id, self.severity)

    @api.model
    def _get_loads(self, users):
        """Weight of the open complaints of users, of all their teams and companies.

        :return: dict user → weight
        """
        loads = dict.fromkeys(users, 0.0)
        groups = self.sudo()._read_group(
            [("user_id", "in", users.ids), ("is_closed", "=", False),
             ("duplicate_of_id", "=", False)],
            ["user_id", "company_id", "severity"],
            ["__count"],
        )  # fmt: skip
        deadlines = self.env["crm.complaint.deadline"]
        for user, company, severity, count in groups:
            loads[user] += count * deadlines._get_weight(company, severity)
        return loads
