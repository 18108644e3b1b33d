from . import test_saving
