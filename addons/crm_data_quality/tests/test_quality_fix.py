# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models import crm_quality_fix_run
from ..quality import phone
from .common import QualityCase


class FixCase(QualityCase):
    """Corrections of the tests' customers."""

    def fix(self, method, user=None, prepare=True, **values):
        """A batch of corrections, ready to be looked through."""
        defaults = {"method": method, "scope_domain": "[('ref', '=', 'QTEST')]"}
        fix = self.env["crm.quality.fix"].with_user(user or self.manager).create(defaults | values)
        if prepare:
            fix.action_prepare()
        return fix

    def fix_area(self, code, user=None):
        """The check of one rule and the corrections of its area."""
        check = self.run_check(code, user=user)
        result = check.result_ids.filtered("is_selected")
        action = result.action_fix()
        fix = self.env["crm.quality.fix"].browse(action["res_id"])
        return result, fix.with_user(user or self.manager)

    def states(self, fix):
        """Lines as dict customer → (state, reason)."""
        lines = fix.sudo().line_ids
        return {line.partner_id: (line.state, line.reason) for line in lines}


@tagged("post_install", "-at_install")
class TestQualityFix(FixCase, CronMixinCase):
    """Corrections are seen before, applied with the person's rights, and can be undone."""

    def test_an_area_from_fix_to_undo(self):
        loud = self.customer(name="MUSTERMANN BAUTRÄGER GMBH")
        fine = self.customer(name="Leise GmbH")
        result, fix = self.fix_area("name_capitals")
        self.assertEqual(fix.run_state, "ready")
        line = fix.line_ids
        self.assertEqual(line.partner_id, loud)
        self.assertEqual(
            (line.old_value, line.new_value, line.is_selected),
            ("MUSTERMANN BAUTRÄGER GMBH", "Mustermann Bauträger GmbH", True),
        )
        self.assertEqual(loud.name, "MUSTERMANN BAUTRÄGER GMBH", "nothing is written before")
        fix.action_apply()
        self.assertEqual((fix.run_state, fix.applied_count, fix.left_out_count), ("done", 1, 0))
        self.assertEqual((loud.name, fine.name), ("Mustermann Bauträger GmbH", "Leise GmbH"))
        finding = self.env["crm.quality.finding"].search([("check_id", "=", result.check_id.id)])
        self.assertTrue(finding.fixed_on)
        self.assertEqual((result.failed, result.fixed_count), (1, 1), "measured stays measured")
        self.assertFalse(self.env["res.partner"].search(result.action_open_list()["domain"]))
        fix.action_undo()
        self.assertEqual((fix.run_state, fix.undone_count, fix.applied_count), ("undone", 1, 0))
        self.assertEqual(loud.name, "MUSTERMANN BAUTRÄGER GMBH")
        self.assertFalse(finding.fixed_on, "the finding is open again")
        with self.assertRaises(UserError):
            fix.action_undo()

    def test_each_correction_writes_what_it_proposes(self):
        germany, austria = self.germany.id, self.austria.id
        self.env["res.lang"]._activate_lang("de_DE")
        for _number in range(5):
            self.customer(ref="Q", zip="80331", city="München", country_id=germany)
        cases = {
            "name_blanks": ({"name": " Zwei\u00a0 Worte\u200b GmbH"}, "name", "Zwei Worte GmbH"),
            "email": ({"email": "MAX@FIRMA.DE"}, "email", "max@firma.de"),
            "phone": (
                {"phone": "089/12345678", "country_id": germany},
                "phone",
                "+49 89 12345678",
            ),
            "website": ({"website": "http://firma,de"}, "website", "http://firma.de"),
            "country_phone": ({"phone": "+43 1 5125566"}, "country_id", self.austria),
            "country_vat": ({"vat": "DE136695976"}, "country_id", self.germany),
            "lang": ({"lang": False, "country_id": austria}, "lang", "de_DE"),
            "zip": ({"zip": "D-80331", "country_id": germany}, "zip", "80331"),
            "city_missing": ({"zip": "80331", "country_id": germany}, "city", "München"),
            "city_wrong": (
                {"zip": "80331", "city": "Muenchn", "country_id": germany},
                "city",
                "München",
            ),
        }
        for method, (values, name, expected) in cases.items():
            with self.subTest(method):
                customer = self.customer(**values)
                fix = self.fix(method, scope_domain=f"[('id', '=', {customer.id})]")
                self.assertEqual(len(fix.line_ids), 1)
                fix.action_apply()
                self.assertEqual(fix.line_ids.state, "applied", fix.line_ids.message)
                self.assertEqual(customer[name], expected)
                again = self.fix(method, scope_domain=f"[('id', '=', {customer.id})]")
                self.assertFalse(again.line_ids, "nothing is proposed twice")
                before = values.get(name) or False
                fix.action_undo()
                found = customer[name].id if name == "country_id" else customer[name]
                self.assertEqual(found, before)
        kept = {"phone": "+1 212 555 0123", "country_id": False}
        unclear = self.customer(**kept)
        fix = self.fix("country_phone", scope_domain=f"[('id', '=', {unclear.id})]")
        self.assertFalse(fix.line_ids)

    def test_a_guess_is_not_ticked(self):
        for _number in range(5):
            self.customer(ref="Q", zip="80331", city="München", country_id=self.germany.id)
        other = self.customer(zip="80331", city="Berlin", country_id=self.germany.id)
        zero = self.customer(zip="1067", country_id=self.germany.id)
        fix = self.fix("city_wrong")
        self.assertEqual(fix.line_ids.partner_id, other)
        self.assertFalse(fix.line_ids.is_selected)
        with self.assertRaises(UserError):
            fix.action_apply()
        self.assertFalse(self.fix("zip").line_ids.is_selected)
        fix.line_ids.action_select()
        fix.action_apply()
        self.assertEqual(other.city, "München")
        self.assertEqual(zero.zip, "1067")

    def test_what_a_person_wrote_later_stays(self):
        first, second = self.customer(email="A@B.DE"), self.customer(email="C@D.DE")
        fix = self.fix("email")
        first.email = "neu@b.de"
        fix.action_apply()
        self.assertEqual(first.email, "neu@b.de")
        self.assertEqual(self.states(fix)[first], ("left_out", "changed"))
        self.assertEqual((fix.applied_count, fix.left_out_count), (1, 1))
        second.email = "ganz@anders.de"
        fix.action_undo()
        self.assertEqual(second.email, "ganz@anders.de")
        self.assertEqual(self.states(fix)[second], ("kept", "changed"))
        self.assertEqual((fix.undone_count, fix.kept_count, fix.applied_count), (0, 1, 0))

    def test_ticks_and_edited_values(self):
        first, second = self.customer(email="A@B.DE"), self.customer(email="C@D.DE")
        fix = self.fix("email")
        lines = {line.partner_id: line for line in fix.line_ids}
        lines[first].is_selected = False
        lines[second].new_value = "besser@d.de"
        fix.action_apply()
        self.assertEqual((first.email, second.email), ("A@B.DE", "besser@d.de"))
        self.assertEqual(self.states(fix)[first], ("open", False))
        with self.assertRaises(UserError):
            lines[second].new_value = "zu@spaet.de"

    def test_a_country_is_edited_by_its_name(self):
        customer = self.customer(phone="+43 1 5125566")
        fix = self.fix("country_phone")
        self.assertEqual(fix.line_ids.new_value, "Austria")
        fix.line_ids.new_value = "Germany"
        with self.assertRaises(ValidationError):
            fix.line_ids.new_value = "Atlantis"
        with self.assertRaises(ValidationError):
            fix.line_ids.new_value = ""
        fix.action_apply()
        self.assertEqual(customer.country_id, self.germany)

    def test_a_refused_value_is_told(self):
        """One value that Odoo refuses leaves the others alone."""
        first, second = self.customer(email="A@B.DE"), self.customer(email="C@D.DE")
        fix = self.fix("email")
        write = type(self.partners).write

        def refuse(partners, vals):
            if partners == first.with_env(partners.env) and vals.get("email"):
                raise ValidationError(self.env._("The value was refused"))
            return write(partners, vals)

        with patch.object(type(self.partners), "write", refuse):
            fix.action_apply()
        self.assertEqual((first.email, second.email), ("A@B.DE", "c@d.de"))
        line = fix.line_ids.filtered(lambda item: item.partner_id == first)
        self.assertEqual(
            (line.state, line.reason, line.message),
            ("left_out", "refused", "The value was refused"),
        )

    def test_without_the_library(self):
        self.customer(phone="089/12345678", country_id=self.germany.id)
        with patch.object(phone, "phonenumbers", None), self.assertRaises(UserError):
            self.fix("phone")

    def test_leads(self):
        lead = self.env["crm.lead"].create(
            {"name": "Q", "contact_name": "MAX MÜLLER", "email_from": "MAX@FIRMA.DE"}
        )
        scope = f"[('id', '=', {lead.id})]"
        for method in ("name_capitals", "email"):
            fix = self.fix(method, subject="crm.lead", scope_domain=scope)
            self.assertEqual(fix.line_ids.lead_id, lead)
            fix.action_apply()
        self.assertEqual((lead.contact_name, lead.email_from), ("Max Müller", "max@firma.de"))
        fix.action_undo()
        self.assertEqual(lead.email_from, "MAX@FIRMA.DE")
        with self.assertRaises(ValidationError):
            self.fix("country_vat", subject="crm.lead", scope_domain=scope)

    def test_tracking_is_one_message(self):
        customer = self.customer(email="A@B.DE")
        fix = self.fix("email")
        self.flush_tracking()
        before = len(customer.message_ids)
        fix.action_apply()
        self.flush_tracking()
        messages = customer.message_ids
        self.assertEqual(len(messages), before + 1)
        self.assertEqual(messages[0].sudo().tracking_value_ids.new_value_char, "a@b.de")
        self.assertFalse(messages[0].notified_partner_ids)

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.flush()

    # ------------------------------------------------------------ the run
    def test_killed_in_the_middle(self):
        customers = self.env["res.partner"]
        for number in range(7):
            customers |= self.customer(email=f"A{number}@B.DE")
        fix = self.fix("email")
        fix.sudo().run_state = "applying"
        with patch.object(crm_quality_fix_run, "WRITE_SIZE", 3):
            memo = {}
            fix.sudo()._run_batch(memo)
            self.assertEqual((fix.run_state, fix.applied_count), ("applying", 3))
            with (
                patch.object(type(fix), "_start_expiry", side_effect=RuntimeError("killed")),
                mute_logger("odoo.addons.crm_data_quality.quality.background"),
            ):
                fix.sudo()._try_batch(memo)
            self.env.invalidate_all()
            self.assertEqual((fix.run_state, fix.applied_count), ("cancelled", 3))
            self.assertEqual(sum(c.email.islower() for c in customers), 3, "no half batch")
            self.assertIn("log of the server", fix.problem)
            fix.action_apply()
        self.assertEqual((fix.run_state, fix.applied_count, fix.problem), ("done", 7, False))
        self.assertTrue(all(customer.email.islower() for customer in customers))

    def test_many_go_to_the_background(self):
        for number in range(4):
            self.customer(email=f"A{number}@B.DE")
        fix = self.fix("email")
        with (
            patch.object(crm_quality_fix_run, "AT_ONCE", 3),
            self.capture_triggers("crm_data_quality.ir_cron_run_fixes") as captured,
        ):
            fix.action_apply()
        self.assertEqual((fix.run_state, len(captured.records)), ("applying", 1))
        with self.assertRaises(UserError):
            fix.unlink()
        with patch.object(crm_quality_fix_run, "WRITE_SIZE", 2):
            self.run_cron(after=lambda: fix.action_cancel() and 60.0)
            self.assertEqual((fix.run_state, fix.applied_count), ("cancelled", 2))
            self.assertEqual(fix.progress, 50.0)
            fix.sudo().run_state = "applying"
            self.run_cron()
        self.assertEqual((fix.run_state, fix.applied_count, fix.progress), ("done", 4, 100.0))

    def run_cron(self, after=None):
        """Run the background job; instead of committing, call what a person does meanwhile."""

        def commit_progress(*_args, **_kwargs):
            self.env.flush_all()
            return after() if after else 60.0

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit_progress):
            self.env["crm.quality.fix"].sudo()._cron_run_fixes()

    # ------------------------------------------------------------ the journal
    def test_the_journal_expires(self):
        customer = self.customer(email="A@B.DE")
        fix = self.fix("email")
        self.env.company.quality_journal_days = 30
        fix.action_apply()
        today = fields.Date.context_today(fix)
        self.assertEqual((fix.expires_on - today).days, 30)
        self.env["crm.quality.fix"]._gc_journal()
        self.assertTrue(fix.line_ids, "its time has not come")
        fix.sudo().expires_on = today
        self.env["crm.quality.fix"]._gc_journal()
        self.assertFalse(fix.line_ids)
        self.assertEqual((fix.applied_count, fix.is_expired), (1, True))
        with self.assertRaises(UserError):
            fix.action_undo()
        self.assertEqual(customer.email, "a@b.de")

    def test_the_journal_is_not_written_by_hand(self):
        self.customer(email="A@B.DE")
        fix = self.fix("email")
        for record, values in (
            (fix, {"run_state": "done"}),
            (fix, {"applied_count": 9}),
            (fix, {"user_id": self.seller.id}),
            (fix.line_ids, {"old_key": "x"}),
            (fix.line_ids, {"state": "applied"}),
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                record.write(values)
        with self.assertRaises(UserError):
            fix.scope_domain = "[]"
        with self.assertRaises(ValidationError):
            self.fix("email", prepare=False, scope_domain="[('nothing', '=', 1)]")
        with self.assertRaises(ValidationError):
            self.fix("email", prepare=False, scope_domain="import os")

    # ------------------------------------------------------------ rights
    def test_only_what_the_person_may_change(self):
        group = self.env["res.groups"].create({"name": "Only own customers"})
        model = self.env["ir.model"]._get_id("res.partner")
        own = "['|', ('user_id', '=', user.id), ('partner_share', '=', False)]"
        rule = {"model_id": model, "groups": [Command.link(group.id)]}
        self.env["ir.rule"].create(
            rule | {"name": "Write own", "domain_force": own, "perm_read": False}
        )
        self.seller.group_ids = [
            Command.link(group.id),
            Command.link(self.env.ref("base.group_partner_manager").id),
        ]
        mine = self.customer(email="A@B.DE", user_id=self.seller.id)
        foreign = self.customer(email="C@D.DE", user_id=self.manager.id)
        fix = self.fix("email", user=self.seller)
        self.assertEqual(fix.line_ids.partner_id, mine + foreign, "both may be read")
        fix.action_apply()
        self.assertEqual((mine.email, foreign.email), ("a@b.de", "C@D.DE"))
        self.assertEqual(self.states(fix)[foreign], ("left_out", "access"))
        self.env["ir.rule"].create(
            rule | {"name": "Read own", "domain_force": own, "perm_write": False}
        )
        self.env.invalidate_all()
        seen = self.env["crm.quality.fix.line"].with_user(self.seller).search([])
        self.assertEqual(seen.partner_id, mine)
        hidden = fix.sudo().line_ids.filtered(lambda line: line.partner_id == foreign)
        with self.assertRaises(AccessError):
            hidden.with_user(self.seller).read(["old_value"])
        self.assertEqual(self.fix("email", user=self.seller).line_count, 0)

    def test_corrections_of_others(self):
        self.customer(email="A@B.DE")
        fix = self.fix("email")
        seen = self.env["crm.quality.fix"].with_user(self.seller).search([])
        self.assertNotIn(fix, seen)
        for action in ("action_apply", "action_undo", "action_cancel"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(fix.with_user(self.seller), action)()

    def test_companies(self):
        second = self.second_company()
        here = self.customer(email="A@B.DE", company_id=self.env.company.id)
        there = self.customer(email="C@D.DE", company_id=second.id)
        fix = self.fix("email")
        self.assertEqual(fix.line_ids.partner_id, here)
        model = self.env["crm.quality.fix"].with_context(allowed_company_ids=second.ids)
        other = model.with_user(self.manager).create(
            {"method": "email", "scope_domain": "[('ref', '=', 'QTEST')]"}
        )
        other.action_prepare()
        self.assertEqual(other.line_ids.partner_id, there)

    # ------------------------------------------------------------ editing by hand
    def test_editing_in_the_list(self):
        customer = self.customer(email="kein at zeichen")
        check = self.run_check("email_form")
        result = check.result_ids.filtered("is_selected")
        action = result.action_open_list()
        self.assertEqual(action["context"]["quality_fields"], ["email"])
        seen = customer.with_user(self.manager).with_context(**action["context"])
        self.assertTrue(seen.quality_reason)
        self.assertFalse(seen.quality_is_fixed)
        seen.write({"email": "richtig@firma.de"})
        self.assertTrue(seen.quality_is_fixed)
        seen.write({"email": "wieder falsch"})
        self.assertFalse(seen.quality_is_fixed)
        self.assertFalse(customer.quality_reason, "only where a list was opened for an area")

    def test_a_write_costs_nothing(self):
        customer = self.customer()
        self.env.flush_all()
        customer.write({"function": "x"})
        self.env.flush_all()
        model = self.env.registry["crm.quality.finding"]
        with patch.object(model, "_refresh_fixed", lambda *_arguments: None):
            without = self.queries(lambda: customer.write({"function": "a"}))
        self.assertEqual(self.queries(lambda: customer.write({"function": "b"})), without)

    def queries(self, action):
        self.env.flush_all()
        before = self.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.cr.sql_log_count - before
