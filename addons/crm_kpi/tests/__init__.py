from . import test_definition
from . import test_figures
from . import test_periods
from . import test_saving
from . import test_target_grid
from . import test_target_rules
from . import test_working_time
from . import test_stage_log
