from . import crm_saving_category
from . import crm_saving
from . import crm_saving_effect
from . import crm_saving_flow
from . import res_company
from . import res_config_settings
