# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ..quality.duplicates.keys import MAX_BLOCK, keys
from ..quality.duplicates.profile import build
from ..quality.duplicates.score import MATCH, score

# A hint that names more records is no hint.
MAX_HINTS = 5


class CrmDuplicateProfile(models.Model):
    """Likely duplicates of a record that is not stored yet."""

    _inherit = "crm.duplicate.profile"

    @api.model
    def _lookup(self, profile, company, source):
        """Records that are probably the same as a profile, best first.

        Nothing is found before the first search of the company is finished: only its records are
        looked at, as they were then.

        :param source: "customers" or "leads": what is looked at
        :return: list of (key of the record, `Match`)
        """
        counts = self.env["crm.duplicate.frequency"]
        wanted = sorted(keys(profile))
        if not wanted or not counts._is_known(company, source):
            return []
        link = (
            SQL("partner_id IS NOT NULL") if source == "customers" else SQL("lead_id IS NOT NULL")
        )
        scope = SQL("profile.company_id IN (0, %s) AND profile.%s", company.id, link)
        condition = SQL(
            """
            profile.id IN (SELECT member.id FROM unnest(%s::int4[]) AS wanted (key)
                            CROSS JOIN LATERAL (%s) AS member)
            """,
            wanted,
            self._sharing(SQL("wanted.key"), scope, MAX_BLOCK + 1),
        )
        others = list(self._read_profiles(condition).values())
        if not others:
            return []
        frequencies = counts._load(company, source, [profile, *others])
        found = []
        for other in others:
            match = score(profile, other, frequencies, MATCH)
            if match and other.key != profile.key:
                found.append((other.key, match))
        return sorted(found, key=lambda one: -one[1].weight)


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _likely_duplicates(self, values):
        """Customers that a new one with these values would probably duplicate.

        For hints while somebody types: one indexed lookup, about as fast with a million customers
        as with a thousand. Customers that the user may not read are not told.

        :param values: dict of field values; of relations the id
        :return: customers, the most probable first, at most five
        """
        text = self._hint_texts(values)
        parent = self.browse(values.get("parent_id") or ())
        profile = build(
            values.get("id") or 0,
            name=text("name"),
            is_company=bool(values.get("is_company")),
            email=text("email"),
            phone=text("phone"),
            vat=text("vat"),
            street=" ".join(filter(None, (text("street"), text("street2")))),
            zip_code=text("zip"),
            city=text("city"),
            country=self._hint_country(values),
            family=parent.sudo().commercial_partner_id.id,
        )
        company = self.env.company
        found = self.env["crm.duplicate.profile"].sudo()._lookup(profile, company, "customers")
        records = self.browse([key for key, _match in found]).exists()
        return records._filtered_access("read")[:MAX_HINTS]

    @api.model
    def _hint_texts(self, values):
        """Function name → text value; what is no text counts as empty."""

        def text(name):
            value = values.get(name)
            return value if isinstance(value, str) else ""

        return text

    @api.model
    def _hint_country(self, values):
        country = self.env["res.country"].browse(values.get("country_id") or ())
        return (country or self.env.company.country_id).code or ""


class CrmLead(models.Model):
    _inherit = "crm.lead"

    @api.model
    def _likely_duplicates(self, values):
        """Leads and customers that a new lead with these values would probably duplicate.

        Leads of equal e-mail or phone are found by Odoo itself; this finds those that are written
        differently, too.

        :param values: dict of field values
        :return: tuple (leads, customers), each the most probable first, at most five
        """
        partners = self.env["res.partner"]
        text = partners._hint_texts(values)
        company_name = text("partner_name")
        profile = build(
            -(values.get("id") or 0),
            name=company_name or text("contact_name"),
            is_company=bool(company_name),
            contact=text("contact_name"),
            email=text("email_from"),
            phone=text("phone"),
            street=" ".join(filter(None, (text("street"), text("street2")))),
            zip_code=text("zip"),
            city=text("city"),
            country=partners._hint_country(values),
        )
        profiles = self.env["crm.duplicate.profile"].sudo()
        leads, customers = (
            profiles._lookup(profile, self.env.company, source) for source in ("leads", "customers")
        )
        found = self.browse([-key for key, _match in leads]).exists()
        known = partners.browse([key for key, _match in customers]).exists()
        return (
            found._filtered_access("read")[:MAX_HINTS],
            known._filtered_access("read")[:MAX_HINTS],
        )
