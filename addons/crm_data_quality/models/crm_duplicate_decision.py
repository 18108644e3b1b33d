# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class CrmDuplicateCluster(models.Model):
    """What a person says about a cluster; it holds in every later search."""

    _inherit = "crm.duplicate.cluster"

    def action_not_duplicate(self, members=None):
        """Some members are not the same as the others; without ``members``: none is.

        Remembered for ever, also between members that no link was found between, and undone by
        `action_reopen` of the cluster or of the pair.

        :param members: `crm.duplicate.member` records of this cluster, or their ids
        :raise UserError: when a member is of another cluster, or the cluster is not open
        """
        self._tell_apart(members)
        return True

    def _tell_apart(self, members=None):
        """As `action_not_duplicate`.

        :return: the pairs that were undecided before, as superuser
        """
        self.ensure_one()
        self.check_access("read")
        own = self.sudo().member_ids
        if members is None:
            chosen = own
        else:
            chosen = own.browse(getattr(members, "ids", members))
        if not chosen or chosen - own:
            raise UserError(self.env._("Choose among the members of these duplicates."))
        if self.state != "open":
            raise UserError(self.env._("This was decided already."))
        others = own - chosen
        pairs = self.env["crm.duplicate.pair"].sudo()
        for number, member in enumerate(chosen):
            for other in others or chosen[number + 1 :]:
                one, two = member._record(), other._record()
                # two leads of no customer, or two customers, were not compared with each other
                if self.kind != "leads_customers" or one._name != two._name:
                    pairs |= pairs._of_records(self, one, two)
        pairs = pairs.filtered(lambda pair: pair.decision == "none")
        pairs._decide("not_duplicate")
        self.sudo()._regroup()
        return pairs.exists()

    def action_reopen(self):
        """Take back that the members are not duplicates of each other."""
        for cluster in self:
            cluster.check_access("read")
            if cluster.state != "dismissed":
                raise UserError(cluster.env._("Only what was dismissed can be opened again."))
            cluster.pair_ids.action_reopen()
        return True


class CrmDuplicatePair(models.Model):
    _inherit = "crm.duplicate.pair"

    def action_reopen(self):
        """Take back that two records are not duplicates; they may be found again.

        Pairs that a search had found are in a cluster again at once.
        """
        self.check_access("read")
        pairs = self.sudo().filtered(lambda pair: pair.decision == "not_duplicate")
        clusters = pairs._clusters() | pairs.cluster_id
        pairs._decide("none")
        pairs.filtered(lambda pair: not pair.weight).unlink()
        clusters._regroup(pairs.exists())
        return True

    def _decide(self, decision):
        """Store what was decided, by whom and when."""
        undone = decision == "none"
        self.write(
            {
                "decision": decision,
                "decided_by": not undone and self.env.uid,
                "decided_on": not undone and fields.Datetime.now(),
            }
        )
        if undone:
            # what was decided is not compared: meanwhile the records may have changed
            self.env["crm.duplicate.profile"]._look_again(
                self.left_partner_id | self.right_partner_id, self.left_lead_id | self.right_lead_id
            )

    def _of_records(self, cluster, record, other):
        """The pair of two records, created without a weight where no search found it."""
        left, right = self._ordered(record, other)
        values = {"company_id": cluster.company_id.id, "kind": cluster.kind}
        for side, item in (("left", left), ("right", right)):
            values[f"{side}_partner_id"] = item._name == "res.partner" and item.id
            values[f"{side}_lead_id"] = item._name == "crm.lead" and item.id
        domain = [(name, "=", value) for name, value in values.items() if name != "kind"]
        return self.search(domain) or self.create(values | {"cluster_id": cluster.id})

    def _ordered(self, record, other):
        """Left and right: leads before customers, else the older one first."""
        if (record._name, record.id) > (other._name, other.id):
            return other, record
        return record, other

    def _clusters(self):
        """Open clusters that hold one of the pairs' records, of the same company and kind."""
        clusters = self.env["crm.duplicate.cluster"]
        for pair in self:
            for record in (pair._left(), pair._right()):
                name = "partner_id" if record._name == "res.partner" else "lead_id"
                clusters |= clusters.search(
                    [
                        ("company_id", "=", pair.company_id.id),
                        ("kind", "=", pair.kind),
                        ("state", "=", "open"),
                        (f"member_ids.{name}", "=", record.id),
                    ]
                )
        return clusters
