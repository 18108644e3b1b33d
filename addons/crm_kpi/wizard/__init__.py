from . import base_partner_merge, crm_saving_time
