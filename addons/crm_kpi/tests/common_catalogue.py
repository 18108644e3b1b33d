# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Records with random facts; how these facts come about is tested with the fields themselves."""

from datetime import date

from odoo.tests import new_test_user
from odoo.tools import SQL

from .common import SALES_GROUPS
from .common_facts import DAYS, MOMENTS, NOW, RandomFacts


class CatalogueCase(RandomFacts):
    """Two companies full of facts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.both = cls.company | cls.other_company
        cls.campaigns = cls.env["utm.campaign"].create([{"title": "Messe"}, {"title": "Mailing"}])
        cls.media = cls.env["utm.medium"].search([("name", "in", ("LinkedIn", "Email"))])
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Kunde {number}", "is_company": True} for number in range(8)]
        )
        cls.users["adam"] = new_test_user(
            cls.env,
            login="kpi_adam",
            groups=f"{SALES_GROUPS['manager']},base.group_system,hr.group_hr_manager,"
            "account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.both.ids)],
            tz="Europe/Berlin",
        )
        cls.users["vera"] = new_test_user(
            cls.env,
            login="kpi_vera",
            groups="crm_kpi.group_kpi_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.both.ids)],
            tz="Europe/Berlin",
        )
        cls.env["res.currency.rate"].search([]).unlink()
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": cls.env.ref("base.CHF").id,
                    "company_id": cls.company.id,
                    "name": day,
                    "rate": rate,
                }
                for day, rate in (("2026-01-01", 0.8), ("2026-03-31", 0.9), ("2026-04-01", 0.96))
            ]
        )
        cls.make_leads()
        cls.env.invalidate_all()
        cls.make_orders()
        cls.make_invoices()
        cls.make_others()
        cls.env.invalidate_all()

    # ------------------------------------------------------------ records
    @classmethod
    def make_leads(cls):
        cls.leads = cls.env["crm.lead"].create(
            [{"name": f"L{number}", "type": "opportunity"} for number in range(110)]
        )
        cls.env.flush_all()
        for lead in cls.leads:
            status = cls.pick("won", "lost", "pending")
            closed = (status != "pending" and cls.moment(0)) or None
            days = [cls.pick(None, 0.0, 1.5, 3.0, 7.25) for _number in range(4)]
            hours = [cls.pick(None, 0.0, 4.0, 8.5) for _number in range(4)]
            names = ("to_first_response", "to_qualification", "to_first_offer", "to_won")
            cls.set_columns(
                lead,
                **cls.owner(),
                create_date=cls.moment(0),
                type=cls.pick("lead", "opportunity"),
                active=status != "lost" and cls.random.random() > 0.1,
                won_status=status,
                closed_on=closed,
                won_on=closed if status == "won" else None,
                campaign_id=cls.pick(None, *cls.campaigns.ids),
                medium_id=cls.pick(None, *cls.media.ids),
                expected_revenue=cls.random.randrange(0, 9000, 10),
                prorated_revenue=cls.random.randrange(0, 9000, 10),
                priority=cls.pick("0", "1", "2", "3"),
                date_conversion=cls.moment(),
                first_response_on=cls.moment(),
                first_offer_on=cls.moment(),
                waiting_since=cls.moment(0.6),
                **{f"days_{name}": value for name, value in zip(names, days, strict=True)},
                **{f"work_hours_{name}": value for name, value in zip(names, hours, strict=True)},
            )
        logs = cls.env["crm.lead.stage.log"].search([("lead_id", "in", cls.leads.ids)])
        for log in logs:
            cls.set_columns(
                log,
                **cls.owner(),
                entered_on=MOMENTS[0],
                left_on=cls.moment(0.4),
                slow_on=cls.moment(0.4),
                days=cls.pick(None, 0.5, 2.0, 9.0),
                work_hours=cls.pick(None, 1.5, 16.0, 40.0),
                lead_type=cls.pick("lead", "opportunity", "opportunity"),
            )

    @classmethod
    def make_orders(cls):
        orders = cls.env["sale.order"].create(
            [{"partner_id": cls.pick(*cls.partners).id} for _number in range(140)]
        )
        cls.env.flush_all()
        names = ("draft_to_sent", "sent_to_decision", "decision_to_invoice")
        for order in orders:
            state = cls.pick("sent", "sale", "sale", "cancel")
            offer = cls.pick(True, True, False)
            outcome = (offer and cls.pick("open", "won", "lost", "expired")) or None
            value = cls.random.randrange(100, 20000, 50)
            cls.set_columns(
                order,
                **cls.owner(),
                state=state,
                is_offer=offer,
                offer_outcome=outcome,
                offer_sent_on=(offer and cls.moment(0)) or None,
                offer_decided_on=(outcome not in (None, "open") and cls.moment(0)) or None,
                quotation_sent_on=cls.moment(),
                confirmed_on=(state in ("sale", "cancel") and cls.moment(0.2)) or None,
                cancelled_on=(state == "cancel" and cls.moment(0)) or None,
                first_invoiced_on=cls.pick(None, *DAYS),
                amount_untaxed_company=value,
                amount_list_company=value * 1.25,
                amount_discount_company=value * 0.25,
                is_first_order=cls.pick(True, False, False),
                **cls.campaign_of_order(),
                **{f"days_{name}": cls.pick(None, 0.0, 2.5, 14.0) for name in names},
                **{f"work_hours_{name}": cls.pick(None, 0.0, 20.0) for name in names},
            )
            if cls.random.random() < 0.2:
                cls.env.cr.execute(
                    SQL(
                        "INSERT INTO %s VALUES (%s, %s) ON CONFLICT DO NOTHING",
                        SQL.identifier(order._fields["prior_company_ids"].relation),
                        order.id,
                        cls.pick(*cls.both.ids),
                    )
                )

    @classmethod
    def campaign_of_order(cls):
        campaign = cls.pick(None, None, *cls.campaigns.ids)
        lead = cls.pick(None, *cls.leads[:20])
        return {
            "campaign_id": campaign,
            "opportunity_id": lead and lead.id,
            "origin_campaign_id": campaign or (lead and lead.campaign_id.id) or None,
        }

    @classmethod
    def make_invoices(cls):
        journals = {
            company.id: cls.env["account.journal"].create(
                {"name": "KPI", "code": "KPI", "type": "sale", "company_id": company.id}
            )
            for company in cls.both
        }
        for number in range(70):
            owner = cls.owner()
            company = cls.env["res.company"].browse(owner["company_id"])
            kind = cls.pick("out_invoice", "out_invoice", "out_invoice", "out_refund")
            move = (
                cls.env["account.move"]
                .with_company(company)
                .create(
                    {
                        "move_type": kind,
                        "partner_id": cls.pick(*cls.partners).id,
                        "journal_id": journals[company.id].id,
                    }
                )
            )
            cls.env.flush_all()
            sign = -1 if kind == "out_refund" else 1
            cls.set_columns(
                move,
                team_id=owner["team_id"],
                invoice_user_id=owner["user_id"],
                state=cls.pick("posted", "posted", "draft"),
                name=f"KPI/{number}",
                invoice_date=cls.pick(*DAYS),
                amount_untaxed_signed=sign * cls.random.randrange(100, 9000, 10),
                is_new_customer_revenue=cls.pick(True, False),
            )

    @classmethod
    def make_others(cls):
        cls.partners |= cls.env["res.partner"].create(
            [
                {"name": "Niederlassung", "is_company": True, "parent_id": cls.partners[0].id},
                {"name": "Einkauf", "parent_id": cls.partners[1].id},
            ]
        )
        cls.env.flush_all()
        for partner in cls.partners:
            cls.set_columns(
                partner,
                purchase_due_on=cls.pick(None, date(2026, 8, 1), *DAYS),
                waiting_since=cls.moment(),
                user_id=cls.pick(None, cls.users["anna"].id, cls.users["bernd"].id),
            )
        cls.make_clicks_and_costs()
        cls.make_activities()
        cls.make_forecasts()
        cls.make_savings()
        cls.make_employees()

    @classmethod
    def make_clicks_and_costs(cls):
        links = cls.env["link.tracker"].create(
            [
                {
                    "url": f"https://example.com/{number}",
                    "campaign_id": campaign,
                    "medium_id": cls.media[:1].id,
                    "title": "Example",
                }
                for number, campaign in enumerate([False, *cls.campaigns.ids])
            ]
        )
        clicks = cls.env["link.tracker.click"].create(
            [{"link_id": cls.pick(*links).id} for _number in range(60)]
        )
        cls.env.flush_all()
        for click in clicks:
            cls.set_columns(click, create_date=cls.moment(0))
        cls.campaigns += cls.env["utm.campaign"].create(
            [{"title": f"Aktion {number}"} for number in range(8)]
        )
        for campaign in cls.campaigns:
            campaign.company_id = cls.pick(*cls.both)
            campaign.cost = cls.pick(0.0, 250.0, 900.0)
            campaign.cost_date = cls.pick(*DAYS)

    @classmethod
    def make_activities(cls):
        todo = cls.env.ref("mail.mail_activity_data_todo").id
        model = cls.env["ir.model"]._get_id("crm.lead")
        activities = cls.env["mail.activity"].create(
            [
                {
                    "res_model_id": model,
                    "res_id": lead.id,
                    "activity_type_id": todo,
                    "user_id": cls.users["max"].id,
                }
                for lead in cls.leads[:60]
            ]
        )
        cls.env.flush_all()
        for activity in activities:
            done = cls.pick(None, *DAYS)
            cls.set_columns(
                activity,
                user_id=cls.users[cls.pick("anna", "bernd", "max")].id,
                date_deadline=cls.pick(*DAYS),
                date_done=done,
                active=not done,
            )

    @classmethod
    def make_forecasts(cls):
        lines = cls.env["crm.forecast.snapshot"].create(
            [
                {
                    "name": lead.name,
                    "lead_id": lead.id,
                    "snapshot_date": cls.pick(date(2026, 3, 1), date(2026, 4, 1)),
                    "taken_on": NOW,
                    "currency_id": cls.company.currency_id.id,
                    "closes_in_month": cls.pick(True, False),
                    "prorated_revenue": cls.random.randrange(10, 5000, 10),
                }
                for lead in cls.leads[:40]
            ]
        )
        cls.env.flush_all()
        for line in lines:
            cls.set_columns(line, **cls.owner())

    @classmethod
    def make_savings(cls):
        category = cls.env["crm.saving.category"].create({"name": "Porto"})
        savings = cls.env["crm.saving"].create(
            [
                {"name": f"S{number}", "category_id": category.id, "baseline_cost": 900.0}
                for number in range(30)
            ]
        )
        cls.env.flush_all()
        for saving in savings:
            owner = cls.owner()
            values = {"company_id": owner["company_id"], "user_id": owner["user_id"]}
            values["user_id"] = values["user_id"] or cls.users["max"].id
            values["state"] = cls.pick("proposed", "approved", "verified", "rejected")
            cls.set_columns(
                saving,
                proposed_on=cls.moment(0),
                pipeline_left_on=cls.moment(),
                yearly_effect=cls.random.randrange(0, 9000, 10),
                has_evidence=cls.pick(True, False),
                **values,
            )
            effects = cls.env["crm.saving.effect"].create(
                [{"saving_id": saving.id, "date": day} for day in cls.random.sample(DAYS[:-1], 3)]
            )
            cls.env.flush_all()
            for effect in effects:
                cls.set_columns(
                    effect,
                    planned_amount=cls.random.randrange(100, 900, 10),
                    actual_amount=cls.random.randrange(-100, 900, 10),
                    **values,
                )

    @classmethod
    def make_employees(cls):
        employees = cls.env["hr.employee"].create(
            [{"name": f"E{number}", "company_id": cls.pick(*cls.both).id} for number in range(12)]
        )
        cls.env.flush_all()
        for version in employees.version_ids:
            cls.set_columns(
                version,
                headcount_from=cls.pick(date(2025, 1, 1), *DAYS),
                headcount_to=cls.pick(None, None, *DAYS),
                headcount_fte=cls.pick(0.5, 0.8, 1.0),
            )
