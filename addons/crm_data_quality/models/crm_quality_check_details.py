# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

DETAIL_FIELDS = frozenset(("details_deleted_on", "refreshed_to"))
# Findings deleted in one transaction.
DELETE_STEP = 50_000


class CrmQualityCheck(models.Model):
    """How long a check keeps its details, the findings: the figures and the trend stay."""

    _inherit = "crm.quality.check"

    details_deleted_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="From then on the check has its figures only: newer checks of the same scope have "
        "taken the place of its findings, which are personal data.",
    )

    @api.model
    def _check_writable(self, vals):
        if DETAIL_FIELDS & set(vals) and not self.env.su:
            raise AccessError(self.env._("The figures of a check come from its run only."))
        return super()._check_writable(vals)

    def _outdated_details(self):
        """Finished checks whose findings newer checks of the same scope and person replace."""
        checks = self.search(
            Domain("run_state", "=", "done"), order="finished_on desc, id desc"
        ).grouped(lambda check: (check.scope_key, check.user_id))
        outdated = [items[items[0].company_id.quality_detail_checks :] for items in checks.values()]
        return self.union(*outdated).filtered(lambda check: not check.details_deleted_on)

    @api.autovacuum
    def _gc_details(self):
        """Delete the findings of checks that newer ones replace, some at a time.

        :return: tuple (number deleted, number of checks that remain), for the scheduler
        """
        outdated = self.sudo()._outdated_details()
        if not outdated:
            return 0, 0
        deleted = outdated[0]._delete_findings(DELETE_STEP)
        if deleted < DELETE_STEP:
            outdated[0].details_deleted_on = fields.Datetime.now()
            outdated = outdated[1:]
        return deleted, len(outdated)

    def _delete_findings(self, limit):
        """Delete some findings of the check, set-based: loading millions would take gigabytes.

        :return: number deleted
        """
        self.ensure_one()
        self.env["crm.quality.finding"].flush_model(["check_id"])
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_quality_finding WHERE id IN ("
                "SELECT id FROM crm_quality_finding WHERE check_id = %s LIMIT %s)",
                self.id,
                limit,
            )
        )
        deleted = self.env.cr.rowcount
        self.env["crm.quality.finding"].invalidate_model(flush=False)
        return deleted
