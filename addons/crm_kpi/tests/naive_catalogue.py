# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The shipped KPIs in plain Python over what ``search`` returns, to compare the engine with."""

from statistics import median

WON_LOST = ("won", "lost")
DECIDED = ("won", "lost", "expired")


def percentile(values, share):
    """Linear interpolation between the closest ranks."""
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def of_campaign(order):
    return order.campaign_id or order.sudo().opportunity_id.campaign_id


def is_won(lead):
    return lead.type == "opportunity" and lead.won_status == "won"


def ratio(top, bottom, factor=100):
    """No share of nothing, nor of a negative amount."""
    if not bottom or (factor == 100 and bottom < 0):
        return None
    return top / bottom * factor


def half(records, name):
    values = [record[name] for record in records if record[name] is not False]
    return median(values) if values else None


def tenth(records, name):
    values = [record[name] for record in records if record[name] is not False]
    return percentile(values, 0.9) if values else None


def new_customers(w):
    companies = w.env.companies
    first = w.orders(lambda o: o.is_first_order and not o.prior_company_ids & companies)
    return len({order.commercial_partner_id for order in first})


CATALOGUE = {
    "offer_win_rate": lambda w: ratio(len(w.decided("won")), len(w.decided(*DECIDED))),
    "offer_win_rate_value": lambda w: ratio(
        w.money(w.decided("won"), "amount_untaxed_company", "offer_decided_on"),
        w.money(w.decided(*DECIDED), "amount_untaxed_company", "offer_decided_on"),
    ),
    "offers_sent": lambda w: len(w.flow(w.offers(), "offer_sent_on")),
    "offer_win_rate_cohort": lambda w: ratio(
        len(w.flow(w.offers(), "offer_sent_on", lambda o: o.offer_outcome == "won")),
        len(w.flow(w.offers(), "offer_sent_on")),
    ),
    "opportunity_win_rate": lambda w: ratio(
        len(w.leads("closed_on", is_won)),
        len(
            w.leads(
                "closed_on",
                lambda lead: lead.type == "opportunity" and lead.won_status in WON_LOST,
            )
        ),
    ),
    "average_order_value": lambda w: ratio(
        w.money(w.orders(), "amount_untaxed_company", "confirmed_on"), len(w.orders()), 1
    ),
    "discount_given": lambda w: ratio(
        w.money(w.orders(), "amount_discount_company", "confirmed_on"),
        w.money(w.orders(), "amount_list_company", "confirmed_on"),
    ),
    "open_offers": lambda w: len(w.stock(w.offers(), "offer_sent_on", "offer_decided_on")),
    "open_offers_value": lambda w: w.money(
        w.stock(w.offers(), "offer_sent_on", "offer_decided_on"),
        "amount_untaxed_company",
        "offer_sent_on",
    ),
    "open_offers_age": lambda w: (
        median(
            (w.end() - offer.offer_sent_on).total_seconds() / 86400
            for offer in w.stock(w.offers(), "offer_sent_on", "offer_decided_on")
        )
        if w.stock(w.offers(), "offer_sent_on", "offer_decided_on")
        else None
    ),
    "campaign_leads": lambda w: len(w.leads(test=lambda lead: lead.campaign_id)),
    "campaign_lead_share": lambda w: ratio(
        len(w.leads(test=lambda lead: lead.campaign_id)), len(w.leads())
    ),
    "social_lead_share": lambda w: ratio(
        len(w.leads(test=lambda lead: lead.medium_id.name in ("LinkedIn", "Facebook", "X"))),
        len(w.leads()),
    ),
    "campaign_qualification": lambda w: ratio(
        len(w.leads(test=lambda lead: lead.campaign_id and lead.type == "opportunity")),
        len(w.leads(test=lambda lead: lead.campaign_id)),
    ),
    "campaign_win_rate": lambda w: ratio(
        len(
            w.leads(
                test=lambda lead: (
                    lead.campaign_id
                    and lead.type == "opportunity"
                    and "sale" in lead.order_ids._filtered_access("read").mapped("state")
                )
            )
        ),
        len(w.leads(test=lambda lead: lead.campaign_id and lead.type == "opportunity")),
    ),
    "campaign_orders": lambda w: len(w.orders(of_campaign)),
    "campaign_revenue": lambda w: w.money(
        w.orders(of_campaign), "amount_untaxed_company", "confirmed_on"
    ),
    "cancelled_orders": lambda w: len(
        w.flow(
            w.all("sale.order"), "cancelled_on", lambda o: o.confirmed_on and o.state == "cancel"
        )
    ),
    "cancelled_value": lambda w: w.money(
        w.flow(
            w.all("sale.order"), "cancelled_on", lambda o: o.confirmed_on and o.state == "cancel"
        ),
        "amount_untaxed_company",
        "cancelled_on",
    ),
    "cancellation_rate": lambda w: ratio(
        len(w.flow(w.all("sale.order"), "confirmed_on", lambda o: o.state == "cancel")),
        len(w.flow(w.all("sale.order"), "confirmed_on")),
    ),
    "value_credited": lambda w: ratio(
        w.revenue(lambda move: move.move_type == "out_refund", -1),
        w.revenue(lambda move: move.move_type == "out_invoice"),
    ),
    "revenue": lambda w: w.revenue(),
    "order_intake": lambda w: w.money(w.orders(), "amount_untaxed_company", "confirmed_on"),
    "new_deals": lambda w: len(w.orders()),
    "new_deals_value": lambda w: w.money(w.orders(), "amount_untaxed_company", "confirmed_on"),
    "deals_won": lambda w: len(w.leads("closed_on", is_won)),
    "new_customers": new_customers,
    "new_customer_revenue_share": lambda w: ratio(
        w.revenue(lambda move: move.is_new_customer_revenue), w.revenue()
    ),
    "time_in_stage": lambda w: half(w.flow(w.all("crm.lead.stage.log"), "left_on"), "days"),
    "time_in_stage_p90": lambda w: tenth(w.flow(w.all("crm.lead.stage.log"), "left_on"), "days"),
    "time_in_stage_hours": lambda w: half(
        w.flow(w.all("crm.lead.stage.log"), "left_on"), "work_hours"
    ),
    "time_in_stage_hours_p90": lambda w: tenth(
        w.flow(w.all("crm.lead.stage.log"), "left_on"), "work_hours"
    ),
    "pipeline": lambda w: w.money(
        w.stock(
            w.all("crm.lead"),
            "create_date",
            "closed_on",
            lambda lead: lead.type == "opportunity" and (lead.active or lead.closed_on),
        ),
        "prorated_revenue",
        "create_date",
    ),
    "leads_waiting": lambda w: w.present(
        len(w.stock(w.all("crm.lead"), "waiting_since", "closed_on", lambda lead: lead.active))
    ),
    "slow_deals": lambda w: len(
        w.stock(
            w.all("crm.lead.stage.log"),
            "slow_on",
            "left_on",
            lambda log: (
                log.lead_type == "opportunity"
                and (log.left_on or log.lead_id._filtered_access("read").active)
            ),
        )
    ),
    "qualified_leads": lambda w: ratio(
        len(w.leads(test=lambda lead: lead.type == "opportunity" and lead.date_conversion)),
        len(w.leads(test=lambda lead: lead.type == "lead" or lead.date_conversion)),
    ),
    "customers_overdue": lambda w: w.present(len(w.stock_by_day(w.customers(), "purchase_due_on"))),
    "contacts_waiting": lambda w: w.present(len(w.stock(w.customers(), "waiting_since"))),
    "followups_overdue": lambda w: len(
        w.stock_by_day(w.activities(), "date_deadline", "date_done")
    ),
    "activities_per_deal": lambda w: ratio(
        len(w.flow(w.activities(), "date_done", lambda activity: not activity.active)),
        len(w.leads("closed_on", is_won)),
        1,
    ),
    "forecast_accuracy": lambda w: ratio(
        w.money(w.leads("won_on", is_won), "expected_revenue", "won_on"),
        w.money(
            w.flow(
                w.all("crm.forecast.snapshot"), "snapshot_date", lambda line: line.closes_in_month
            ),
            "prorated_revenue",
            "snapshot_date",
        ),
    ),
    "campaign_clicks": lambda w: len(w.clicks()),
    "click_conversion": lambda w: ratio(
        len(w.leads(test=lambda lead: lead.campaign_id)), len(w.clicks())
    ),
    "cost_per_lead": lambda w: ratio(
        w.campaign_cost(), len(w.leads(test=lambda lead: lead.campaign_id)), 1
    ),
    "campaign_return": lambda w: ratio(
        w.money(w.orders(of_campaign), "amount_untaxed_company", "confirmed_on"),
        w.campaign_cost(),
        1,
    ),
    "headcount": lambda w: w.headcount(),
    "revenue_per_employee": lambda w: ratio(w.revenue(), w.headcount(), 1),
    "savings_verified": lambda w: w.effects("actual_amount"),
    "savings_realised": lambda w: ratio(w.effects("actual_amount"), w.effects("planned_amount")),
    "savings_pipeline": lambda w: w.money(
        w.stock(w.all("crm.saving"), "proposed_on", "pipeline_left_on"),
        "yearly_effect",
        "proposed_on",
    ),
    "savings_evidence": lambda w: ratio(
        len(w.savings_proposed(lambda saving: saving.has_evidence)), len(w.savings_proposed())
    ),
}
BANDS = {"young": (0, 30), "middle": (30, 90), "old": (90, None)}
PROCESSES = {
    "first_response": ("crm.lead", "first_response_on", "to_first_response"),
    "qualification": ("crm.lead", "date_conversion", "to_qualification"),
    "first_offer": ("crm.lead", "first_offer_on", "to_first_offer"),
    "lead_won": ("crm.lead", "won_on", "to_won"),
    "draft_sent": ("sale.order", "quotation_sent_on", "draft_to_sent"),
    "sent_decision": ("sale.order", "offer_decided_on", "sent_to_decision"),
    "order_invoice": ("sale.order", "first_invoiced_on", "decision_to_invoice"),
}
BASE = {
    "draft_sent": lambda order: order.is_offer,
    "sent_decision": lambda order: order.is_offer,
    "order_invoice": lambda order: order.confirmed_on,
}


def add_band(code, youngest, oldest):
    CATALOGUE[f"open_offers_{code}"] = lambda w: len(w.open_offers(youngest, oldest))
    CATALOGUE[f"open_offers_{code}_value"] = lambda w: w.money(
        w.open_offers(youngest, oldest), "amount_untaxed_company", "offer_sent_on"
    )


for band, limits in BANDS.items():
    add_band(band, *limits)


def add_process(code, model, moment, name):
    def cases(w):
        return w.flow(w.all(model), moment, BASE.get(code, bool))

    CATALOGUE[f"{code}_days"] = lambda w: half(cases(w), f"days_{name}")
    CATALOGUE[f"{code}_days_p90"] = lambda w: tenth(cases(w), f"days_{name}")
    CATALOGUE[f"{code}_hours"] = lambda w: half(cases(w), f"work_hours_{name}")
    CATALOGUE[f"{code}_hours_p90"] = lambda w: tenth(cases(w), f"work_hours_{name}")


for process, (model, moment, name) in PROCESSES.items():
    add_process(process, model, moment, name)
