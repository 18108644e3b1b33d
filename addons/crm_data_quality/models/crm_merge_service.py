# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from collections import namedtuple

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from ..merging.catalogue import columns_of
from ..merging.mover import Mover
from ..merging.properties import properties_of
from ..merging.recompute import derived_tree
from .crm_merge_quiet import QUIET

_logger = logging.getLogger(__name__)

# What is asked of the service, as `crm.merge._merge` explains.
Job = namedtuple("Job", "master others choices origin", defaults=(None, None))


class CrmMerge(models.Model):
    """The service: one merge by a person, or many at once by a job."""

    _inherit = "crm.merge"

    @api.model
    def _merge(self, master, others, choices=None, origin=None):
        """Merge records into one.

        :param master: the record that is kept, a customer or a lead
        :param others: records of the same model that are merged into it and archived
        :param choices: dict field name (or "address", "login") → id of the record whose value is
            kept; "login" → id of the user whose login stays. What is not named is decided as
            `_preview` proposes.
        :param origin: the `crm.duplicate.cluster` that the records come from
        :return: `crm.merge`
        :raise UserError: with all reasons, when the merge is refused; nothing has changed then
        """
        job = Job(master, others, choices or {}, origin)
        refusals = self._refusals(job)
        if refusals:
            raise UserError("\n".join(refusals))
        try:
            with self.env.cr.savepoint():
                return self._merge_jobs([job])
        except psycopg2.IntegrityError as error:
            _logger.info("Merge of %s refused by the database", others, exc_info=True)
            raise UserError(
                self.env._("The database refuses this merge: %s", error.diag.message_primary)
            ) from error

    @api.model
    def _merge_many(self, jobs, is_automatic=False):
        """Merge many groups of records, with one pass per table for all of them.

        :param jobs: list of `Job`; no record takes part in two of them
        :return: (`crm.merge` records, dict job number → why it was refused)
        """
        refused = {}
        allowed = {}
        jobs = self._read_together(jobs)
        earlier = self._merged_away_among(jobs)
        for number, job in enumerate(jobs):
            reasons = self._refusals(job, earlier)
            if reasons:
                refused[number] = "\n".join(reasons)
            else:
                allowed[number] = job
        merges = self.browse()
        by_model = {}
        for number, job in allowed.items():
            by_model.setdefault(job.master._name, {})[number] = job
        for numbered in by_model.values():
            merges |= self._merge_group(numbered, is_automatic, refused)
        return merges, refused

    @api.model
    def _read_together(self, jobs):
        """The same jobs, whose records are read together."""
        ids = {}
        for job in jobs:
            ids.setdefault(job.master._name, []).extend((job.master | job.others).ids)
        prefetch = {name: self.env[name].browse(keys)._prefetch_ids for name, keys in ids.items()}
        return [
            job._replace(
                master=job.master.with_prefetch(prefetch[job.master._name]),
                others=job.others.with_prefetch(prefetch[job.master._name]),
            )
            for job in jobs
        ]

    @api.model
    def _merged_away_among(self, jobs):
        """Set of records that are merged into another one at present."""
        found = set()
        for name in {job.master._name for job in jobs}:
            ids = [
                key
                for job in jobs
                if job.master._name == name
                for key in (job.master | job.others).ids
            ]
            found.update(self.sudo()._merged_away(self.env[name].browse(ids)))
        return found

    @api.model
    def _records_of(self, job):
        """All records of a job, read together with those of other jobs."""
        return (job.master | job.others).with_prefetch(job.master._prefetch_ids)

    def _merge_group(self, jobs, is_automatic, refused):
        """All at once; where that fails one by one, so that only what fails is left out."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                return self._merge_jobs(list(jobs.values()), is_automatic)
        except psycopg2.OperationalError:
            raise  # a collision with another transaction: the caller tries again
        except (psycopg2.Error, UserError, ValidationError) as error:
            reason = str(error)
            if len(jobs) == 1:
                refused.update(dict.fromkeys(jobs, reason))
                return self.browse()
        merges = self.browse()
        for number, job in jobs.items():
            merges |= self._merge_group({number: job}, is_automatic, refused)
        return merges

    def _merge_jobs(self, jobs, is_automatic=False):
        """Merge without asking; the caller keeps a savepoint."""
        if not jobs:
            return self.browse()
        records = jobs[0].master.browse(
            [record.id for job in jobs for record in job.master | job.others]
        )
        records.sudo().lock_for_update(allow_referencing=True)
        merges = self.sudo().create([self._head(job, is_automatic) for job in jobs])
        self.env.flush_all()
        merges._before_merge()
        # what Odoo derives meanwhile is told by the note of the merge, not by tracking messages
        quiet = merges.with_context(**QUIET)
        if records._name == "res.partner":
            quiet._merge_partners(jobs)
        else:
            for merge, job in zip(quiet, jobs, strict=True):
                merge._merge_leads(job)
        self.env.invalidate_all()
        merges._after_merge()
        merges._note_merge()
        self.env.flush_all()
        return merges.with_env(self.env)

    def _head(self, job, is_automatic):
        company = job.master.company_id or self.env.company
        today = fields.Date.context_today(self)
        kept, merged = (
            ("partner_id", "merged_partner_ids")
            if job.master._name == "res.partner"
            else ("lead_id", "merged_lead_ids")
        )
        return {
            "res_model": job.master._name,
            kept: job.master.id,
            merged: [fields.Command.set(job.others.ids)],
            "company_id": company.id,
            "user_id": self.env.uid,
            "date": fields.Datetime.now(),
            "is_automatic": is_automatic,
            "cluster_id": job.origin.id if job.origin else False,
            "expires_on": today + relativedelta(days=company.sudo().quality_journal_days),
        }

    def _before_merge(self):
        """Hook, as superuser: the heads exist, nothing has been changed yet."""

    def _after_merge(self):
        """Hook, as superuser: everything was moved, computed and journalled."""

    @api.model
    def _movable_rows(self, table, alias):
        """SQL condition of the rows of a table that a merge may move; None: all of them.

        :param table: name of a table
        :param alias: alias of the table in the query
        """
        return self._movable_documents(table, alias) or self._movable_files(table, alias)

    def _pairs(self):
        """List of (id of a merged record, id of the kept one, merge id)."""
        return [
            (record.id, merge._kept().id, merge.id) for merge in self for record in merge._merged()
        ]

    @api.model
    @tools.ormcache("model_name", "with_staying")
    def _columns(self, model_name, with_staying=False):
        """All columns of the database that name records of the model, as `columns_of` says."""
        return columns_of(self.env(su=True), model_name, with_staying)

    @api.model
    @tools.ormcache()
    def _property_columns(self):
        """All columns of the database with properties; their definitions may change any time."""
        return properties_of(self.env(su=True))

    @api.model
    @tools.ormcache("model_name", "name")
    def _derived_tree(self, model_name, name):
        """What Odoo derives from a field, as `derived_tree` says."""
        return derived_tree(self.env.registry, self.env[model_name]._fields[name])

    def _mover(self):
        return Mover(self.env, self._movable_rows)
