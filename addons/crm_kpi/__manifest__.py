# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "CRM KPIs",
    "summary": "What does our CRM bring us? Sales KPIs with targets, comparison and drill-down",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM KPI suite contributors",
    "license": "LGPL-3",
    "depends": ["crm", "sale_crm", "hr", "link_tracker"],
    "data": [
        "security/crm_kpi_groups.xml",
        "security/crm_saving_access.xml",
        "security/crm_saving_security.xml",
        "data/crm_saving_data.xml",
        "views/crm_kpi_menus.xml",
        "views/crm_saving_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "application": True,
    "installable": True,
}
