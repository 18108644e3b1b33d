from . import (
    test_access_matrix,
    test_cancellation,
    test_complaint,
    test_complaint_access,
    test_complaint_cost,
    test_complaint_kpis,
    test_complaint_mail,
    test_complaint_time,
    test_customer_lifecycle,
    test_demo,
    test_hooks,
    test_naive_complaints,
)
