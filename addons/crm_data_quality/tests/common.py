# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL


class QualityCase(TransactionCase):
    """A company's customers, a manager and a salesperson, and helpers to check them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "quality_manager",
            groups="base.group_user,base.group_partner_manager,sales_team.group_sale_manager",
        )
        cls.seller = new_test_user(
            cls.env, "quality_seller", groups="base.group_user,sales_team.group_sale_salesman"
        )
        cls.germany = cls.env.ref("base.de")
        cls.austria = cls.env.ref("base.at")
        cls.partners = cls.env["res.partner"]

    @classmethod
    def customer(cls, **values):
        """A customer of the tests; the reference keeps them apart from all others."""
        defaults = {"name": "Muster Bau GmbH", "is_company": True, "ref": "QTEST"}
        return cls.env["res.partner"].create(defaults | values)

    @classmethod
    def lead(cls, **values):
        """A lead of the tests; who referred it keeps them apart from all others."""
        defaults = {"name": "Hall for machines", "referred": "QTEST", "type": "opportunity"}
        return cls.env["crm.lead"].create(defaults | values)

    @classmethod
    def run_lead_check(cls, rules=None, user=None, **values):
        """A finished check of the tests' leads."""
        scope = {"subject": "crm.lead", "scope_domain": "[('referred', '=', 'QTEST')]"}
        return cls.run_check(rules, user, **scope | values)

    @classmethod
    def age(cls, records, days, *columns):
        """Move dates of records into the past."""
        records.flush_recordset()
        moment = fields.Datetime.now() - timedelta(days=days)
        for column in columns or ("create_date",):
            cls.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id IN %s",
                    SQL.identifier(records._table),
                    SQL.identifier(column),
                    moment,
                    tuple(records.ids),
                )
            )
        records.invalidate_recordset()

    @classmethod
    def check(cls, rules=None, user=None, **values):
        """A check of the tests' customers, ready to be started."""
        model = cls.env["crm.quality.check"].with_user(user or cls.manager)
        check = model.create({"name": "Test", "scope_domain": "[('ref', '=', 'QTEST')]"} | values)
        check.action_to_checks()
        if rules:
            codes = [rules] if isinstance(rules, str) else rules
            for result in check.result_ids:
                result.is_selected = result.rule_id.code in codes
        return check

    @classmethod
    def run_check(cls, rules=None, user=None, **values):
        """A finished check of the tests' customers."""
        check = cls.check(rules, user, **values)
        check.action_start()
        return check

    def findings(self, check, code=None):
        """Findings as dict customer → (value, reason, proposal)."""
        records = self.env["crm.quality.finding"].search([("check_id", "=", check.id)])
        if code:
            records = records.filtered(lambda item: item.rule_id.code == code)
        return {
            item.partner_id or item.lead_id: (item.value, item.reason, item.proposal)
            for item in records
        }

    def assert_rule(self, code, good, bad, skipped=None, **check_values):
        """Run one rule alone: good customers pass, bad ones are found, skipped ones do not count."""
        self.env.flush_all()
        check = self.run_check(code, **check_values)
        result = check.result_ids.filtered("is_selected")
        self.assertEqual(len(result), 1)
        self.assertEqual(set(self.findings(check)), set(bad))
        self.assertEqual(result.failed, len(bad))
        self.assertEqual(result.passed, len(good))
        self.assertEqual(result.applicable, len(good) + len(bad))
        if skipped is not None:
            self.assertEqual(result.not_applicable, len(skipped))
        return check

    def assert_lead_rule(self, code, good, bad, skipped=None, **check_values):
        """The same for a rule of leads."""
        scope = {"subject": "crm.lead", "scope_domain": "[('referred', '=', 'QTEST')]"}
        return self.assert_rule(code, good, bad, skipped, **scope | check_values)

    @classmethod
    def second_company(cls):
        """Another company whose customers the manager may see when he chooses it."""
        company = cls.env["res.company"].create({"name": "Second Company"})
        cls.manager.company_ids = [Command.link(company.id)]
        return company
