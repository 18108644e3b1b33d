# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from random import Random

from odoo import api, fields, models
from odoo.tools import SQL

from ..quality.duplicates.estimate import LEAST_BIRTHS, LEAST_PERSONS, estimate
from ..quality.duplicates.weights import SHIPPED, Weights

# Random samples that weights are learnt from: a few seconds.
SAMPLE_PERSONS = 10_000
SAMPLE_CANDIDATES = 20_000
SAMPLE_PORTIONS = 40
STRANGERS_PER_PERSON = 3


class CrmDuplicateSearch(models.Model):
    """The weights of a search: the shipped ones, or learnt where dates of birth are known."""

    _inherit = "crm.duplicate.search"

    learnt_weights = fields.Json(
        readonly=True,
        copy=False,
        help="What agreements of persons count, in bits, as learnt from the company's own records. "
        "Empty: the shipped weights were used. Learnt where most persons have a date of birth.",
    )

    @api.model
    def _weights_of(self, company, kind):
        """`Weights` of the last search that counted values: hints and explanations use the same."""
        self.flush_model(["company_id", "kind", "learnt_weights", "watermark"])
        rows = self.env.execute_query(
            SQL(
                "SELECT learnt_weights FROM crm_duplicate_search"
                " WHERE company_id = %s AND kind = %s AND watermark IS NOT NULL"
                " ORDER BY id DESC LIMIT 1",
                company.id,
                kind,
            )
        )
        data = rows[0][0] if rows else None
        return Weights.from_data(data) if data else SHIPPED

    def _learn_weights(self, scope):
        """Learn weights from the records and candidates of this search.

        :param scope: SQL condition on ``profile``
        :return: data for `learnt_weights`, or False where the shipped weights are better
        """
        self.ensure_one()
        persons = SQL("%s AND profile.kind = 'p'", scope)
        ((total, born),) = self.env.execute_query(
            SQL(
                "SELECT count(*), count(*) FILTER (WHERE profile.birth <> '')"
                " FROM crm_duplicate_profile profile WHERE %s",
                persons,
            )
        )
        if total < LEAST_PERSONS or born < LEAST_BIRTHS * total:
            return False
        pairs, pair_count = self._sample_candidates()
        load = self.env["crm.duplicate.profile"]._read_profiles
        sample = list(
            load(
                SQL(
                    "profile.id IN (SELECT profile.id FROM crm_duplicate_profile profile"
                    " WHERE %s ORDER BY hashint4(profile.id) LIMIT %s)",
                    persons,
                    SAMPLE_PERSONS,
                )
            ).values()
        )
        Random(0).shuffle(sample)  # the same every time: two searches of the same agree
        strangers = [
            pair
            for shift in range(1, STRANGERS_PER_PERSON + 1)
            for pair in zip(sample, sample[shift:], strict=False)
        ]
        profiles = load(
            SQL("profile.id = ANY(%s)", sorted({key for pair in pairs for key in pair}))
        )
        weights = estimate(
            [(profiles[one], profiles[two]) for one, two in pairs],
            strangers,
            sample,
            (pair_count, total),
            self.env["crm.duplicate.frequency"]._load(self.company_id, self.kind),
        )
        return weights.as_data() if weights else False

    def _sample_candidates(self):
        """Some candidates between persons.

        They come from portions all over the work list: neighbours in it are of one place.

        :return: tuple (list of (left, right) ids of profiles, estimated number of all)
        """
        candidates = self.env["crm.duplicate.candidate"]
        portions = candidates._portions(self)
        chosen = portions[:: -(-len(portions) // SAMPLE_PORTIONS) or 1]
        each = -(-SAMPLE_CANDIDATES // len(chosen)) if chosen else 0
        dice, sample, count = Random(0), [], 0
        for key in chosen:
            pairs = candidates._pairs_of(key)
            persons = self._persons_among({one for pair in pairs for one in pair})
            pairs = sorted(pair for pair in pairs if persons.issuperset(pair))
            count += len(pairs)
            sample += dice.sample(pairs, min(each, len(pairs)))
        return sample, count * len(portions) // len(chosen) if chosen else 0

    def _persons_among(self, ids):
        """Set of those ids of profiles that are persons'."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM crm_duplicate_profile WHERE kind = 'p' AND id = ANY(%s)",
                list(ids),
            )
        )
        return {key for (key,) in rows}
