# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import NotNullViolation

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .access_matrix import AccessMatrix
from .common import QualityCase

# user:     data-quality user without any sales group;   seller: salesperson
# quality:  data-quality manager;   boss: sales manager;   clerk: an employee without our groups
# own:      records of the seller's check;   given: of the manager's check, but handed to the seller
# foreign:  of the manager's check;   second: of a company that only stranger and admin may enter
MATRIX = """
                   public portal clerk user seller quality boss stranger admin
check_own          -      -      -     c    crwd   crwd    crwd -        crwd
check_foreign      -      -      -     c    c      crwd    crwd -        crwd
check_second       -      -      -     -    -      -       -    crwd     crwd
result_own         -      -      -     -    rw     rw      rw   -        rw
result_foreign     -      -      -     -    -      rw      rw   -        rw
result_second      -      -      -     -    -      -       -    rw       rw
score_own          -      -      -     -    rw     rw      rw   -        rw
score_foreign      -      -      -     -    -      rw      rw   -        rw
score_second       -      -      -     -    -      -       -    rw       rw
owner_own          -      -      -     -    r      r       r    -        r
owner_foreign      -      -      -     -    -      r       r    -        r
owner_second       -      -      -     -    -      -       -    r        r
segment_own        -      -     -     -    r      r       r    -        r
segment_second     -      -     -     -    -      -       -    r        r
tally_own          -      -      -     -    -      r       r    -        r
tally_second       -      -      -     -    -      -       -    r        r
finding_own        -      -      -     -    r      r       r    -        r
finding_given      -      -      -     -    r      r       r    -        r
finding_foreign    -      -      -     -    -      r       r    -        r
finding_second     -      -      -     -    -      -       -    r        r
assignment_own     -      -      -     -    crw    crwd    crwd -        crwd
assignment_given   -      -      -     -    rw     crwd    crwd -        crwd
assignment_foreign -      -      -     -    -      crwd    crwd -        crwd
assignment_second  -      -      -     -    -      -       -    crwd     crwd
fix_own            -      -      -     c    crwd   crwd    crwd -        crwd
fix_foreign        -      -      -     c    c      crwd    crwd -        crwd
fix_second         -      -      -     -    -      -       -    crwd     crwd
fix_line_own       -      -      -     -    rw     rw      rw   -        rw
fix_line_foreign   -      -      -     -    -      rw      rw   -        rw
fix_line_second    -      -      -     -    -      -       -    rw       rw
retention_rule     -      -      -     -    -      crwd    crwd crwd     crwd
retention_second   -      -      -     -    -      -       -    crwd     crwd
proposal           -      -      -     -    -      r       r    -        r
proposal_second    -      -      -     -    -      -       -    r        r
looking            -      -      -     -    -      crwd    crwd -        crwd
looking_second     -      -      -     -    -      -       -    crwd     crwd
restriction        -      -      -     -    -      r       r    -        r
restriction_second -      -      -     -    -      -       -    r        r
sweep              -      -      -     -    -      r       r    r        r
privacy_log        -      -      -     -    -      r       r    -        r
privacy_log_second -      -      -     -    -      -       -    r        r
place              -      -      -     r    r      r       r    r        r
place_code         -      -      -     r    r      r       r    r        r
acceptance         -      -      -     r    r      r       r    r        r
acceptance_second  -      -      -     -    -      -       -    r        r
rule               -      -      -     r    r      crwd    crwd crwd     crwd
profile            -      -      -     r    r      crwd    crwd crwd     crwd
line               -      -      -     r    r      crwd    crwd crwd     crwd
search             -      -      -     -    -      crwd    crwd -        crwd
search_second      -      -      -     -    -      -       -    crwd     crwd
cluster            -      -      -     r    r      r       r    -        r
cluster_second     -      -      -     -    -      -       -    r        r
member             -      -      -     r    r      r       r    -        r
member_second      -      -      -     -    -      -       -    r        r
pair               -      -      -     r    r      r       r    -        r
pair_second        -      -      -     -    -      -       -    r        r
normalised         -      -      -     -    -      -       -    -        -
candidate          -      -      -     -    -      -       -    -        -
frequency          -      -      -     -    -      -       -    -        -
merge_own          -      -      -     -    r      r       r    -        r
merge_foreign      -      -      -     -    -      r       r    -        r
merge_second       -      -      -     -    -      -       -    r        r
merge_line         -      -      -     -    -      -       -    -        r
"""
MANAGER = "crm_data_quality.group_data_quality_manager"


