# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import crm_kpi_source, crm_quality_result, crm_quality_rule
