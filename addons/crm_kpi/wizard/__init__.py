from . import crm_saving_time
