from . import test_cancellation, test_complaint, test_complaint_time
