# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools.sql import column_exists


def migrate(cr, version):  # noqa: ARG001 - Odoo's signature
    """Write the reasons of pairs in their short form."""
    if not column_exists(cr, "crm_duplicate_pair", "explanation"):
        return
    cr.execute(
        """
        UPDATE crm_duplicate_pair pair
           SET reasons = (
               SELECT (jsonb_build_array(pair.explanation -> 0 -> 'total') || jsonb_agg(
                          jsonb_build_array(
                              line -> 'label', line -> 'weight', line -> 'left',
                              NULLIF(line -> 'right', line -> 'left'), line -> 'frequency')
                          ORDER BY place))::text
                 FROM jsonb_array_elements(pair.explanation) WITH ORDINALITY AS l (line, place))
         WHERE jsonb_typeof(explanation) = 'array' AND jsonb_array_length(explanation) > 0
        """
    )
    cr.execute("ALTER TABLE crm_duplicate_pair DROP COLUMN explanation")
