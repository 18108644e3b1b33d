# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):  # noqa: ARG001 - Odoo's signature
    """Shorten the keys of profiles to 32 bits; a search that runs makes its work list anew."""
    cr.execute("DROP INDEX IF EXISTS crm_duplicate_profile_keys_index")
    cr.execute("ALTER TABLE crm_duplicate_profile ADD COLUMN short_keys int4[]")
    cr.execute(
        """
        UPDATE crm_duplicate_profile profile
           SET short_keys = (
               SELECT array_agg(((key >> 32 << 28) | (key & 268435455))::bit(32)::int4)
                 FROM unnest(profile.keys) AS key)
         WHERE keys IS NOT NULL
        """
    )
    cr.execute("ALTER TABLE crm_duplicate_profile DROP COLUMN keys")
    cr.execute("ALTER TABLE crm_duplicate_profile RENAME COLUMN short_keys TO keys")
    cr.execute("DROP TABLE crm_duplicate_candidate")
    # its places count pairs that are no more, or stand where the new steps do not
    cr.execute(
        """
        UPDATE crm_duplicate_search
           SET phase = CASE WHEN kind = 'leads' THEN 'read_leads' ELSE 'read_customers' END,
               last_key = 0, done_count = 0
         WHERE run_state IN ('waiting', 'running', 'cancelled')
        """
    )
