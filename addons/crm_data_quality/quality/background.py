# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Long work in the background, one step a transaction: checks, searches, corrections."""

import logging

from psycopg2 import OperationalError

from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


def attempt(record, step, *arguments):
    """Take one step so that a failure neither loses what was done nor holds up the others.

    :param record: the check, search or correction that the step belongs to
    :return: tuple (what the step returned, False), or (None, why it failed as a sentence)
    :raise OperationalError: on a collision with another transaction: the job tries again
    """
    try:
        with record.env.cr.savepoint():
            return step(*arguments), False
    except OperationalError:
        raise
    except UserError as error:
        return None, str(error) or type(error).__name__
    except Exception:
        _logger.exception("%s failed", record)
        return None, record.env._("Unexpected error, see the log of the server.")


def work_off(records, domain, states, step):
    """Take the steps of all that waits, committing after each, until the job's time is used up.

    :param records: what waits, in its order
    :param domain: of what waits, to count what remains
    :param states: states of ``run_state`` in which there is something to do
    :param step: method name; called with a dict kept between the steps of one record, it returns
        how much was done
    """
    cron = records.env["ir.cron"]
    for record in records:
        memo = {}
        while True:
            # first statement of its transaction: a cancellation is seen, not collided with
            locked = record.try_lock_for_update(allow_referencing=True)
            record.invalidate_recordset()
            if not locked or record.run_state not in states:
                break
            done = getattr(record, step)(memo)
            remaining = records.search_count(domain)
            if not cron._commit_progress(done or 1, remaining=remaining) and remaining:
                return
