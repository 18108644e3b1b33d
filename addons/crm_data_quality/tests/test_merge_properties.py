# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .merge_common import MergeCase


@tagged("post_install", "-at_install")
class TestMergeProperties(MergeCase):
    """Customers and leads that are named inside the properties of other records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.master, cls.other, cls.third = (cls.customer(name=name) for name in "ABC")
        cls.team = cls.env["crm.team"].create({"name": "Nord", "use_leads": True})
        cls.team.lead_properties_definition = [
            {"name": "architect", "string": "Architect", "type": "many2one",
             "comodel": "res.partner", "default": cls.other.id},
            {"name": "bidders", "string": "Bidders", "type": "many2many",
             "comodel": "res.partner", "default": [cls.other.id, cls.third.id]},
            {"name": "before", "string": "Before", "type": "many2one", "comodel": "crm.lead"},
            {"name": "size", "string": "Size", "type": "integer"},
        ]  # fmt: skip
        cls.lead, cls.plain = cls.env["crm.lead"].create(
            [{"name": name, "team_id": cls.team.id} for name in ("Halle", "Dach")]
        )
        cls.lead.lead_properties = {
            "architect": cls.other.id,
            "bidders": [cls.third.id, cls.master.id, cls.other.id],
            "before": cls.plain.id,
            "size": cls.other.id,  # a number that looks like the customer
        }
        cls.plain.lead_properties = {"architect": cls.third.id, "bidders": [], "size": 1}
        cls.env.flush_all()
        cls.env.invalidate_all()

    def stored(self, lead, name="lead_properties"):
        """What the database holds, nothing left out by Odoo."""
        self.env.flush_all()
        self.env.cr.execute(f"SELECT {name} FROM {lead._table} WHERE id = %s", [lead.id])
        return self.env.cr.fetchone()[0]

    def test_row_by_row(self):
        before = self.tables()
        untouched = self.stored(self.plain)
        merge = self.merge(self.master, self.other)
        self.assertEqual(
            self.stored(self.lead),
            {
                "architect": self.master.id,
                "bidders": [self.third.id, self.master.id],
                "before": self.plain.id,
                "size": self.other.id,
            },
        )
        self.assertEqual(self.stored(self.plain), untouched)
        self.assertEqual(self.lead.lead_properties["architect"], self.master)
        definitions = {item["name"]: item for item in self.team.lead_properties_definition}
        self.assertEqual(definitions["architect"]["default"], self.master.id)
        self.assertEqual(definitions["bidders"]["default"], [self.master.id, self.third.id])
        self.undo(merge)
        self.assertEqual(merge.state, "undone", merge.undo_report)
        self.assert_restored(before)

    def test_other_property_changed_since(self):
        """The values of one record are told apart: what changed since stays, the rest goes back."""
        merge = self.merge(self.master, self.other)
        self.lead.lead_properties = self.stored(self.lead) | {"size": 7}
        self.undo(merge)
        self.assertEqual(merge.state, "undone", merge.undo_report)
        self.assertEqual(self.stored(self.lead)["architect"], self.other.id)
        self.assertEqual(self.stored(self.lead)["size"], 7)

    def test_same_property_changed_since(self):
        merge = self.merge(self.master, self.other)
        self.lead.lead_properties = self.stored(self.lead) | {"architect": self.third.id}
        self.undo(merge)
        self.assertEqual(merge.state, "partly")
        self.assertIn("Halle", merge.undo_report)
        self.assertEqual(self.stored(self.lead)["architect"], self.third.id)
        self.assertEqual(
            self.stored(self.lead)["bidders"], [self.third.id, self.master.id, self.other.id]
        )

    def test_value_that_is_defined_no_more(self):
        """A lead in another team keeps values that the new team does not know; nobody sees them."""
        south = self.env["crm.team"].create({"name": "Süd"})
        self.env.cr.execute(
            "UPDATE crm_lead SET team_id = %s WHERE id = %s", [south.id, self.lead.id]
        )
        self.env.invalidate_all()
        kept = self.stored(self.lead)
        self.merge(self.master, self.other)
        self.assertEqual(self.stored(self.lead), kept)

    def test_properties_of_customers(self):
        """Properties of customers have no holder; the merged customer keeps its own."""
        definition = self.env["properties.base.definition"]._get_definition_for_property_field(
            "res.partner", "properties"
        )
        definition.properties_definition = [
            {"name": "adviser", "string": "Adviser", "type": "many2one", "comodel": "res.partner"}
        ]
        self.third.properties = {"adviser": self.other.id}
        self.other.properties = {"adviser": self.other.id}
        self.env.flush_all()
        before = self.tables()
        merge = self.merge(self.master, self.other)
        self.assertEqual(self.stored(self.third, "properties"), {"adviser": self.master.id})
        self.assertEqual(self.stored(self.other, "properties"), {"adviser": self.other.id})
        self.undo(merge)
        self.assertEqual(merge.state, "undone", merge.undo_report)
        self.assert_restored(before)

    def test_leads(self):
        kept = self.env["crm.lead"].create({"name": "Turm", "team_id": self.team.id})
        self.env.flush_all()
        before = self.tables()
        merge = self.merge(kept, self.plain)
        self.assertEqual(self.stored(self.lead)["before"], kept.id)
        self.undo(merge)
        self.assertEqual(merge.state, "undone", merge.undo_report)
        self.assert_restored(before)
