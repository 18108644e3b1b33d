from . import sale_mass_cancel_orders, sale_order_cancel_reason
