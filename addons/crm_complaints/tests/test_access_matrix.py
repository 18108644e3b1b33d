# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from .access_matrix import AccessMatrix
from .access_roles import RoleCase

# seller:   salesperson, responsible for the "own" records
# leader:   team leader of the team of the "team" records, which belong to a colleague
# handler:  own complaints, without any sales group;   clerk: an employee without our groups
# foreign:  of a colleague, in no team
# second:   of a company that only "stranger" (its sales manager) and the administrator may enter
MATRIX = """
                     public portal other clerk handler seller leader all  chief manager stranger admin
complaint_own        -      r      -     -     c       crw    c      crw  crwd  crwd    -        crwd
complaint_nobodys    -      r      -     -     crw     crw    crw    crw  crwd  crwd    -        crwd
complaint_team       -      r      -     -     c       c      crw    crw  crwd  crwd    -        crwd
complaint_foreign    -      -      r     -     c       c      c      crw  crwd  crwd    -        crwd
complaint_second     -      -      -     -     -       -      -      -    -     -       crwd     crwd
cost_own             -      -      -     -     -       crwd   -      crwd crwd  crwd    -        crwd
cost_team            -      -      -     -     -       -      crwd   crwd crwd  crwd    -        crwd
cost_foreign         -      -      -     -     -       -      -      crwd crwd  crwd    -        crwd
cost_second          -      -      -     -     -       -      -      -    -     -       crwd     crwd
wait_own             -      -      -     -     -       r      -      r    r     r       -        r
wait_team            -      -      -     -     -       -      r      r    r     r       -        r
wait_foreign         -      -      -     -     -       -      -      r    r     r       -        r
wait_second          -      -      -     -     -       -      -      -    -     -       r        r
action_own           -      -      -     -     c       crw    c      crw  crwd  crwd    -        crwd
action_team          -      -      -     -     c       c      crw    crw  crwd  crwd    -        crwd
action_foreign       -      -      -     -     c       c      c      crw  crwd  crwd    -        crwd
action_second        -      -      -     -     -       -      -      -    -     -       crwd     crwd
action_to_do         -      -      -     rw    c       c      c      crw  crwd  crwd    -        crwd
action_nobodys       -      -      -     -     crw     crw    crw    crw  crwd  crwd    -        crwd
note_own             -      -      -     -     -       r      -      r    r     r       -        r
note_team            -      -      -     -     -       -      r      r    r     r       -        r
note_foreign         -      -      -     -     -       -      -      r    r     r       -        r
note_second          -      -      -     -     -       -      -      -    -     -       r        r
merge                -      -      -     -     c       c      c      c    c     c       c        c
escalation           -      -      -     -     r       r      r      r    crwd  crwd    crwd     crwd
escalation_second    -      -      -     -     -       -      -      -    -     -       crwd     crwd
stage                -      -      -     -     r       r      r      r    crwd  crwd    crwd     crwd
category             -      -      -     -     r       r      r      r    crwd  crwd    crwd     crwd
cause                -      -      -     -     r       r      r      r    crwd  crwd    crwd     crwd
deadline             -      -      -     -     r       r      r      r    crwd  crwd    crwd     crwd
deadline_second      -      -      -     -     -       -      -      -    -     -       crwd     crwd
reason               -      -      -     r     r       r      r      r    crwd  crwd    crwd     crwd
end_reason           -      -      -     -     r       r      r      r    crwd  crwd    crwd     crwd
end_own              -      -      -     -     c       crw    crw    crw  crwd  crwd    -        crwd
end_team             -      -      -     -     c       c      crw    crw  crwd  crwd    -        crwd
end_foreign          -      -      -     -     c       c      c      crw  crwd  crwd    -        crwd
end_second           -      -      -     -     -       -      -      -    -     -       crwd     crwd
lifecycle_own        -      -      -     -     -       r      -      r    r     r       -        r
lifecycle_team       -      -      -     -     -       -      r      r    r     r       -        r
lifecycle_foreign    -      -      -     -     -       -      -      r    r     r       -        r
lifecycle_second     -      -      -     -     -       -      -      -    -     -       r        r
accept               -      -      -     -     -       c      -      c    c     c       -        c
call                 -      -      -     -     c       c      c      c    c     c       c        c
form_count           -      -      -     -     -       -      -      -    -     -       -        r
anonymisation        -      -      -     -     -       -      -      -    r     r       -        r
anonymisation_second -      -      -     -     -       -      -      -    -     -       r        r
access_log           -      -      -     -     -       -      -      -    r     r       -        r
access_log_second    -      -      -     -     -       -      -      -    -     -       r        r
migration            -      -      -     -     -       -      -      -    -     -       -        crwd
migration_stage      -      -      -     -     -       -      -      -    -     -       -        crwd
text                 -      -      -     -     -       -      -      -    -     -       -        -
classifier           -      -      -     -     -       -      -      -    -     -       -        -
classifier_count     -      -      -     -     -       -      -      -    -     -       -        -
cancelled_own        -      -      -     -     -       rw     -      -    -     rw      -        rw
cancelled_team       -      -      -     -     -       -      r      -    -     rw      -        rw
cancelled_foreign    -      -      -     -     -       -      -      -    -     rw      -        rw
cancelled_second     -      -      -     -     -       -      -      -    -     -       rw       rw
silence_own          -      -      -     -     c       crw    c      crw  crwd  crwd    -        crwd
silence_team         -      -      -     -     c       c      crw    crw  crwd  crwd    -        crwd
silence_foreign      -      -      -     -     c       c      c      crw  crwd  crwd    -        crwd
silence_second       -      -      -     -     -       -      -      -    -     -       crwd     crwd
"""


