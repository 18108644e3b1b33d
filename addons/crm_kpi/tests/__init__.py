from . import test_saving
from . import test_working_time
