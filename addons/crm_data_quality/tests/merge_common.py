# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
from collections import Counter
from unittest.mock import patch

from PIL import Image

from odoo import Command
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL

# Written by every save, or by a save that stands behind a recomputed figure.
_BOOKKEEPING = ("write_date", "write_uid")
# The journal itself, and messages to open browsers.
_NOT_COMPARED = (
    "bus_bus", "crm_merge", "crm_merge_line", "crm_merge_partner_rel", "crm_merge_lead_rel",
)  # fmt: skip
# They follow from the orders of customers and are computed anew.
_WITHOUT_ID = ("crm_customer_lifecycle",)


class MergeCase(TransactionCase):
    """Customers to merge, people who may and may not, and a look at every table."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "merge_manager",
            groups="base.group_user,base.group_partner_manager,sales_team.group_sale_manager",
        )
        cls.seller = new_test_user(
            cls.env, "merge_seller", groups="base.group_user,sales_team.group_sale_salesman"
        )
        cls.merges = cls.env["crm.merge"].with_user(cls.manager)

    @classmethod
    def customer(cls, **values):
        return cls.env["res.partner"].create({"name": "Muster Bau GmbH"} | values)

    def merge(self, master, others, choices=None, user=None, **kwargs):
        """Merge as the manager (or ``user``)."""
        service = self.env["crm.merge"].with_user(user or self.manager)
        env = service.env
        merged = service._merge(master.with_env(env), others.with_env(env), choices, **kwargs)
        self.env.flush_all()
        self.env.invalidate_all()
        return merged

    def run_cron(self, method):
        """Run a job of the service without its commits.

        :return: the numbers of what remained after each batch
        """
        left = []

        def commit_progress(_cron, processed=0, *, remaining=0, **_kwargs):
            self.assertTrue(processed)
            left.append(remaining)
            self.env.flush_all()
            return 60.0

        with patch.object(self.registry["ir.cron"], "_commit_progress", commit_progress):
            getattr(self.env["crm.merge"], method)()
        return left

    def undo(self, merges):
        merges.action_undo()
        self.env.flush_all()
        self.env.invalidate_all()

    @classmethod
    def tables(cls):
        """All rows of all tables: dict table → Counter of rows as text."""
        cls.env.flush_all()
        names = cls.env.execute_query(
            SQL(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = current_schema::regnamespace ORDER BY relname"
            )
        )
        rows = {}
        for (table,) in names:
            if table in _NOT_COMPARED:
                continue
            without = [*_BOOKKEEPING, *(["id"] if table in _WITHOUT_ID else [])]
            found = cls.env.execute_query(
                SQL("SELECT (to_jsonb(t) - %s::text[])::text FROM %s t", without,
                    SQL.identifier(table))
            )  # fmt: skip
            rows[table] = Counter(row for (row,) in found)
        return rows

    def differences(self, before, after):
        """dict table → (rows that are gone, rows that are new)"""
        return {
            table: (list((before[table] - after[table]).elements()),
                    list((after[table] - before[table]).elements()))
            for table in before
            if before[table] != after[table]
        }  # fmt: skip

    def assert_restored(self, before):
        """Everything is as before, except the notes in the chatter."""
        differences = self.differences(before, self.tables())
        for table in ("mail_message", "mail_tracking_value"):
            gone, new = differences.pop(table, ([], []))
            self.assertFalse(gone)
            if table == "mail_message":
                self.assertTrue(all('"message_type": "notification"' in row for row in new), new)
        self.maxDiff = None
        self.assertEqual(differences, {})

    @classmethod
    def picture(cls, colour="red"):
        """A small picture as a field holds it."""
        stream = io.BytesIO()
        Image.new("RGB", (8, 8), colour).save(stream, "PNG")
        return base64.b64encode(stream.getvalue())

    @classmethod
    def tag(cls, name):
        return cls.env["res.partner.category"].create({"name": name})

    @classmethod
    def portal_user(cls, partner, login):
        return cls.env["res.users"].create(
            {
                "login": login,
                "partner_id": partner.id,
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
            }
        )
