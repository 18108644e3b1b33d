# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import NO_ACCESS
from odoo.tools import is_html_empty

from .crm_complaint import SEVERITIES

# The remaining complaint takes these from the merged ones where it has no value.
TAKEN_IF_EMPTY = (
    "partner_id", "partner_name", "email_from", "phone", "description", "order_id", "move_id",
    "product_id", "category_id", "user_id", "team_id", "promised_on", "cause_id", "cause_note",
    "corrective_action", "solution",
)  # fmt: skip
# And the earliest of these: the customer complained then, and was answered then.
TAKEN_IF_EARLIER = ("received_on", "first_answer_on", "acknowledged_on")
# And the worse of these.
TAKEN_IF_WORSE = ("severity", "priority")
TAKEN = TAKEN_IF_EMPTY + TAKEN_IF_EARLIER + TAKEN_IF_WORSE


class CrmComplaint(models.Model):
    """Complaints about the same case become one; what is merged can be taken apart again."""

    _inherit = "crm.complaint"

    merged_on = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When messages, costs and activities moved to the complaint that this one is a "
        "duplicate of. Empty for a duplicate that was only linked.",
    )
    # What moved, so that it can be moved back.
    merge_record = fields.Json(copy=False, groups=NO_ACCESS)
    duplicate_count = fields.Integer(compute="_compute_duplicate_count")

    _merged_is_duplicate = models.Constraint(
        "CHECK(merged_on IS NULL OR duplicate_of_id IS NOT NULL)",
        "A merged complaint is the duplicate of another one: take it apart first.",
    )

    @api.depends("duplicate_ids")
    def _compute_duplicate_count(self):
        for complaint in self:
            complaint.duplicate_count = len(complaint.duplicate_ids)

    @api.constrains("stage_id", "duplicate_of_id", "merged_on")
    def _check_merged_is_closed(self):
        for complaint in self:
            if complaint.merged_on and not complaint.stage_id.is_closed:
                raise ValidationError(
                    self.env._(
                        "“%(complaint)s” was merged into “%(original)s”: take it apart first.",
                        complaint=complaint.display_name,
                        original=complaint.duplicate_of_id.display_name,
                    )
                )

    def write(self, vals):
        if "duplicate_of_id" in vals and "merged_on" not in vals:
            for complaint in self.filtered("merged_on"):
                if complaint.duplicate_of_id.id != vals["duplicate_of_id"]:
                    raise UserError(
                        self.env._("Please take “%s” apart first.", complaint.display_name)
                    )
        return super().write(vals)

    def _get_original(self):
        """The complaint in which the case goes on: itself, if it was not merged.

        :return: complaint with the access rights of ``self``
        """
        self.ensure_one()
        original = self.sudo()
        while original.merged_on:
            original = original.duplicate_of_id
        return original.with_env(self.env)

    def action_view_duplicates(self):
        """Complaints that are duplicates of this one, merged ones and linked ones."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Duplicates of %s", self.display_name),
            "res_model": "crm.complaint",
            "view_mode": "list,form",
            "domain": [("duplicate_of_id", "=", self.id)],
            "context": {"active_test": False, "create": False},
        }

    # ------------------------------------------------------------------
    # Merging
    # ------------------------------------------------------------------
    def _merge(self, duplicates):
        """Move what belongs to duplicates to this complaint and close them as merged.

        Messages, attachments, followers, costs, activities, corrective actions and waiting
        times move. The duplicates stay readable with their own text and number.

        :param duplicates: other complaints of the company and of the same customer
        :raise odoo.exceptions.UserError: they belong to different customers or companies
        """
        self.ensure_one()
        duplicates -= self
        self._check_merge(duplicates)
        (self | duplicates).check_access("write")
        master = self.sudo()
        for duplicate in duplicates.sudo():
            reopen = master.is_closed and not duplicate.is_closed
            record = {
                "stage_id": duplicate.stage_id.id,
                "values": master._take_values(duplicate),
                "moved": master._take_records(duplicate),
                "wait_ids": master._take_waits(duplicate).ids,
            }
            values = {
                "duplicate_of_id": master.id,
                "merged_on": fields.Datetime.now(),
                "merge_record": record,
            }
            if not duplicate.is_closed:
                values["stage_id"] = self._get_merged_stage(duplicate.team_id).id
            duplicate.write(values)
            if reopen:
                # Somebody still waits for an answer.
                master.action_reopen()
            master._log_merge(duplicate)
        return True

    @api.model
    def _get_merged_stage(self, team):
        """The closed stage that merged complaints of a team are in."""
        stages = self.env["crm.complaint.stage"].sudo()
        closed = stages._get_first(team, is_closed=True) or stages._get_first(
            team, is_closed=True, is_rejected=True
        )
        if not closed:
            raise UserError(self.env._("There is no closed stage for the merged complaint."))
        return closed

    def _check_merge(self, duplicates):
        everything = (self | duplicates).sudo()
        if not duplicates:
            raise UserError(self.env._("Please choose at least two complaints."))
        merged = everything.filtered("merged_on")
        if merged:
            raise UserError(
                self.env._(
                    "“%s” has been merged already. Please choose the complaint in which it goes on.",
                    merged[0].display_name,
                )
            )
        if len(everything.company_id) > 1:
            raise UserError(self.env._("Complaints of different companies cannot be merged."))
        if len(everything.commercial_partner_id) > 1:
            raise UserError(
                self.env._(
                    "Complaints of different customers cannot be merged: each would see what the "
                    "other one wrote. Link them as duplicates instead."
                )
            )
        if self.sudo().duplicate_of_id in duplicates:
            raise UserError(
                self.env._(
                    "“%(complaint)s” is linked as a duplicate of “%(original)s”: merge the other "
                    "way round.",
                    complaint=self.display_name,
                    original=self.duplicate_of_id.display_name,
                )
            )

    def _take_values(self, duplicate):
        """Take over what only the duplicate knows.

        :return: dict field name → [value before, value now], of those that changed
        """
        ranks = {"severity": [key for key, _label in SEVERITIES], "priority": ["0", "1"]}
        chosen = {name: self[name] for name in TAKEN}
        for name in TAKEN_IF_EMPTY:
            is_html = self._fields[name].type == "html"
            if not self[name] or (is_html and is_html_empty(self[name])):
                chosen[name] = duplicate[name]
        for name in TAKEN_IF_EARLIER:
            chosen[name] = min(filter(None, [self[name], duplicate[name]]), default=False)
        for name in TAKEN_IF_WORSE:
            chosen[name] = max(self[name], duplicate[name], key=ranks[name].index)
        before = {name: self._to_json(name, self[name]) for name in TAKEN}
        # All of them, for what is written is not computed anew from the category or customer.
        self.write(
            {
                name: self._fields[name].convert_to_write(value, self)
                for name, value in chosen.items()
            }
        )
        after = {name: self._to_json(name, self[name]) for name in TAKEN}
        return {name: [before[name], after[name]] for name in TAKEN if before[name] != after[name]}

    def _to_json(self, name, value):
        """A value of a field as JSON can hold it and ``write`` takes it."""
        field = self._fields[name]
        if field.type == "datetime":
            return fields.Datetime.to_string(value)
        if field.type == "many2one":
            return value.id
        return str(value) if value else False

    def _take_records(self, duplicate):
        """Move what hangs on the duplicate.

        :return: dict model → ids that moved
        """
        domain = [("model", "=", self._name), ("res_id", "=", duplicate.id)]
        by_resource = [("res_model", "=", self._name), ("res_id", "=", duplicate.id)]
        context = {"active_test": False}
        activities = self.env["mail.activity"].with_context(**context).search(by_resource)
        # Escalations are about the deadline of the duplicate.
        activities -= duplicate.escalation_ids.activity_id
        moved = {
            "mail.message": self.env["mail.message"].search(domain),
            "ir.attachment": self.env["ir.attachment"].search(
                [*by_resource, ("res_field", "=", False)]
            ),
            "mail.activity": activities,
            "crm.complaint.cost": duplicate.cost_ids,
        }
        for model in ("mail.message", "ir.attachment", "mail.activity"):
            moved[model].write({"res_id": self.id})
        moved["crm.complaint.cost"].write({"complaint_id": self.id})
        actions = duplicate.action_ids - self.action_ids
        self.action_ids |= actions
        self.message_subscribe(duplicate.message_partner_ids.ids)
        return {model: records.ids for model, records in moved.items()} | {
            "crm.complaint.action": actions.ids
        }

    def _take_waits(self, duplicate):
        """Add the times in which the duplicate waited for the customer and this one did not.

        :return: ``crm.complaint.wait`` records made
        """
        now = fields.Datetime.now()
        last = self.resolved_on or now
        own = [(wait.started_on, wait.ended_on or now) for wait in self.wait_ids]
        times = []
        for wait in duplicate.wait_ids.sorted("started_on"):
            times += _without(
                (max(wait.started_on, self.received_on), min(wait.ended_on or now, last)), own
            )
        clock = self._clocks()[self.company_id]
        return self.env["crm.complaint.wait"].create(
            [
                {
                    "complaint_id": self.id,
                    "started_on": start,
                    "ended_on": end,
                    "hours": clock.hours(start, end),
                }
                for start, end in times
            ]
        )

    def _log_merge(self, duplicate):
        """Write into both what happened; the text of the duplicate is not lost to the reader."""
        self._message_log(
            body=self.env._("%s was merged into this complaint.", duplicate._get_html_link())
        )
        if not is_html_empty(duplicate.description) and (duplicate.description != self.description):
            self._message_log(body=duplicate.description)
        duplicate._message_log(
            body=self.env._("Merged into %s, where the case goes on.", self._get_html_link())
        )

    # ------------------------------------------------------------------
    # Taking apart
    # ------------------------------------------------------------------
    def action_unmerge(self):
        """Take a merged complaint out of the other one: what came from it goes back to it, and
        it is in the stage it had."""
        self.check_access("write")
        for complaint in self.sudo().filtered("merged_on"):
            complaint.duplicate_of_id.with_env(self.env).check_access("write")
            complaint._give_back()
        return True

    def _give_back(self):
        master, record = self.duplicate_of_id, self.merge_record
        # Where the original was merged in turn, everything went on with it.
        holders = master
        while holders[-1].merged_on:
            holders += holders[-1].duplicate_of_id
        for model, ids in record["moved"].items():
            records = self.env[model].with_context(active_test=False).browse(ids).exists()
            if model == "crm.complaint.action":
                master.action_ids -= records
            elif model == "crm.complaint.cost":
                records.filtered(lambda cost: cost.complaint_id in holders).complaint_id = self
            else:
                records.filtered(lambda r: r.res_id in holders.ids).res_id = self.id
        self.env["crm.complaint.wait"].browse(record["wait_ids"]).exists().unlink()
        master.write(
            {
                name: old
                for name, (old, new) in record["values"].items()
                if master._to_json(name, master[name]) == new
            }
        )
        stage = self.env["crm.complaint.stage"].browse(record["stage_id"]).exists()
        values = {"duplicate_of_id": False, "merged_on": False, "merge_record": False}
        if stage and not stage.is_closed:
            # It had not been resolved, so it is not reopened either.
            values |= {"stage_id": stage.id, "resolved_on": False}
        self.write(values)
        master._message_log(body=self.env._("%s was taken apart again.", self._get_html_link()))
        self._message_log(body=self.env._("Taken out of %s again.", master._get_html_link()))

    # ------------------------------------------------------------------
    # Conversation: the case goes on in the original
    # ------------------------------------------------------------------
    def message_post(self, **kwargs):
        """Whoever writes to a merged complaint writes to the one in which the case goes on."""
        if len(self) == 1 and self.sudo().merged_on:
            original = self._get_original()
            if not original.has_access(self._mail_post_access):
                # The customer of the merged one, whom only the merge keeps from reading it.
                original = original.sudo()
            return original.message_post(**kwargs)
        return super().message_post(**kwargs)

    def _is_customer(self, partner_id, email):
        """Senders of merged complaints are customers of the one they were merged into."""
        if super()._is_customer(partner_id, email):
            return True
        merged = self.sudo().duplicate_ids.filtered("merged_on")
        return any(duplicate._is_customer(partner_id, email) for duplicate in merged)

    def _send_rating_request(self):
        """Nobody is asked how content he is with a duplicate."""
        return super(
            CrmComplaint, self.filtered(lambda complaint: not complaint.duplicate_of_id)
        )._send_rating_request()


def _without(span, others):
    """Parts of a time span that lie in none of the others.

    :param span: tuple of begin and end
    :param others: tuples of begin and end
    :return: list of tuples, in order, without empty ones
    """
    parts = [span]
    for begin, end in others:
        parts = [
            piece
            for start, stop in parts
            for piece in ((start, min(stop, begin)), (max(start, end), stop))
        ]
    return [(start, stop) for start, stop in parts if start < stop]
