# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import SQL

from .duplicates import SITE, DuplicateCase


@tagged("post_install", "-at_install")
class TestDuplicateMemory(DuplicateCase):
    """Where else the search for duplicates is used: hints while typing, and forgetting a person."""

    def ask(self, model_name, **values):
        hints = self.env["crm.quality.hint"].with_user(self.seller)
        hints = hints.with_context(allowed_company_ids=self.own.ids)
        return hints.get_likely_duplicates(model_name, values)

    def test_hint_while_typing(self):
        first, second = self.twins()
        self.assertIsNone(self.ask("res.partner", name="Berger Metallbau GmbH"))
        self.search_now()
        found = self.ask("res.partner", name="Berger Metallbau GmbH", email=SITE["email"].upper())
        self.assertEqual({item["id"] for item in found}, {first.id, second.id})
        self.assertEqual({item["model"] for item in found}, {"res.partner"})
        self.assertEqual({item["reason"] for item in found}, {"Same e-mail address"})
        found = self.ask(
            "res.partner", name="Berger Metallbau", phone="089 1234567", is_company=True
        )
        self.assertEqual({item["reason"] for item in found}, {"Same phone number"})
        self.assertEqual(self.ask("res.partner", name="Vogt Optik"), [])

    def test_hint_for_a_lead(self):
        first, _second = self.twins()
        self.search_now()
        found = self.ask("crm.lead", name="Berger Metallbau GmbH", email=SITE["email"])
        self.assertIn(("res.partner", first.id), {(item["model"], item["id"]) for item in found})

    def remembered(self, partners):
        """Rows of the search and of the merges that speak of customers: dict table → number."""
        tables = {
            "crm_duplicate_profile": SQL("partner_id = ANY(%s)", partners.ids),
            "crm_duplicate_member": SQL("partner_id = ANY(%s)", partners.ids),
            "crm_duplicate_pair": SQL(
                "left_partner_id = ANY(%(ids)s) OR right_partner_id = ANY(%(ids)s)",
                ids=partners.ids,
            ),
            "crm_duplicate_frequency": SQL("value = 'info@berger-metallbau.de'"),
            "crm_merge_line": SQL("TRUE"),
        }
        return {
            table: self.env.execute_query(
                SQL("SELECT COUNT(*) FROM %s WHERE %s", SQL.identifier(table), condition)
            )[0][0]
            for table, condition in tables.items()
        }

    def test_forgotten_with_what_was_merged(self):
        first, second = self.twins()
        third = self.customer(name="Metallbau Berger", **SITE)
        env = self.env(user=self.manager, context={"allowed_company_ids": self.own.ids})
        env["crm.merge"]._merge(first.with_env(env), third.with_env(env))
        self.search_now()
        self.env.flush_all()
        people = first | third
        before = self.remembered(people)
        # what occurs in few records only is not counted by the search
        self.assertEqual(
            [table for table, rows in before.items() if not rows], ["crm_duplicate_frequency"]
        )
        self.env["crm.duplicate.frequency"].create(
            {
                "company_id": self.own.id,
                "kind": "customers",
                "field": "email",
                "value": SITE["email"],
                "number": 9,
            }
        ).flush_recordset()
        self.assertEqual(
            env["crm.privacy"]._same_person(first.with_env(env)), first + second + third
        )
        action = env["crm.anonymise"]._open(first.with_env(env), env["crm.lead"])
        wizard = env["crm.anonymise"].browse(action["res_id"])
        self.assertEqual(wizard.record_count, 2)
        wizard.write({"is_certain": True, "confirmation": "2"})
        wizard.action_anonymise()
        self.env.flush_all()
        self.assertFalse(any(self.remembered(people).values()), self.remembered(people))
        self.assertEqual(third.name, f"Anonymised {third.id}")
        self.assertEqual(second.name, "Berger Metalbau")
        self.assertFalse(self.clusters(), "a group of one is none")
