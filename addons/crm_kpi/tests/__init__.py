from . import (
    test_campaign_cost,
    test_catalogue,
    test_definition,
    test_demo,
    test_figures,
    test_forecast_snapshot,
    test_history_leads,
    test_history_orders,
    test_js,
    test_lead_moments,
    test_offer,
    test_offer_access,
    test_offer_amounts,
    test_offer_departments,
    test_offer_durations,
    test_offer_expiry,
    test_offer_performance,
    test_partner_purchases,
    test_periods,
    test_saving,
    test_saving_time,
    test_snapshot,
    test_stage_log,
    test_target,
    test_target_grid,
    test_target_rules,
    test_working_time,
)
from . import test_definition
from . import test_figures
from . import test_periods
from . import test_saving
from . import test_target_rules
from . import test_working_time
from . import test_stage_log
from . import test_history_leads
from . import test_forecast_snapshot
from . import test_lead_moments
from . import test_campaign_cost
from . import test_js
from . import test_demo
from . import test_member_figures
