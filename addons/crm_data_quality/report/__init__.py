# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import crm_quality_report, crm_quality_xlsx, domain_words
