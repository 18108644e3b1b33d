# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What customers type into the forms for complaints, checked before anything is stored."""

from odoo.http import request
from odoo.tools.mail import email_normalize

MAX_SUBJECT = 150
MAX_TEXT = 10_000
MAX_SHORT = 100
MAX_FILES = 5
MAX_FILES_MB = 20
# Room for the files and the rest of the request; larger ones are refused while they arrive.
MAX_REQUEST = (MAX_FILES_MB + 5) * 1024 * 1024
# What the pages have to know of it
LIMITS = {
    "subject": MAX_SUBJECT,
    "text": MAX_TEXT,
    "short": MAX_SHORT,
    "files": MAX_FILES,
    "megabytes": MAX_FILES_MB,
}


def clean(post, name):
    """A text field of a request: no outer blanks, no NUL, plain line ends."""
    value = post.get(name)
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").replace("\r\n", "\n").strip()


def read_fields(post, errors):
    """Subject, text and category of a complaint.

    :param post: parameters of the request
    :param errors: dict field name → message for the customer, filled
    :return: (values of the complaint, text)
    """
    subject = " ".join(clean(post, "subject").split())
    text = clean(post, "text")
    if not subject:
        errors["subject"] = request.env._("Please say in a few words what it is about.")
    elif len(subject) > MAX_SUBJECT:
        errors["subject"] = request.env._(
            "Please shorten the subject to %s characters.", MAX_SUBJECT
        )
    if not text:
        errors["text"] = request.env._("Please tell us what happened.")
    elif len(text) > MAX_TEXT:
        errors["text"] = request.env._("Please shorten the text to %s characters.", MAX_TEXT)
    return {"name": subject, "category_id": read_category(post).id}, text


def read_category(post):
    """The chosen category, if there is such a one."""
    found = categories()
    chosen = clean(post, "category_id")
    return found.filtered(lambda category: str(category.id) == chosen)


def categories():
    """The categories customers choose from."""
    return request.env["crm.complaint.category"].sudo().search([])


def read_sender(post, errors):
    """Name, e-mail address and phone number of somebody who is not logged in."""
    name, email, phone = (clean(post, key) for key in ("name", "email", "phone"))
    name = " ".join(name.split())
    if not name:
        errors["name"] = request.env._("Please give your name.")
    if not email_normalize(email):
        errors["email"] = request.env._("Please give one valid e-mail address.")
    for key, value in (("name", name), ("email", email), ("phone", phone)):
        if len(value) > MAX_SHORT:
            errors[key] = request.env._("Please use at most %s characters.", MAX_SHORT)
    return {
        "partner_name": name,
        "email_from": email_normalize(email) or "",
        "phone": phone or False,
    }


def read_files(errors):
    """Uploaded files.

    :return: list of (name, content)
    """
    uploads = [upload for upload in request.httprequest.files.getlist("files") if upload.filename]
    if len(uploads) > MAX_FILES:
        errors["files"] = request.env._("Please attach at most %s files.", MAX_FILES)
        return []
    files = [(upload.filename.replace("\0", "")[:MAX_SUBJECT], upload.read()) for upload in uploads]
    if sum(len(content) for _name, content in files) > MAX_FILES_MB * 1024 * 1024:
        errors["files"] = request.env._(
            "Please attach files of at most %s megabytes together.", MAX_FILES_MB
        )
        return []
    return files
