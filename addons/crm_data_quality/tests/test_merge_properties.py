# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.crm_merge_service import Job
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


@tagged("post_install", "-at_install")
class TestMergePropertiesFilled(MergeCase):
    """The kept record is given the values of properties that only others have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.master, cls.other, cls.third = (cls.customer(name=name) for name in "ABC")
        definition = cls.env["properties.base.definition"]._get_definition_for_property_field(
            "res.partner", "properties"
        )
        definition.properties_definition = [
            {"name": "adviser", "string": "Adviser", "type": "many2one", "comodel": "res.partner"},
            {"name": "grade", "string": "Grade", "type": "selection",
             "selection": [["a", "Gold"], ["b", "Silver"]]},
            {"name": "discount", "string": "Discount", "type": "integer"},
            {"name": "note", "string": "Note", "type": "char"},
            {"name": "is_vip", "string": "VIP", "type": "boolean"},
            {"name": "days", "string": "Days", "type": "tags", "tags": [["mo", "Monday", 1]]},
        ]  # fmt: skip
        cls.master.properties = {"grade": "a", "discount": 0, "note": False}
        cls.other.properties = {
            "grade": "b", "discount": 5, "note": "rings twice", "is_vip": True,
            "adviser": cls.other.id, "days": ["mo"],
        }  # fmt: skip
        cls.third.properties = {"note": "rings once"}
        cls.env.flush_all()
        cls.env.invalidate_all()

    def stored(self, record, name="properties"):
        self.env.flush_all()
        self.env.cr.execute(f"SELECT {name} FROM {record._table} WHERE id = %s", [record.id])
        return self.env.cr.fetchone()[0]

    def test_only_what_is_missing(self):
        before = self.tables()
        own = self.stored(self.other)
        merge = self.merge(self.master, self.other)
        self.assertEqual(
            self.stored(self.master),
            {
                "grade": "a",
                "discount": 0,  # a number
                "note": "rings twice",
                "is_vip": True,
                "adviser": self.master.id,  # who named himself
                "days": ["mo"],
            },
        )
        self.assertEqual(self.stored(self.other), own)
        self.undo(merge)
        self.assertEqual(merge.state, "undone", merge.undo_report)
        self.assert_restored(before)

    def test_a_record_that_has_none_at_all(self):
        self.master.properties = False
        self.env.flush_all()
        before = self.tables()
        merge = self.merge(self.master, self.third)
        self.assertEqual(self.stored(self.master), {"note": "rings once"})
        self.undo(merge)
        self.assert_restored(before)

    def test_the_most_active_one_wins(self):
        self.third.message_post(body="x", message_type="comment")
        self.merge(self.master, self.other | self.third)
        self.assertEqual(self.stored(self.master)["note"], "rings once")
        self.assertEqual(self.stored(self.master)["days"], ["mo"])

    def test_many_at_once(self):
        fourth = self.customer(name="D")
        jobs = [Job(self.master, self.other), Job(fourth, self.third)]
        env = self.env(user=self.manager)
        jobs = [Job(job.master.with_env(env), job.others.with_env(env)) for job in jobs]
        merges, refused = env["crm.merge"]._merge_many(jobs)
        self.assertFalse(refused)
        self.assertEqual(self.stored(self.master)["note"], "rings twice")
        self.assertEqual(self.stored(fourth), {"note": "rings once"})
        self.undo(merges)
        self.assertEqual(self.stored(self.master)["note"], False)
        self.assertFalse(self.stored(fourth))

    def test_preview_and_choice(self):
        service = self.env["crm.merge"].with_user(self.manager)
        master, others = (r.with_user(self.manager) for r in (self.master, self.other | self.third))
        rows = {row["name"]: row for row in service._preview(master, others)["fields"]}
        grade = rows["properties.grade"]
        self.assertEqual((grade["label"], grade["conflict"]), ("Grade", True))
        self.assertEqual(grade["proposed"], self.master.id)
        self.assertEqual(
            grade["values"], {self.master.id: "Gold", self.other.id: "Silver", self.third.id: ""}
        )
        self.assertFalse(rows["properties.days"]["conflict"])
        self.assertEqual(rows["properties.days"]["values"][self.other.id], "Monday")
        self.assertEqual(rows["properties.adviser"]["values"][self.other.id], "B")
        self.assertEqual(rows["properties.is_vip"]["values"][self.other.id], "Yes")
        self.assertTrue(rows["properties.note"]["conflict"])
        choices = {
            "properties.grade": self.other.id,
            "properties.note": self.third.id,
            "properties.is_vip": self.master.id,
            "name": self.other.id,
        }
        self.merge(self.master, self.other | self.third, choices)
        stored = self.stored(self.master)
        self.assertEqual((stored["grade"], stored["note"]), ("b", "rings once"))
        self.assertNotIn("is_vip", stored)
        self.assertEqual(self.master.name, "B")

    def test_choices_that_make_no_sense(self):
        for choices in (
            {"properties.unknown": self.other.id},
            {"name.grade": self.other.id},
            {"properties.grade": self.third.id},
        ):
            with self.subTest(choices), self.assertRaises(UserError):
                self.merge(self.master, self.other, choices)
        self.assertEqual(self.stored(self.master)["grade"], "a")

    def test_leads_of_one_team_and_of_two(self):
        team, elsewhere = self.env["crm.team"].create(
            [{"name": "Nord", "use_leads": True}, {"name": "Süd", "use_leads": True}]
        )
        size = {"name": "size", "string": "Size", "type": "integer"}
        team.lead_properties_definition = [
            size, {"name": "roof", "string": "Roof", "type": "char"},
        ]  # fmt: skip
        elsewhere.lead_properties_definition = [
            size, {"name": "roof", "string": "Roof", "type": "boolean"},
        ]  # fmt: skip
        kept, same, other = self.env["crm.lead"].create(
            [{"name": "Halle", "team_id": t.id, "user_id": False} for t in (team, team, elsewhere)]
        )
        same.lead_properties = {"roof": "flat"}
        other.lead_properties = {"size": 7, "roof": True}
        self.env.flush_all()
        before = self.tables()
        merge = self.merge(kept, same | other)
        self.assertEqual(kept.team_id, team)
        stored = self.stored(kept, "lead_properties")
        self.assertEqual((stored["roof"], stored["size"]), ("flat", 7))
        self.undo(merge)
        self.assertEqual(merge.state, "undone", merge.undo_report)
        self.assert_restored(before)
