# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_data_quality_kpi, test_duplicate_kpi, test_merged_records
