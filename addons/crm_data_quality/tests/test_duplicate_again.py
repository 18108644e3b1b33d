# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from unittest.mock import patch

from odoo.tests import new_test_user, tagged

from ..models import crm_duplicate_candidate, crm_duplicate_group, crm_duplicate_phases
from ..quality.duplicates.reasons import pack, unpack
from ..quality.duplicates.weights import FIELD_WEIGHTS
from .duplicates import SITE, DuplicateCase

FIRMS = ("Berger Metallbau", "Vogt Optik", "Kruse Holz", "Berger Metallbau Nord", "Kruse Holzbau")
FORMS = ("GmbH", "G.m.b.H.", "AG", "Verwaltungs GmbH", "")
PEOPLE = ("Anna Berger", "Berger, Anna", "A. Berger", "Hans Berger", "Udo Vogt", "Udo Voigt")
SITES = (("Lindenallee 1", "80331", "München"), ("Lindenalee 1", "80331", "Muenchen"),
         ("Am Markt 3", "20095", "Hamburg"), (False, False, "Hamburg"))  # fmt: skip
PHONES = ("+49 89 1234567", "089 / 123 45 67", "+49 40 7654321", False)
MAILS = ("info@berger.de", "info@vogt.de", "anna@berger.de", "INFO@Berger.de", False)
VATS = ("DE136695976", "DE129274202", False, False, False)


