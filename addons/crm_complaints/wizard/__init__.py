from . import (
    account_move_reversal,
    base_partner_merge,
    crm_complaint_accept,
    crm_complaint_call,
    crm_complaint_merge,
    crm_complaint_migration,
    crm_complaint_migration_read,
    crm_complaint_migration_write,
    crm_customer_silence_decide,
    sale_mass_cancel_orders,
    sale_order_cancel_reason,
)
