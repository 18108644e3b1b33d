# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools.oca_tables import SOURCES, kind_of_stage
from .crm_complaint_migration_read import MigrationReader
from .crm_complaint_migration_write import MigrationWriter

# So many in one go: a longer request would be cut off. The next click goes on.
PER_RUN = 2000


class CrmComplaintMigration(models.TransientModel):
    """Take over claims or tickets of the OCA addons that lie in this database.

    Every old record keeps an external id on its complaint, so the import can be repeated:
    what is there already is not imported again, new messages follow.
    """

    _name = "crm.complaint.migration"
    _description = "Import of Claims and Tickets"

    source = fields.Selection(
        [("claim", "Claims (crm_claim)"), ("ticket", "Tickets (helpdesk_mgmt)")],
        string="Import",
        required=True,
        default=lambda self: self._default_source(),
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        help="Company of the old records that name none.",
    )
    found = fields.Text(
        compute="_compute_found", help="What lies in the database and what an import would do."
    )
    stage_ids = fields.One2many(
        "crm.complaint.migration.stage",
        "migration_id",
        string="Stages",
        compute="_compute_stage_ids",
        store=True,
        readonly=False,
    )
    report = fields.Text(readonly=True, help="What the import did, or would do.")

    @api.model
    def _default_source(self):
        readers = {source: MigrationReader(self.env, old) for source, old in SOURCES.items()}
        return next((source for source, reader in readers.items() if reader.exists()), "claim")

    def _reader(self):
        self.ensure_one()
        return MigrationReader(self.env, SOURCES[self.source])

    @api.depends("source")
    def _compute_found(self):
        for migration in self:
            reader = migration._reader()
            if not reader.exists():
                migration.found = self.env._("This database has no such records.")
                continue
            total, done = reader.count(), len(reader.imported())
            migration.found = self.env._(
                "Records: %(total)s, imported already: %(done)s", total=total, done=done
            )

    @api.depends("source")
    def _compute_stage_ids(self):
        stages = self.env["crm.complaint.stage"]
        for migration in self:
            reader = migration._reader()
            lines = [Command.clear()]
            for old_id, name, closed in reader.stages() if reader.exists() else ():
                kind = kind_of_stage(name, closed)
                flags = {
                    "rejected": {"is_closed": True, "is_rejected": True},
                    "resolved": {"is_closed": True},
                    "waiting": {"is_waiting": True},
                    "open": {},
                }[kind]
                stage = stages._get_first(**flags) or stages._get_in_progress()
                lines.append(Command.create({"old_id": old_id, "name": name, "stage_id": stage.id}))
            migration.stage_ids = lines

    def action_check(self):
        """Say what an import would do, without doing it."""
        return self._run(dry=True)

    def action_import(self):
        """Import the next records."""
        return self._run(dry=False)

    def _run(self, dry):
        """Import, or import and take it back.

        :param dry: whether everything is taken back, the report apart
        :raise UserError: when the tables are not there
        """
        self.ensure_one()
        self.check_access("write")
        reader = self._reader()
        if not reader.exists():
            raise UserError(self.env._("This database has no such records."))
        stages = {line.old_id: line.stage_id for line in self.stage_ids}
        savepoint = self.env.cr.savepoint(flush=True)
        writer = MigrationWriter(self.env(su=True), reader, stages, self.company_id)
        report = writer.run(PER_RUN)
        savepoint.close(rollback=dry)
        if dry:
            self.env.invalidate_all(flush=False)
            report = (
                self.env._("Nothing has been changed. An import would do this:") + "\n" + report
            )
        self.report = report
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Import Claims and Tickets"),
        }


class CrmComplaintMigrationStage(models.TransientModel):
    """Which stage takes the place of an old one."""

    _name = "crm.complaint.migration.stage"
    _description = "Stage of Imported Claims and Tickets"
    _order = "id"

    migration_id = fields.Many2one(
        "crm.complaint.migration", required=True, index=True, ondelete="cascade"
    )
    old_id = fields.Integer(readonly=True)
    name = fields.Char(string="Old Stage", readonly=True)
    stage_id = fields.Many2one("crm.complaint.stage", string="Becomes", required=True)
