# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from random import Random

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.crm_kpi.demo.clock import Clock
from odoo.addons.crm_kpi.demo.company import language

# Share of the customers with a mistake at the first check, and at each check after it.
MISTAKES = (0.34, 0.22, 0.13)
DAYS_BETWEEN = 28
PLACEHOLDER = "(ohne Angabe)"
# So many customers are there twice at the first check, and at each check after it: somebody who
# did not find them has entered them again, the sales manager merges a part before each check.
TWICE = (9, 7, 5)


class CrmKpiDemo(models.AbstractModel):
    """Three checks of the demo company's customers, each better than the one before."""

    _inherit = "crm.kpi.demo"

    @api.model
    def _generate_quality_checks(self, now=None):
        """Spoil some customers, enter others twice, check, mend a part, check again.

        Nothing happens where checks exist. Each check comes after a search for duplicates, so that
        it knows of uniqueness.

        :param now: naive UTC datetime at which the story ends; default: this moment
        """
        firm = self._demo_company()
        if not firm or self.env["crm.quality.check"].search_count(
            [("company_id", "=", firm.id)], limit=1
        ):
            return
        clock = Clock(now or fields.Datetime.now())
        env = self._demo_env(firm)
        leads = env["crm.lead"].search([("company_id", "=", firm.id)])
        customers = leads.partner_id.commercial_partner_id.filtered("is_company").sorted("id")
        rng = Random("quality")
        order = rng.sample(customers.ids, len(customers))
        sound = {}
        for customer in customers.browse(order[: round(len(order) * MISTAKES[0])]):
            sound[customer] = self._spoil(customer, rng)
        # from the end of the order: customers without a mistake
        twice = self._enter_twice(customers.browse(order[-TWICE[0] :]))
        for number, share in enumerate(MISTAKES):
            months_ago = len(MISTAKES) - 1 - number
            wrong = set(order[: round(len(order) * share)])
            for customer in [one for one in sound if one.id not in wrong]:
                customer.write(sound.pop(customer))
            while len(twice) > TWICE[number]:
                self._merge_double(env, clock, months_ago, *twice.pop())
            env.flush_all()
            self._search_duplicates(env, firm, clock, months_ago)
            self._check_customers(env, firm, clock, months_ago)

    def _spoil(self, customer, rng):
        """Put one typical mistake into a customer; what was there before comes back."""
        mistakes = (
            {"email": False},
            {"email": "info@"},
            {"phone": False},
            {"zip": False},
            {"zip": (customer.zip or "")[:4]},
            {"street": False},
            {"vat": False},
            {"name": (customer.name or "").upper()},
            {"street": PLACEHOLDER, "city": False},
        )
        mistake = rng.choice(mistakes)
        before = {name: customer[name] for name in mistake}
        customer.write(mistake)
        return before

    def _enter_twice(self, customers):
        """Customers typed in again, a little differently each: list of (customer, its double)."""
        pairs = []
        for number, customer in enumerate(customers):
            name = customer.name.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
            values = {
                "name": name.replace(" GmbH", " Gesellschaft mbH") if number % 2 else name,
                "is_company": True,
                "company_id": customer.company_id.id,
                "street": (customer.street or "").replace("straße", "str."),
                "zip": customer.zip,
                "city": customer.city,
                "country_id": customer.country_id.id,
                "lang": customer.lang,
            }
            known = "email" if number % 3 else "phone"
            pairs.append((customer, customer.create({**values, known: customer[known]})))
        return pairs

    def _as_manager(self, env):
        """Environment of the sales manager, in the language of the demo company."""
        manager = env["res.users"].search([("login", "=", "lena.leitung")])
        return env(user=manager, context={**env.context, "lang": language(env)})

    def _merge_double(self, env, clock, months_ago, customer, double):
        """A merge by the sales manager, dated some days before a check."""
        env = self._as_manager(env)
        merge = env["crm.merge"]._merge(customer.with_env(env), double.with_env(env)).sudo()
        days = timedelta(days=DAYS_BETWEEN * months_ago + 6)
        merge.write({"date": clock.now - days, "expires_on": merge.expires_on - days})

    def _search_duplicates(self, env, firm, clock, months_ago):
        """A finished search of the sales manager for duplicates, dated just before a check."""
        env = self._as_manager(env)
        finished = clock.now - timedelta(days=DAYS_BETWEEN * months_ago, hours=2)
        search = env["crm.duplicate.search"].create(
            {
                "name": format_date(env, finished, date_format="MMMM y"),
                "kind": "customers",
                "company_id": firm.id,
            }
        )
        search.action_start()
        search.sudo().write({"started_on": finished, "finished_on": finished})

    def _check_customers(self, env, firm, clock, months_ago):
        """A finished check of the sales manager, dated back."""
        env = self._as_manager(env)
        finished = clock.now - timedelta(days=DAYS_BETWEEN * months_ago, hours=1)
        check = env["crm.quality.check"].create(
            {
                "name": format_date(env, finished, date_format="MMMM y"),
                "company_id": firm.id,
                "scope_domain": "[('is_company', '=', True)]",
                "is_reference": True,
            }
        )
        check.action_to_checks()
        check.action_start()
        check.sudo().write({"started_on": finished, "finished_on": finished})
        check.sudo()._refresh_validity()
