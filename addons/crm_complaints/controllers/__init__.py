from . import cohorts, complaint_fields, complaint_form, insight, portal, portal_complaint
