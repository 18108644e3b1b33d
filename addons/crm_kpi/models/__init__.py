from . import sales_department_mixin  # others inherit from it

# isort: split
from . import (
    account_move,
    base_partner_merge,
    crm_forecast_snapshot,
    crm_kpi,
    crm_kpi_dimension,
    crm_kpi_figures,
    crm_kpi_group,
    crm_kpi_measure,
    crm_kpi_source,
    crm_kpi_target,
    crm_kpi_target_grid,
    crm_kpi_target_resolve,
    crm_lead,
    crm_lead_stage_log,
    crm_saving,
    crm_saving_category,
    crm_saving_effect,
    crm_saving_flow,
    crm_stage,
    hr_department_history,
    hr_version,
    mail_message,
    res_company,
    res_config_settings,
    res_partner_contact,
    res_partner_purchases,
    res_users,
    sale_order,
    sale_order_amount,
    sale_order_customer,
    sale_order_duration,
    sale_order_history,
    sale_order_offer,
    utm_campaign,
)
from . import crm_kpi_group
from . import crm_kpi_dimension
from . import crm_kpi_source
from . import crm_kpi_measure
from . import crm_kpi
from . import crm_kpi_figures
from . import crm_saving
from . import crm_saving_category
from . import crm_saving_effect
from . import crm_saving_flow
from . import res_company
from . import res_config_settings
from . import hr_version
from . import res_users
from . import crm_forecast_snapshot
from . import crm_lead
from . import crm_lead_stage_log
from . import crm_stage
from . import mail_message
from . import res_partner_contact
from . import utm_campaign
from . import crm_lead_history
