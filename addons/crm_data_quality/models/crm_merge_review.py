# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmDuplicateCluster(models.Model):
    """What the review page asks for and decides."""

    _inherit = "crm.duplicate.cluster"

    @api.model
    def review_queue(self, domain=None, limit=200):
        """The cases to look at, the clearest first.

        :param domain: limits the cases (default: all)
        :return: dict(ids, total)
        """
        domain = Domain(domain or Domain.TRUE) & Domain("state", "=", "open")
        found = self.search(domain, order="band, score desc, id", limit=min(limit, 1000))
        return {"ids": found.ids, "total": self.search_count(domain)}

    def action_review(self):
        """Open the review page with these cases only."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_data_quality.action_duplicate_review"
        )
        return action | {"context": {"duplicate_domain": [("id", "in", self.ids)]}}

    def review_case(self, master_id=None, choices=None):
        """All that the page shows of one case.

        :param master_id: the record that is to be kept (default: the proposed one)
        :param choices: as of `crm.merge._merge`
        :return: dict of `crm.merge._preview`, and id, kind, state, band, score, reasons; None
            where the case is gone
        """
        self.ensure_one()
        if not self.exists():
            return None
        self.check_access("read")
        records = self._records()
        if len(records) < 2:
            return None
        master = records.filtered(lambda record: record.id == master_id)
        preview = self.env["crm.merge"]._preview(
            master, records - master, self._clean_choices(choices)
        )
        return preview | {
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "band": self.band,
            "score": self.score,
            "reasons": self._reasons(),
        }

    def review_merge(self, master_id, choices=None):
        """Merge the records of the case.

        :return: dict(merge, name): id of the `crm.merge` and name of the kept record
        """
        self.ensure_one()
        self.check_access("read")
        if self.state != "open":
            raise UserError(self.env._("This was decided already."))
        records = self._records()
        master = records.filtered(lambda record: record.id == master_id)
        if not master:
            raise UserError(self.env._("Choose the record to keep."))
        merge = self.env["crm.merge"]._merge(
            master, records - master, self._clean_choices(choices), origin=self
        )
        return {"merge": merge.id, "name": master.display_name}

    def review_take_out(self, model, record_id):
        """One record of the case is not the same as the others, which stay to be decided.

        :param model: "res.partner" or "crm.lead"
        :return: ids of the `crm.duplicate.pair` records whose `action_reopen` takes it back
        :raise UserError: when it is no record of the case, or the case was decided before
        """
        self.ensure_one()
        self.check_access("read")
        name = {"res.partner": "partner_id", "crm.lead": "lead_id"}.get(model)
        member = self.member_ids.filtered(lambda one: name and one[name].id == record_id)
        return self._tell_apart(member).ids

    @api.model
    def _clean_choices(self, choices):
        """Choices as they come from the page: names to whole numbers."""
        if not choices:
            return {}
        if not isinstance(choices, dict):
            raise UserError(self.env._("The choices cannot be read."))
        try:
            return {str(name): int(value) for name, value in choices.items()}
        except (TypeError, ValueError):
            raise UserError(self.env._("The choices cannot be read.")) from None

    def _records(self):
        """The members themselves: customers or leads."""
        self.ensure_one()
        records = self.env[self.res_model].with_context(active_test=False)
        members = self.member_ids
        ids = (members.partner_id if self.kind == "customers" else members.lead_id).ids
        return records.browse(ids).exists()

    def _reasons(self):
        """The reasons of the strongest links in words: list of dict(score, lines)."""
        pairs = self.pair_ids.filtered(lambda pair: pair.decision == "none")
        return [
            {
                "id": pair.id,
                "score": pair.score,
                "names": f"{pair.left_name} · {pair.right_name}",
                "lines": pair._explanation_lines(),
            }
            for pair in pairs.sorted(lambda pair: -pair.score)[:5]
        ]


class CrmMerge(models.Model):
    _inherit = "crm.merge"

    def _after_merge(self):
        """The duplicates that were merged are settled."""
        result = super()._after_merge()
        clusters = self.cluster_id
        clusters.write({"state": "merged"})
        clusters.pair_ids.filtered(lambda pair: pair.decision == "none")._decide("merged")
        return result
