# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import LockError
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestComplaintAssignmentConcurrency(TransactionCase):
    """Two real transactions at the same time: nobody gets two complaints for one."""

    def setUp(self):
        super().setUp()
        with self._transaction() as cr:
            env = self._env(cr)
            users = env["res.users"].with_context(no_reset_password=True)
            group = env.ref("crm_complaints.group_complaint_user")
            self.user_ids = [
                users.create(
                    {"name": name, "login": f"race_{name}", "group_ids": [Command.link(group.id)]}
                ).id
                for name in ("a", "b")
            ]
            team = env["crm.team"].create(
                {"name": "Race", "member_ids": [Command.set(self.user_ids)],
                 "complaint_assignment": "balanced"}
            )  # fmt: skip
            self.team_id = team.id
            self.complaint_ids = [
                env["crm.complaint"].create({"name": name, "team_id": team.id, "user_id": False}).id
                for name in ("First", "Second")
            ]
            env["ir.cron.trigger"].search([]).unlink()
        self.addCleanup(self._clean)

    def _clean(self):
        with self._transaction() as cr:
            env = self._env(cr)
            env["crm.complaint"].browse(self.complaint_ids).unlink()
            env["crm.team"].browse(self.team_id).unlink()
            users = env["res.users"].browse(self.user_ids)
            partners = users.partner_id
            users.unlink()
            partners.unlink()

    def _transaction(self):
        """A cursor of its own, not the one that the test case rolls back; it commits at the end."""
        return db_connect(self.env.cr.dbname).cursor()

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def _share_out(self, cr, number):
        env = self._env(cr)
        complaint = env["crm.complaint"].browse(self.complaint_ids[number])
        env["crm.team"].browse(self.team_id)._assign_complaints(complaint)
        env.flush_all()
        return complaint.user_id.id

    def test_one_at_a_time(self):
        with self._transaction() as first, self._transaction() as second:
            # The second one has its picture of the database from before.
            second.execute("SELECT count(*) FROM crm_complaint")
            taken = self._share_out(first, 0)
            self.assertIn(taken, self.user_ids)
            with self.assertRaises(LockError):
                self._share_out(second, 1)
            second.rollback()
            second.execute("SELECT count(*) FROM crm_complaint")
            first.commit()
            # Without the first one's complaint in sight it would choose the same person.
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                self._share_out(second, 1)
            second.rollback()
            self.assertEqual({taken, self._share_out(second, 1)}, set(self.user_ids))
            second.commit()