@tagged("post_install", "-at_install")
class TestDuplicateAgain(DuplicateCase):
    """Whatever happens between two searches: what has changed is enough to look at."""

    def values(self, dice):
        street, zip_code, city = dice.choice(SITES)
        is_company = dice.random() < 0.6
        name = f"{dice.choice(FIRMS)} {dice.choice(FORMS)}" if is_company else dice.choice(PEOPLE)
        return {
            "name": name.strip(),
            "is_company": is_company,
            "street": street,
            "zip": zip_code,
            "city": city,
            "phone": dice.choice(PHONES),
            "email": dice.choice(MAILS),
            "vat": is_company and dice.choice(VATS),
        }

    def written(self, partners):
        """Make a write look as late as it is: within a test all have the time of its start."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = clock_timestamp() AT TIME ZONE 'UTC'"
            " WHERE id = ANY(%s)",
            (partners.ids,),
        )
        self.env.invalidate_all()

    def found(self):
        """What the searches say now, without the ids of clusters."""
        self.env.flush_all()
        self.env.invalidate_all()
        return {
            (frozenset(one.member_ids.partner_id.ids), one.band, round(one.score, 6),
             len(one.pair_ids.filtered(lambda pair: pair.decision == "none")))
            for one in self.clusters()
        }  # fmt: skip

    def search_whole(self, **values):
        search = self.search_now(**values)
        if search.run_state == "waiting":
            search.sudo()._run()
        self.assertEqual(search.run_state, "done")
        return search

    def from_scratch(self):
        """What a first search would say, decisions apart; nothing of it stays."""
        frequencies = type(self.env["crm.duplicate.frequency"])
        with self.env.cr.savepoint() as savepoint, patch.object(frequencies, "_count"):
            for table in ("cluster", "pair"):
                state = {"cluster": "state = 'open'", "pair": "decision = 'none'"}[table]
                self.env.cr.execute(
                    f"DELETE FROM crm_duplicate_{table} WHERE company_id = %s AND {state}",
                    (self.own.id,),
                )
            self.env.cr.execute("DELETE FROM crm_duplicate_profile")
            self.env.invalidate_all()
            self.search_whole(is_full=True)
            found = self.found()
            savepoint.rollback()
        self.env.invalidate_all()
        return found

    def change(self, dice, partners):
        """One thing that happens between two searches.

        :return: the customers that were written
        """
        active = partners.exists().filtered("active")
        some = self.env["res.partner"].browse(dice.sample(active.ids, 3))
        clusters = self.clusters()
        dismissed = self.env["crm.duplicate.cluster"].search(
            [("company_id", "=", self.own.id), ("state", "=", "dismissed")]
        )
        deed = dice.choice(("edit", "edit", "archive", "restore", "delete", "deny", "part", "open"))
        if deed == "edit":
            for partner in some:
                partner.write(self.values(dice))
            return some
        if deed in ("archive", "restore"):
            archived = partners.exists().filtered(lambda partner: not partner.active)[:2]
            changed = archived if deed == "restore" else some[:1]
            changed.active = deed == "restore"
            return changed
        if deed == "delete":
            some[:1].unlink()
        elif deed == "deny" and clusters:
            dice.choice(clusters).action_not_duplicate()
        elif deed == "part" and clusters:
            dice.choice(dice.choice(clusters).member_ids).action_not_duplicate()
        elif deed == "open" and dismissed:
            dice.choice(dismissed).action_reopen()
        return self.env["res.partner"]

    def test_as_from_scratch(self):
        model = type(self.env["crm.duplicate.search"])

        def safe_time(search):
            search.env.cr.execute("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
            return search.env.cr.fetchone()[0]

        compared, kinds = [], set()
        for seed in range(4):
            dice = random.Random(seed)
            partners = self.env["res.partner"]
            for _number in range(30):
                partners |= self.customer(**self.values(dice))
            self.written(partners)
            with (
                patch.object(model, "_safe_time", safe_time),
                patch.object(crm_duplicate_candidate, "PORTION", 7),
                patch.object(crm_duplicate_group, "GROUP_BATCH", 5),
                patch.object(crm_duplicate_phases, "READ_BATCH", 11),
            ):
                whole = self.search_whole(is_full=True)
                self.assertEqual(self.found(), self.from_scratch())
                for _round in range(6):
                    for _deed in range(3):
                        self.written(self.change(dice, partners))
                    again = self.search_whole()
                    compared.append((again.compared_count, whole.compared_count))
                    found = self.found()
                    self.assertEqual(found, self.from_scratch(), f"seed {seed}")
                    kinds |= {(band, len(members) > 2) for members, band, *_rest in found}
            partners.exists().unlink()
        self.assertEqual(len(kinds), 4, "small and large clusters of both bands were compared")
        fewer = sum(one for one, _whole in compared) / sum(whole for _one, whole in compared)
        self.assertLess(fewer, 0.6, "what has not changed is not compared again")

    def test_becomes_a_user(self):
        """Nobody writes a customer who becomes a user, and still he is none any more."""
        first, second = self.twins()
        third = self.customer(name="Berger Metallbau G.m.b.H.", **SITE)
        self.search_now()
        cluster = self.clusters()
        self.assertEqual(cluster.member_ids.partner_id, first + second + third)
        new_test_user(self.env, "metal", groups="base.group_user", partner_id=third.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = write_date - interval '1 day' WHERE id = %s",
            (third.id,),
        )
        self.search_now()
        self.assertEqual(self.clusters(), cluster)
        self.assertEqual(cluster.member_ids.partner_id, first + second)

    def test_reasons_are_stored_short(self):
        self.twins()
        self.customer(name="Berger Metallbau Verwaltungs GmbH", **SITE)
        self.search_now()
        pairs = self.env["crm.duplicate.pair"].search([("company_id", "=", self.own.id)])
        self.assertIn("gate_extra", {line["label"] for line in pairs[-1].explanation})
        for pair in pairs:
            self.assertEqual(pack(pair.explanation), pair.reasons)
            self.assertEqual(unpack(pair.reasons), pair.explanation)
            self.assertEqual({line["total"] for line in pair.explanation}, {3})
        self.assertEqual(unpack(pack([])), [])
        (line,) = unpack('[9,["company_same",4.6,"berger",null,3]]')
        self.assertEqual(line["label"], "company_same", "stored before labels were shortened")
        labels = {f"{field}_{outcome}" for field, outcome in FIELD_WEIGHTS}
        for label in labels:
            line = line | {"label": label}
            self.assertNotIn(label, pack([line]))
            self.assertEqual(unpack(pack([line]))[0]["label"], label)