@tagged("post_install", "-at_install")
class TestAccessMatrix(AccessMatrix, RoleCase):
    """Each role × each model × each verb, in two companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.member_ids = [Command.link(cls.colleague.id)]
        cls.third_customer = cls.env["res.partner"].create({"name": "Dritte", "is_company": True})
        cls.cases = (
            cls._complaint_cases() | cls._cost_and_wait_cases() | cls._setting_cases()
            | cls._capture_cases() | cls._action_cases() | cls._escalation_cases()
            | cls._text_cases() | cls._end_cases() | cls._cancellation_cases()
            | cls._silence_cases() | cls._lifecycle_cases()
        )  # fmt: skip
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _owner(cls, kind):
        """Person, team, company and customer of a kind of record."""
        users = {
            "own": cls.seller,
            "team": cls.colleague,
            "foreign": cls.colleague,
            "second": cls.users["stranger"],
            "nobodys": cls.env["res.users"],
        }
        customers = {"foreign": cls.other_customer, "second": cls.third_customer}
        return {
            "user_id": users[kind].id,
            "team_id": cls.team.id if kind == "team" else False,
            "company_id": (cls.second if kind == "second" else cls.company).id,
            "partner_id": customers.get(kind, cls.customer).id,
        }

    @classmethod
    def _complaint_cases(cls):
        cases = {}
        cls.complaints = {}
        for kind in ("own", "nobodys", "team", "foreign", "second"):
            values = {"name": f"Complaint {kind}", **cls._owner(kind)}
            complaint = cls.env["crm.complaint"].create(values)
            complaint.message_unsubscribe(complaint.message_partner_ids.ids)
            cls.complaints[kind] = complaint
            cases[f"complaint_{kind}"] = complaint, values, {"name": "Changed"}
        return cases

    @classmethod
    def _cost_and_wait_cases(cls):
        cases = {}
        for kind in ("own", "team", "foreign", "second"):
            complaint = cls.complaints[kind]
            values = {"complaint_id": complaint.id, "amount": 5}
            cost = cls.env["crm.complaint.cost"].create(values)
            cases[f"cost_{kind}"] = cost, values, {"amount": 6}
            values = {"complaint_id": complaint.id, "started_on": "2026-03-02 08:00:00"}
            wait = cls.env["crm.complaint.wait"].create(values)
            cases[f"wait_{kind}"] = wait, values, {"ended_on": "2026-03-03 08:00:00"}
        return cases

    @classmethod
    def _action_cases(cls):
        """Actions are seen by who does or checks them, and with the complaints they answer."""
        cases = {}
        person = cls.users["stranger"]
        for kind in ("own", "team", "foreign", "second", "nobodys"):
            complaint = cls.complaints[kind]
            values = {
                "name": f"Action {kind}",
                "company_id": complaint.company_id.id,
                "user_id": (person if kind == "second" else cls.env.user).id,
                "due_on": "2026-04-01",
                "complaint_ids": [Command.set(complaint.ids)],
            }
            cases[f"action_{kind}"] = cls._action_case(values)
        values = values | {"user_id": cls.users["clerk"].id, "complaint_ids": []}
        cases["action_to_do"] = cls._action_case(values)
        return cases

    @classmethod
    def _action_case(cls, values):
        action = cls.env["crm.complaint.action"].create(values)
        # Without complaints, which not everybody who creates one may read.
        return action, values | {"complaint_ids": []}, {"name": "Changed"}

    @classmethod
    def _escalation_cases(cls):
        cases = {}
        rules = cls.env["crm.complaint.escalation"]
        for name, company in (
            ("escalation", cls.env["res.company"]),
            ("escalation_second", cls.second),
        ):
            values = {"name": f"Matrix {name}", "company_id": company.id}
            cases[name] = rules.create(values), values, {"hours": 3}
        rule, another = (
            cases["escalation"][0],
            rules.create({"name": "Another rule", "active": False}),
        )
        for kind in ("own", "team", "foreign", "second"):
            complaint = cls.complaints[kind]
            values = {"complaint_id": complaint.id, "deadline_on": "2026-03-02 08:00:00"}
            note = cls.env["crm.complaint.escalation.note"].create(values | {"rule_id": rule.id})
            cases[f"note_{kind}"] = note, values | {"rule_id": another.id}, {"user_id": False}
        merge = cls.env["crm.complaint.merge"].create({})
        cases["merge"] = merge, {}, {"original_id": False}
        return cases

    @classmethod
    def _setting_cases(cls):
        cases = {}
        for name, model in (
            ("stage", "crm.complaint.stage"),
            ("category", "crm.complaint.category"),
            ("cause", "crm.complaint.cause"),
            ("reason", "crm.cancellation.reason"),
            ("end_reason", "crm.customer.end.reason"),
        ):
            record = cls.env[model].create({"name": f"Matrix {name}"})
            cases[name] = record, {"name": f"Another {name}"}, {"name": "Changed"}
        cls.env["crm.complaint.deadline"].search([("company_id", "=", False)]).unlink()
        hours = {"severity": "low", "answer_hours": 1, "resolution_hours": 2}
        for name, company in (
            ("deadline", cls.env["res.company"]),
            ("deadline_second", cls.second),
        ):
            record = cls.env["crm.complaint.deadline"].create(hours | {"company_id": company.id})
            values = hours | {"company_id": company.id, "severity": "high"}
            cases[name] = record, values, {"answer_hours": 3}
        return cases

    @classmethod
    def _end_cases(cls):
        reason = cls.env.ref("crm_complaints.end_reason_price")
        cases = {}
        for number, kind in enumerate(("own", "team", "foreign", "second")):
            values = {**cls._owner(kind), "reason_id": reason.id}
            del values["team_id"]
            if kind == "foreign":
                values["user_id"] = cls.all_seller.id
            end = cls.env["crm.customer.end"].create(
                values | {"ended_on": f"2026-01-0{number + 1}"}
            )
            cases[f"end_{kind}"] = end, values | {"ended_on": "2026-02-01"}, {"note": "Changed"}
        return cases

    @classmethod
    def _lifecycle_cases(cls):
        cases = {}
        for kind in ("own", "team", "foreign", "second"):
            values = {**cls._owner(kind), "active_from": f"2025-0{len(cases) + 1}-01"}
            row = cls.env["crm.customer.lifecycle"].create(values)
            values["active_from"] = "2024-01-01"
            cases[f"lifecycle_{kind}"] = row, values, {"lost_on": "2026-02-01"}
        return cases

    @classmethod
    def _capture_cases(cls):
        """Wizards of the intake, and the logs about privacy."""
        values = {"complaint_id": cls.complaints["own"].id}
        accept = cls.env["crm.complaint.accept"].create(values)
        cases = {"accept": (accept, values, {"name": "Changed"})}
        values = {"name": "Call"}
        call = cls.env["crm.complaint.call"].create(values)
        cases["call"] = call, values, {"name": "Changed"}
        values = {"source": "claim", "company_id": cls.company.id}
        migration = cls.env["crm.complaint.migration"].create(values)
        migration.flush_recordset()
        cases["migration"] = migration, values, {"source": "ticket"}
        stage = cls.env["crm.complaint.stage"].search([], limit=1)
        values = {"migration_id": migration.id, "name": "Old", "stage_id": stage.id}
        line = cls.env["crm.complaint.migration.stage"].create(values)
        cases["migration_stage"] = line, values, {"old_id": 3}
        counts = cls.env["crm.complaint.form.count"]
        values = {"key": "x", "since": "2026-01-01 00:00:00", "number": 1}
        cases["form_count"] = counts.create(values), values | {"key": "y"}, {"number": 2}
        for suffix, company, kind in (("", cls.company, "own"), ("_second", cls.second, "second")):
            values = {"company_id": company.id, "months": 12, "number": 3}
            record = cls.env["crm.complaint.anonymisation"].create(values)
            cases[f"anonymisation{suffix}"] = record, values, {"number": 4}
            values = {
                "company_id": company.id,
                "complaint_id": cls.complaints[kind].id,
                "user_id": cls.manager.id,
                "kind": "open",
                "day": "2026-01-01",
            }
            record = cls.env["crm.complaint.access.log"].create(values)
            cases[f"access_log{suffix}"] = (
                record,
                values | {"day": "2026-01-02"},
                {"kind": "export"},
            )
        return cases

    @classmethod
    def _text_cases(cls):
        """What complaints say is read through the complaints only."""
        unread = cls.complaints["own"].copy()
        text = cls.env["crm.complaint.text"].search(
            [("complaint_id", "=", cls.complaints["own"].id)]
        )
        cls.env["crm.complaint.text"].search([("complaint_id", "=", unread.id)]).unlink()
        classifier = cls.env["crm.complaint.classifier"].create({"company_id": cls.company.id})
        count = {
            "classifier_id": classifier.id,
            "category_id": cls.env["crm.complaint.category"].search([], limit=1).id,
        }
        return {
            "text": (text, {"complaint_id": unread.id, "config": "simple"}, {"config": "simple"}),
            "classifier": (classifier, {"company_id": cls.second.id}, {"accuracy": 1.0}),
            "classifier_count": (
                cls.env["crm.complaint.classifier.count"].create(count), count, {"number": 1},
            ),
        }  # fmt: skip

    @classmethod
    def _cancellation_cases(cls):
        cases = {}
        for kind in ("own", "team", "foreign", "second"):
            order = cls.env["sale.order"].create(
                {**cls._owner(kind), "state": "cancel", "confirmed_on": "2026-01-01 09:00:00"}
            )
            values = {"kind": "order", "order_id": order.id, "cancelled_on": "2026-01-02 09:00:00"}
            cases[f"cancelled_{kind}"] = order.cancellation_ids, values, {"note": "Changed"}
        # The customers' lifecycles follow from the orders: not after those of the other cases.
        cls.env.flush_all()
        return cases

    @classmethod
    def _silence_cases(cls):
        cases = {}
        for kind in ("own", "team", "foreign", "second"):
            values = {**cls._owner(kind), "decided_on": "2026-01-02", "until": "2026-02-02"}
            decision = cls.env["crm.customer.silence"].create(values)
            cases[f"silence_{kind}"] = decision, values, {"note": "Changed"}
        return cases

    def test_matrix(self):
        self.assert_matrix(MATRIX, self.users, self.cases)

    def test_every_model_has_its_rows(self):
        names = self.env["ir.model.data"].search(
            [("module", "=", "crm_complaints"), ("model", "=", "ir.model")]
        )
        models = self.env["ir.model"].browse(names.mapped("res_id"))
        own = {
            model.model
            for model in models
            if model.model.startswith("crm.") and not self.env[model.model]._abstract
            and not self.env[model.model]._transient  # those belong to their user
            and self.env[model.model]._original_module == "crm_complaints"
        }  # fmt: skip
        shown = {record for record, *_values in self.cases.values() if not record._transient}
        self.assertEqual(own, {record._name for record in shown})
