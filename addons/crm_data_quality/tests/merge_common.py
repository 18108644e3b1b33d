# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
from unittest.mock import patch

from PIL import Image

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

from . import table_rows


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
        return table_rows.take(cls.env)

    def differences(self, before, after):
        """dict table → (rows that are gone, rows that are new)"""
        return table_rows.differences(before, after)

    def assert_restored(self, before):
        """Everything is as before, except the notes in the chatter."""
        self.maxDiff = None
        self.assertEqual(table_rows.not_restored(before, self.tables()), {})

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
