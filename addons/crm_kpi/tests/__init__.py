from . import (
    test_definition,
    test_figures,
    test_periods,
    test_saving,
    test_stage_log,
    test_target,
    test_target_grid,
    test_target_rules,
    test_working_time,
)
