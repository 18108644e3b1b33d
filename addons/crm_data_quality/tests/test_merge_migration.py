# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from .merge_common import MergeCase


@tagged("post_install", "-at_install")
class TestMergeMigration(MergeCase):
    """Leads that an earlier version has merged are known as merged, and the undo brings them back."""

    def test_merged_leads(self):
        leads = self.env["crm.lead"].create([{"name": name} for name in "ABCD"])
        master, other, second, undone = leads
        archived = self.env["crm.lead"].create({"name": "E", "active": False})
        merge, expired, taken_back = (
            self.merge(master, lead, user=self.env.ref("base.user_admin"))
            for lead in (other, second, undone)
        )
        self.undo(taken_back)
        self.env["crm.merge"]._erase(second)
        # as the earlier version has left them
        self.env.cr.execute("UPDATE crm_lead SET is_merged = NULL")
        self.env.cr.execute(
            """
            UPDATE crm_merge_line SET old_values = old_values - 'is_merged',
                   new_values = new_values - 'is_merged'
             WHERE table_name = 'crm_lead' AND new_values ? 'is_merged'
            """
        )
        self.env.invalidate_all()
        script = load_script(
            file_path("crm_data_quality/migrations/19.0.1.2.0/post-merged-leads.py"),
            "post_merged_leads",
        )
        script.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual((leads | archived).filtered("is_merged"), other | second)
        self.assertEqual((merge.state, expired.state), ("done", "expired"))
        self.undo(merge)
        self.assertEqual(merge.state, "undone", merge.undo_report)
        self.assertTrue(other.active)
        self.assertFalse(other.is_merged)
