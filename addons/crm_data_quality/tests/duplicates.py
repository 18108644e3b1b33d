# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import QualityCase

SITE = {
    "email": "info@berger-metallbau.de",
    "phone": "+49 89 1234567",
    "street": "Lindenallee 1",
    "zip": "80331",
    "city": "München",
}


class DuplicateCase(QualityCase):
    """A company of its own, customers of it that look alike, and searches."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.env["res.company"].create(
            {"name": "Search Company", "country_id": cls.germany.id}
        )
        cls.env.user.company_ids |= cls.own
        cls.manager.company_ids |= cls.own
        cls.seller.company_ids |= cls.own
        # records of other companies and of none take no part in what is counted here
        shared = cls.env["res.partner"].search([("company_id", "=", False)])
        shared = shared.filtered(lambda one: one.partner_share and not one.ref_company_ids)
        shared.company_id = cls.env.company

    @classmethod
    def customer(cls, **values):
        return super().customer(company_id=cls.own.id, country_id=cls.germany.id, **values)

    def search_now(self, kind="customers", user=None, **values):
        model = self.env["crm.duplicate.search"].with_user(user or self.manager)
        model = model.with_context(allowed_company_ids=self.own.ids)
        search = model.create({"kind": kind, "company_id": self.own.id} | values)
        search.action_start()
        return search

    def clusters(self, kind="customers"):
        return self.env["crm.duplicate.cluster"].search(
            [("company_id", "=", self.own.id), ("kind", "=", kind), ("state", "=", "open")]
        )

    def groups(self, kind="customers"):
        return {frozenset(one.member_ids.mapped("display_name")) for one in self.clusters(kind)}

    def twins(self):
        return self.customer(name="Berger Metallbau GmbH", **SITE), self.customer(
            name="Berger Metalbau", **SITE
        )

    def later(self):
        """Make the records look older than the searches so far, as they are in real life."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE res_partner SET write_date = write_date + interval '1 second'
             WHERE id IN (SELECT p.id FROM res_partner p LEFT JOIN crm_duplicate_profile d
                              ON d.partner_id = p.id WHERE d.id IS NULL OR d.name IS NULL);
            UPDATE crm_duplicate_profile SET changed_on = changed_on - interval '1 hour',
                   read_on = read_on - interval '1 hour';
            """
        )
        self.env.invalidate_all()
