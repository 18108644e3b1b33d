# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from email.message import EmailMessage

from .common import ComplaintCase


class ComplaintMailCase(ComplaintCase):
    """A team with an address for complaints, and raw e-mails to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create(
            {"name": "muster.example", "bounce_alias": "bounce.c", "catchall_alias": "catchall.c"}
        )
        cls.company.alias_domain_id = cls.domain
        cls.team.complaint_alias_name = "complaints"

    def _mail(self, subject="Ladder broken", body="The third rung is broken.", **headers):
        mail = EmailMessage()
        mail["From"] = headers.pop("sender", "Karla Kunde <karla@kunde.example>")
        mail["To"] = "complaints@muster.example"
        mail["Message-Id"] = headers.pop("message_id", "<first@kunde.example>")
        if subject is not None:
            mail["Subject"] = subject
        html = headers.pop("html", None)
        for name, value in headers.items():
            mail[name] = value
        if html:
            mail.set_content(html, subtype="html")
        else:
            mail.set_content(body)
        return mail

    def _receive(self, raw):
        """The complaint that arises from a raw e-mail."""
        if isinstance(raw, EmailMessage):
            raw = raw.as_bytes()
        thread_id = self.env["mail.thread"].message_process(None, raw)
        return self.env["crm.complaint"].browse(thread_id)
