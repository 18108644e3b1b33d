# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "CRM KPIs: Data Quality",
    "summary": "The data quality score and its dimensions as KPIs",
    "version": "19.0.1.1.0",
    "category": "Sales/CRM",
    "author": "CRM KPI suite contributors",
    "license": "LGPL-3",
    "depends": ["crm_kpi", "crm_data_quality"],
    "data": ["data/crm_kpi_data_quality.xml", "data/crm_kpi_duplicates.xml"],
    "demo": ["demo/crm_kpi_data_quality_demo.xml"],
    "auto_install": True,
    "installable": True,
}
