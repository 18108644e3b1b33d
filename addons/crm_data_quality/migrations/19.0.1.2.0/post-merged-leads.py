# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):  # noqa: ARG001 - Odoo's signature
    """Say of the leads that were merged before that they are."""
    cr.execute(
        """
        UPDATE crm_lead lead SET is_merged = TRUE
          FROM crm_merge_lead_rel part JOIN crm_merge merge ON merge.id = part.merge_id
         WHERE part.lead_id = lead.id AND merge.state IN ('done', 'expired') AND NOT lead.active
        """
    )
    # the undo of these merges takes it back with the rest
    cr.execute(
        """
        UPDATE crm_merge_line line
           SET old_values = old_values || '{"is_merged": null}',
               new_values = new_values || '{"is_merged": true}'
          FROM crm_merge merge
         WHERE merge.id = line.merge_id AND merge.state = 'done' AND line.action = 'update'
           AND line.table_name = 'crm_lead' AND line.new_values = '{"active": false}'
        """
    )
