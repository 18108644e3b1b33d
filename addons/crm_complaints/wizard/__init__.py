from . import base_partner_merge, sale_mass_cancel_orders, sale_order_cancel_reason
