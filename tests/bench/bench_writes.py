# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the addons add to everyday writes: the same work with and without them."""

from databases import copy_of, environment, filled, size
from filling import TEAMS, login
from meter import Meter, show

from odoo import Command
from odoo.tools import SQL

from devkit import templates

BATCHES = (1, 50)
ROUNDS = {1: 12, 50: 2}
"""How often each batch is done: single writes are short."""
HEADERS = (
    "work",
    "records",
    "stock",
    "with addons",
    "ratio",
    "cpu ratio",
    "queries",
    "with addons",
)


def test_everyday_writes():
    """A salesperson's day in a database with history; the ratio counts."""
    rows = size(20_000)
    with (
        copy_of(templates.stock(demo=False), "bench_writes_stock") as stock_name,
        copy_of(templates.ensure(demo=False), "bench_writes_ours") as our_name,
    ):
        stock, ours = Meter(stock_name), Meter(our_name)
        for meter in (stock, ours):
            filled(meter.database, rows)
            fill_past(meter.database)
            for batch in BATCHES:
                day(Meter(meter.database), batch)  # caches and plans
        # in turns, so that other work on the machine hits both
        for batch in BATCHES:
            for _round in range(ROUNDS[batch]):
                day(stock, batch)
                day(ours, batch)
    table = []
    for (work, batch), before in stock.readings.items():
        after = ours.readings[work, batch]
        rounds = ROUNDS[batch]
        table.append(
            (
                work,
                batch,
                before.wall / rounds,
                after.wall / rounds,
                after.wall / before.wall,
                (after.python + after.database) / (before.python + before.database),
                before.queries // rounds,
                after.queries // rounds,
            )
        )
    show(f"Everyday writes, {rows:,} leads and orders before; seconds a batch", HEADERS, table)


def fill_past(name):
    """Have the addons know the past, where they are installed."""
    with environment(name) as env:
        if "crm.kpi" in env:
            from odoo.addons.crm_complaints.hooks import post_init_hook as complaints
            from odoo.addons.crm_kpi.hooks import post_init_hook as figures

            figures(env)
            complaints(env)
        for table in ("crm_lead", "sale_order", "account_move", "res_partner"):
            env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))


def day(meter, batch):
    """Create, win, cancel, invoice: each step flushed as at the end of a request."""
    with environment(meter.database) as env:
        person = env["res.users"].search([("login", "=", login(TEAMS[0], 1))])
        groups = ("account.group_account_invoice", "sales_team.group_sale_salesman_all_leads")
        person.group_ids |= env.ref(groups[0]) | env.ref(groups[1])
        person_id = person.id
        product_id = env["product.product"].search([("name", "=", "Beratung")], limit=1).id
        customer_ids = env["res.partner"].search([("name", "=like", "Muster %")], limit=batch).ids
        stages = env["crm.stage"].search([], order="is_won, sequence, id").ids
    with environment(meter.database, person_id) as env:
        live(env, meter, batch, customer_ids, product_id, stages)
        env.cr.rollback()


def live(env, meter, batch, customer_ids, product_id, stages):
    """The steps of the day, one reading each."""

    def work(label, action, *args):
        with meter.measure((label, batch)):
            result = action(*args)
            env.flush_all()
            env.cr.precommit.run()
            env.flush_all()
        env.invalidate_all()
        return result

    leads = work(
        "create leads",
        env["crm.lead"].create,
        [
            {"name": "Anfrage", "type": "opportunity", "partner_id": customer}
            for customer in customer_ids
        ],
    )
    work("move leads", leads.write, {"stage_id": stages[1]})
    line = {"product_id": product_id, "price_unit": 900.0, "product_uom_qty": 2}
    quotations = [
        {
            "partner_id": lead.partner_id.id,
            "opportunity_id": lead.id,
            "order_line": [Command.create(line)],
        }
        for lead in leads
    ]
    orders = work("create quotations", env["sale.order"].create, quotations)
    work("send quotations", orders.action_quotation_sent)
    work("confirm orders", orders.action_confirm)
    work("take goods back", orders.order_line.write, {"product_uom_qty": 1})
    invoices = work("create invoices", orders._create_invoices)
    work("post invoices", invoices.sudo().action_post)
    work("win leads", leads.action_set_won)
    others = orders.copy()
    env.flush_all()
    env.invalidate_all()
    work("cancel quotations", others.action_cancel)
    work("cancel orders", orders.action_cancel)
