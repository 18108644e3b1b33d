# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_access_matrix,
    test_quality_access,
    test_quality_check,
    test_quality_rules,
    test_quality_run,
    test_quality_values,
)
