# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import models

from ..merging.snapshot import Snapshot


class CrmMerge(models.Model):
    """Who has left a mailing list with one address has left it with all of his addresses.

    The opt-out, its day and its reason hold for each address afterwards: subscriptions that it
    has are opted out, and where an address was never on the list, it is noted there as opted out,
    so that a later import cannot subscribe it. Lists that nobody has left stay as they are.
    """

    _inherit = "crm.merge"

    def _unite_subscriptions(self, emails):
        """Carry opt-outs of mailing lists over to all addresses.

        :param emails: dict merge → set of normalised e-mail addresses of its records
        """
        addresses = set().union(*emails.values())
        contacts = self.env["mailing.contact"].search(
            [("email_normalized", "in", list(addresses))], order="id"
        )
        contact_of = {}
        held = defaultdict(self.env["mailing.subscription"].browse)
        for contact in contacts:
            contact_of.setdefault(contact.email_normalized, contact)
            for item in contact.subscription_ids:
                held[contact.email_normalized, item.list_id] |= item
        changed, missing = self._plan_opt_outs(emails, held)
        self._opt_out(changed)
        self._add_opt_outs(missing, contact_of)

    def _plan_opt_outs(self, emails, held):
        """What has to be written.

        :param held: dict (address, list) → subscriptions
        :return: dict subscription → (merge, the opt-out that counts), and the same for
            (address, list) without a subscription
        """
        opt_outs = {}
        for key, items in held.items():
            left = items.filtered("opt_out")
            if left:
                opt_outs[key] = left.sorted(_by_day)[0]
        changed, missing = {}, {}
        # one after the other: an address of two merges passes on what it has got from the first
        for merge, own in emails.items():
            found = defaultdict(self.env["mailing.subscription"].browse)
            for (address, mailing_list), item in opt_outs.items():
                if address in own:
                    found[mailing_list] |= item
            for mailing_list, items in found.items():
                counts = items.sorted(_by_day)[0]
                for address in sorted(own):
                    key = address, mailing_list
                    if not held.get(key):
                        missing.setdefault(key, (merge, counts))
                    for item in held.get(key, ()):
                        if not item.opt_out:
                            changed.setdefault(item, (merge, counts))
                    opt_outs.setdefault(key, counts)
        return changed, missing

    def _opt_out(self, changed):
        """Opt subscriptions out as of the day, and for the reason, of another one."""
        if not changed:
            return
        subscriptions = self.env["mailing.subscription"]
        before = Snapshot(self.env)
        before.watch(
            subscriptions._table, {item.id: merge.id for item, (merge, _counts) in changed.items()}
        )
        by_opt_out = defaultdict(subscriptions.browse)
        for item, (_merge, counts) in changed.items():
            by_opt_out[counts] |= item
        for counts, items in by_opt_out.items():
            items.write(_opt_out_values(counts))
        self.env.flush_all()
        before.journal()

    def _add_opt_outs(self, missing, contact_of):
        """Note addresses as opted out of lists that they were not on.

        :param missing: dict (address, list) → (merge, the opt-out that counts)
        :param contact_of: dict address → contact of the mailing lists
        """
        if not missing:
            return
        merge_of = {}
        for (address, _list), (merge, _counts) in missing.items():
            if address not in contact_of:
                merge_of.setdefault(address, merge)
        created = self.env["mailing.contact"].create(
            [{"name": address, "email": address} for address in merge_of]
        )
        contact_of = contact_of | dict(zip(merge_of, created, strict=True))
        subscriptions = self.env["mailing.subscription"].create(
            [
                {
                    "contact_id": contact_of[address].id,
                    "list_id": mailing_list.id,
                    **_opt_out_values(counts),
                }
                for (address, mailing_list), (_merge, counts) in missing.items()
            ]
        )
        self.env.flush_all()
        self._journal_added(created, list(merge_of.values()))
        self._journal_added(subscriptions, [merge for merge, _counts in missing.values()])


def _by_day(subscription):
    """The first to leave comes first; those of which Odoo does not know the day come last."""
    day = subscription.opt_out_datetime
    return (not day, day or subscription.create_date, subscription.id)


def _opt_out_values(counts):
    values = {"opt_out": True, "opt_out_reason_id": counts.opt_out_reason_id.id}
    if counts.opt_out_datetime:
        values["opt_out_datetime"] = counts.opt_out_datetime
    return values
