# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the headers of an incoming e-mail say about its sender."""

import re

# Headers by which mailing lists introduce themselves (RFC 2369 and RFC 2919)
_LIST_HEADERS = ("List-Id", "List-Unsubscribe", "List-Post")
_BULK_PRECEDENCE = ("bulk", "list", "junk")
# Mailboxes in which nobody reads an answer (RFC 2142 and general use)
_DEAF_MAILBOX = re.compile(
    r"^(mailer-daemon|postmaster|bounces?|no-?reply|do-?not-?reply|nicht-?antworten)([+.-].*)?$"
)
_COMMENT_OR_PARAMETER = re.compile(r"[;(].*", re.DOTALL)
_FAILED_CHECK = re.compile(r"\bdmarc\s*=\s*(fail|permerror)\b")


def _submitted(message):
    value = str(message.get("Auto-Submitted", "no"))
    return _COMMENT_OR_PARAMETER.sub("", value).strip().lower()


def _precedence(message):
    return str(message.get("Precedence", "")).strip().lower()


def is_answer_of_a_machine(message):
    """Whether a machine answered an e-mail, e.g. with an out-of-office note (RFC 3834).

    :param message: :class:`email.message.EmailMessage`
    """
    submitted, precedence = _submitted(message), _precedence(message)
    return (
        submitted in ("auto-replied", "auto-notified")
        or precedence in ("auto_reply", "auto-reply")
        or bool(message.get("X-Autoreply") or message.get("X-Autorespond"))
    )


def wants_no_receipt(message, email):
    """Whether an e-mail must not be answered automatically: machines, lists, spam.

    :param message: :class:`email.message.EmailMessage`
    :param email: normalised address of the sender, or False
    """
    submitted, precedence = _submitted(message), _precedence(message)
    mailbox = (email or "").partition("@")[0]
    return (
        not email
        or submitted != "no"
        or precedence in _BULK_PRECEDENCE
        or is_answer_of_a_machine(message)
        or any(message.get(header) for header in _LIST_HEADERS)
        or bool(message.get("X-Auto-Response-Suppress"))
        or str(message.get("Return-Path", "")).strip() == "<>"
        or str(message.get("X-Spam-Flag", "")).strip().lower() == "yes"
        or bool(_DEAF_MAILBOX.match(mailbox))
    )


def failed_sender_check(message):
    """Whether the receiving mail server found the sender forged (DMARC, RFC 8601).

    Only a failure is believed: everybody can write a header that claims success.

    :param message: :class:`email.message.EmailMessage`
    """
    return any(
        _FAILED_CHECK.search(str(header).lower())
        for header in message.get_all("Authentication-Results", [])
    )
