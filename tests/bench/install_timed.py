# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run as a program: install an addon into a database and tell as JSON what each step took.

A process of its own, because an installation changes the process, too.
"""

import json
import resource
import sys
from contextlib import ExitStack
from functools import wraps
from importlib import import_module
from unittest.mock import patch

from meter import Meter

from odoo.modules.registry import Registry
from odoo.tools import config

STEPS = {
    "crm_kpi": [
        ("orders: moments and money", "crm_kpi.models.sale_order_history", "SaleOrder",
         "_kpi_fill_facts"),
        ("leads: read the chatter", "crm_kpi.models.crm_lead_tracking", "CrmLead",
         "_history_read_tracking"),
        ("leads: won and lost", "crm_kpi.models.crm_lead_tracking", "CrmLead", "_history_close"),
        ("leads: stays in stages", "crm_kpi.models.crm_lead_history", "CrmLead",
         "_history_stays"),
        ("leads: moments", "crm_kpi.models.crm_lead_history", "CrmLead", "_history_moments"),
        ("leads: durations of stays", "crm_kpi.models.crm_lead_history", "CrmLead",
         "_history_measure_stays"),
        ("leads: durations", "crm_kpi.models.crm_lead_history", "CrmLead",
         "_history_measure_leads"),
        ("leads: write the stays", "crm_kpi.models.crm_lead_history", "CrmLead",
         "_history_write_stays"),
        ("leads: write", "crm_kpi.models.crm_lead_history", "CrmLead", "_history_write_leads"),
        ("leads: thresholds of stages", "crm_kpi.models.crm_stage", "CrmStage",
         "_apply_slow_thresholds"),
        ("customers: contacts", "crm_kpi.models.res_partner_contact", "ResPartner",
         "_kpi_fill_contacts"),
        ("leads: all of it", "crm_kpi.models.crm_lead_history", "CrmLead", "_kpi_fill_history"),
        ("orders: offers and durations", "crm_kpi.models.sale_order_history", "SaleOrder",
         "_fill_offers_and_durations"),
        ("orders: first orders", "crm_kpi.models.sale_order_history", "SaleOrder",
         "_fill_first_orders"),
        ("orders: all of it", "crm_kpi.models.sale_order_history", "SaleOrder",
         "_kpi_fill_history"),
        ("invoices: all of it", "crm_kpi.models.account_move", "AccountMove",
         "_kpi_fill_history"),
        ("customers: purchases", "crm_kpi.models.res_partner_purchases", "ResPartner",
         "_kpi_fill_history"),
        ("forecast snapshot", "crm_kpi.models.crm_forecast_snapshot", "CrmForecastSnapshot",
         "_cron_take_snapshot"),
        ("ALL of the past", "crm_kpi.hooks", None, "post_init_hook"),
    ],
    "crm_complaints": [
        ("cancellations", "crm_complaints.models.crm_cancellation_history", "CrmCancellation",
         "_fill_history"),
        ("lives of the customers", "crm_complaints.models.crm_customer_lifecycle",
         "CrmCustomerLifecycle", "_refresh"),
        ("ALL of the past", "crm_complaints.hooks", None, "post_init_hook"),
    ],
}  # fmt: skip


def timed(meter, label, function):
    @wraps(function)
    def inner(*args, **kwargs):
        with meter.measure(label):
            return function(*args, **kwargs)

    return inner


def main(database, addon):
    config.parse_config(["--log-level=error", "--no-http", "-d", database])
    meter = Meter(database)
    Registry(database)
    with ExitStack() as stack:
        for label, module, owner, name in STEPS[addon]:
            place = import_module(f"odoo.addons.{module}")
            if owner is None:
                # the installation looks the hook up in the addon itself
                place = import_module(f"odoo.addons.{addon}")
            else:
                place = getattr(place, owner)
            stack.enter_context(
                patch.object(place, name, timed(meter, label, getattr(place, name)))
            )
        with meter.measure("whole installation"):
            Registry.new(database, update_module=True, install_modules=[addon])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer = {label: list(reading) for label, reading in meter.readings.items()}
    print(json.dumps({"readings": answer, "peak": peak}))  # noqa: T201 - the answer


main(*sys.argv[1:])