@tagged("post_install", "-at_install")
class TestAccessMatrix(AccessMatrix, QualityCase):
    """Each role × each model × each verb, in two companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.company"].create({"name": "Zweite GmbH"})
        cls.env.user.company_ids |= cls.second
        cls.users = cls._make_users()
        cls.rule = cls.env["crm.quality.rule"].create(
            {"name": "Matrix", "code": "matrix", "kind": "required", "field_names": "email"}
        )
        cls.cases = cls._setting_cases() | cls._duplicate_cases()
        owners = {
            "own": cls.seller,
            "given": cls.users["quality"],
            "foreign": cls.users["quality"],
            "second": cls.users["stranger"],
        }
        for kind, user in owners.items():
            cls.cases |= cls._check_cases(kind, user)
        cls.cases |= cls._merge_cases()
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _make_users(cls):
        public = cls.env.ref("base.public_user").copy({"login": "matrix_public", "active": True})
        admin = cls.env.ref("base.user_admin")
        admin.company_ids |= cls.second
        stranger = new_test_user(
            cls.env,
            "matrix_stranger",
            MANAGER,
            company_id=cls.second.id,
            company_ids=[Command.set(cls.second.ids)],
        )
        return {
            "public": public,
            "portal": new_test_user(cls.env, "matrix_portal", "base.group_portal"),
            "clerk": new_test_user(cls.env, "matrix_clerk", "base.group_user"),
            "user": new_test_user(
                cls.env, "matrix_user", "crm_data_quality.group_data_quality_user"
            ),
            "seller": cls.seller,
            "quality": new_test_user(cls.env, "matrix_quality", MANAGER),
            "boss": cls.manager,
            "stranger": stranger,
            "admin": admin,
        }

    @classmethod
    def _check_cases(cls, kind, user):
        """A check of ``user`` that was not started, with all that hangs on it."""
        company = cls.second if kind == "second" else cls.env.company
        customer = cls.customer(name=f"Customer {kind}", company_id=kind == "second" and company.id)
        values = {
            "name": f"Check {kind}",
            "company_id": company.id,
            "scope_domain": "[('ref', '=', 'QTEST')]",
        }
        model = cls.env["crm.quality.check"].with_user(user)
        check = model.with_context(allowed_company_ids=company.ids).create(values).sudo()
        result = check.result_ids.filtered(lambda item: item.rule_id == cls.rule)
        receiver = cls.seller if kind in ("own", "given") else user
        finding = {"check_id": check.id, "rule_id": cls.rule.id, "partner_id": customer.id}
        handed = {"result_id": result.id, "user_id": receiver.id, "date_deadline": "2027-01-01"}
        assignment = cls.env["crm.quality.assignment"].create(handed)
        found = cls.env["crm.quality.finding"].create(
            finding | {"assignment_id": kind == "given" and assignment.id}
        )
        cases = {f"finding_{kind}": (found, finding, {"value": "Changed"})}
        cases[f"assignment_{kind}"] = assignment, handed, {"date_deadline": "2027-02-01"}
        if kind == "given":
            return cases
        cases[f"check_{kind}"] = check, values, {"name": "Changed"}
        another = cls.env["crm.quality.rule"].create(
            {"name": kind, "code": f"matrix_{kind}", "kind": "required", "field_names": "email"}
        )
        by_rule = {"check_id": check.id, "rule_id": another.id}
        cases[f"result_{kind}"] = result, by_rule, {"weight": 2}
        score = check.score_ids[0]
        by_dimension = {"check_id": check.id, "dimension": score.dimension}
        check.score_ids.filtered(lambda item: item.dimension == "validity").unlink()
        by_dimension["dimension"] = "validity"
        cases[f"score_{kind}"] = score, by_dimension, {"weight": 2}
        owner = {"check_id": check.id, "user_id": user.id}
        record = cls.env["crm.quality.owner"].create(owner)
        cases[f"owner_{kind}"] = record, owner, {"finding_count": 7}
        cases |= cls._fix_cases(kind, user, company, customer)
        if kind != "foreign":
            tally = {"check_id": check.id, "user_id": user.id}
            record = cls.env["crm.quality.tally"].create(tally)
            cases[f"tally_{kind}"] = record, {"check_id": check.id}, {"failed": 7}
            segment = {"check_id": check.id, "result_id": result.id, "kind": "owner"}
            record = cls.env["crm.quality.segment"].create(segment)
            cases[f"segment_{kind}"] = record, segment, {"failed": 7}
        return cases

    @classmethod
    def _merge_cases(cls):
        """Merges that a salesperson, a manager and somebody in another company made."""
        cases = {}
        owners = {
            "own": cls.seller,
            "foreign": cls.users["quality"],
            "second": cls.users["stranger"],
        }
        for kind, user in owners.items():
            company = cls.second if kind == "second" else cls.env.company
            kept, merged = (
                cls.customer(name=name, company_id=kind == "second" and company.id)
                for name in ("Kept", "Merged")
            )
            values = {
                "res_model": "res.partner",
                "partner_id": kept.id,
                "merged_partner_ids": [Command.set(merged.ids)],
                "company_id": company.id,
                "user_id": user.id,
                "date": "2026-01-01 10:00:00",
            }
            merge = cls.env["crm.merge"].create(values)
            cases[f"merge_{kind}"] = merge, values, {"state": "undone"}
        line = {"merge_id": merge.id, "table_name": "res_partner", "action": "update"}
        record = cls.env["crm.merge.line"].create(line)
        cases["merge_line"] = record, line, {"table_name": "x"}
        return cases

    @classmethod
    def _fix_cases(cls, kind, user, company, customer):
        """Corrections of ``user`` that were not applied."""
        values = {"name": f"Fix {kind}", "company_id": company.id, "method": "email"}
        model = cls.env["crm.quality.fix"].with_user(user)
        fix = model.with_context(allowed_company_ids=company.ids).create(values).sudo()
        line = {"fix_id": fix.id, "partner_id": customer.id, "field_name": "email"}
        record = cls.env["crm.quality.fix.line"].create(line | {"new_key": "a@b.de"})
        return {
            f"fix_{kind}": (fix, values, {"name": "Changed"}),
            f"fix_line_{kind}": (record, line, {"is_selected": True}),
        }

    @classmethod
    def _setting_cases(cls):
        cases = {}
        for suffix, company in (("", cls.env.company), ("_second", cls.second)):
            shared = company.id if suffix else False
            values = {"name": "Letters", "kind": "letters", "years": 6, "company_id": shared}
            rule = cls.env["crm.retention.rule"].create(values)
            cases[f"retention{suffix or '_rule'}"] = rule, values, {"years": 7}
            partner = cls.customer(name="Old", company_id=shared)
            values = {"company_id": company.id, "partner_id": partner.id}
            proposal = cls.env["crm.retention.proposal"].create(values)
            cases[f"proposal{suffix}"] = proposal, values, {"state": "kept"}
            values = {"company_id": company.id}
            looking = cls.env["crm.retention.search"].create(values)
            cases[f"looking{suffix}"] = looking, values, {"name": "Changed"}
            values = values | {"partner_id": partner.id, "kept_until": "2034-12-31"}
            restriction = cls.env["crm.privacy.restriction"].create(values)
            cases[f"restriction{suffix}"] = restriction, values, {"state": "ended"}
            values = {"company_id": company.id, "action": "disclosed"}
            log = cls.env["crm.privacy.log"].create(values)
            cases[f"privacy_log{suffix}"] = log, values, {"record_count": 9}
        sweep = cls.env["crm.privacy.sweep"].create({})
        cases["sweep"] = sweep, {}, {"user_id": cls.env.uid}
        values = {"zip": "1", "place": "A", "place_key": "a"}
        record = cls.env["crm.quality.place"].create(values)
        cases["place"] = record, values | {"zip": "2"}, {"place": "B"}
        record = cls.env["crm.quality.place.code"].create(values)
        cases["place_code"] = record, values | {"place_key": "b"}, {"zip": "2"}
        for suffix, company in (("", False), ("_second", cls.second.id)):
            customer = cls.customer(name="Accepted", company_id=company)
            values = {"rule_id": cls.rule.id, "partner_id": customer.id, "value": "x"}
            record = cls.env["crm.quality.acceptance"].create(values)
            other = cls.customer(name="Other", company_id=company)
            cases[f"acceptance{suffix}"] = record, values | {"partner_id": other.id}, {"value": "y"}
        values = {"name": "Own", "code": "own", "kind": "required", "field_names": "email"}
        cases["rule"] = cls.rule, values, {"weight": 3}
        profile = cls.env["crm.quality.profile"].create({"name": "Matrix"})
        cases["profile"] = profile, {"name": "Another"}, {"months": 3}
        first, second = cls.env["crm.quality.rule"].search([], limit=2)
        values = {"profile_id": profile.id, "rule_id": first.id}
        line = cls.env["crm.quality.profile.line"].create(values)
        cases["line"] = line, values | {"rule_id": second.id}, {"weight": 3}
        return cases

    @classmethod
    def _duplicate_cases(cls):
        """A search with a cluster of two customers, in each company."""
        cases = {}
        for suffix, company in (("", cls.env.company), ("_second", cls.second)):
            customers = cls.env["res.partner"]
            for name in ("One", "Two", "Three"):
                customers += cls.customer(name=name, company_id=company.id)
            values = {"name": "Search", "company_id": company.id}
            search = cls.env["crm.duplicate.search"].create(values)
            cases[f"search{suffix}"] = search, values, {"name": "Changed"}
            values = {"company_id": company.id}
            cluster = cls.env["crm.duplicate.cluster"].create(values)
            cases[f"cluster{suffix}"] = cluster, values, {"score": 0.5}
            members = cls.env["crm.duplicate.member"].create(
                [{"cluster_id": cluster.id, "partner_id": one.id} for one in customers[:2]]
            )
            values = {"cluster_id": cluster.id, "partner_id": customers[2].id}
            cases[f"member{suffix}"] = members[0], values, {"partner_id": customers[2].id}
            values |= {"company_id": company.id, "left_partner_id": customers[0].id}
            del values["partner_id"]
            pair = cls.env["crm.duplicate.pair"].create(
                values | {"right_partner_id": customers[1].id}
            )
            new = values | {"right_partner_id": customers[2].id}
            cases[f"pair{suffix}"] = pair, new, {"score": 0.5}
        values = {"search_id": cases["search"][0].id, "blocks": "1 2/"}
        record = cls.env["crm.duplicate.candidate"].create(values)
        cases["candidate"] = record, values, {"blocks": "1 3/"}
        values = {"company_id": cls.env.company.id, "kind": "customers", "field": "name",
                  "value": "x", "number": 3}  # fmt: skip
        record = cls.env["crm.duplicate.frequency"].create(values)
        cases["frequency"] = record, values | {"value": "y"}, {"number": 4}
        record = cls.env["crm.duplicate.profile"].create({"partner_id": customers[0].id})
        cases["normalised"] = record, {"partner_id": customers[1].id}, {"name": "x"}
        return cases

    def test_matrix(self):
        self.assert_matrix(MATRIX, self.users, self.cases)

    def test_every_model_has_its_rows(self):
        own = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == "crm_data_quality"
            and not model._abstract
            and not model._transient
        }
        self.assertEqual(own, {record._name for record, *_values in self.cases.values()})

    def test_assignments_are_not_passed_on_unseen(self):
        """Who gets an assignment cannot make it one of other findings or another person."""
        assignment = self.cases["assignment_given"][0].with_user(self.seller)
        foreign = self.cases["finding_foreign"][0]
        for values in (
            {"result_id": self.cases["assignment_own"][0].result_id.id},
            {"user_id": self.users["user"].id},
            {"finding_ids": [Command.link(foreign.id)]},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                assignment.write(values)
        self.assertFalse(foreign.assignment_id)

    @mute_logger("odoo.sql_db")
    def test_assignment_of_nothing_is_told(self):
        """A call that names no result is refused by the database's own rule, with its words."""
        assignments = self.env["crm.quality.assignment"].with_user(self.users["user"])
        with self.assertRaises(NotNullViolation), self.cr.savepoint():
            assignments.create({"user_id": self.users["user"].id})

    def test_wizard_with_a_foreign_result(self):
        wizard = self.env["crm.quality.assign"].with_user(self.seller)
        with self.assertRaises(AccessError):
            wizard.create({"result_id": self.cases["result_foreign"][0].id}).action_assign()

    def test_our_fields_lock_nobody_out_of_customers(self):
        self.assert_not_locked_out(self.customer(), self.users["clerk"], self.users["user"])
        lead = self.lead(user_id=self.seller.id)
        self.assert_not_locked_out(lead, self.seller)

    def assert_not_locked_out(self, record, *users):
        for user in (*users, self.seller):
            seen = record.with_user(user)
            ours = [
                name
                for name, field in seen._fields.items()
                if "crm_data_quality" in field._modules and seen._has_field_access(field, "read")
            ]
            self.assertEqual(bool(ours), user != self.users["clerk"])
            for name in ours:
                with self.subTest(user=user.login, field=name):
                    self.assertIn(name, seen.read([name])[0])
