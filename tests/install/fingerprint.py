# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an addon may leave behind in a database: structure and settings, as sets of lines."""

from devkit import database

QUERIES = {
    "tables": "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
    "columns": """
        SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "indexes": "SELECT tablename || ': ' || indexname FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """
        SELECT conrelid::regclass || ': ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "triggers": "SELECT tgrelid::regclass || ': ' || tgname FROM pg_trigger WHERE NOT tgisinternal",
    "functions": """
        SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
    "models": "SELECT model FROM ir_model",
    "fields": "SELECT model || '.' || name FROM ir_model_fields",
    "menus": "SELECT coalesce(name->>'en_US', '') || id FROM ir_ui_menu",
    "views": "SELECT model || ' ' || name || ' ' || id FROM ir_ui_view",
    "groups": "SELECT gid || ' implies ' || hid FROM res_groups_implied_rel",
    "members": "SELECT gid || ' has ' || uid FROM res_groups_users_rel",
    "rules": "SELECT name || ' ' || id || ' ' || coalesce(domain_force, '') FROM ir_rule",
    "access": "SELECT name FROM ir_model_access",
    "crons": "SELECT id || ' ' || active FROM ir_cron",
    "actions": "SELECT type || ' ' || id FROM ir_actions",
    "parameters": "SELECT key FROM ir_config_parameter",
    "sequences": "SELECT id::text FROM ir_sequence",
    "subtypes": "SELECT id::text FROM mail_message_subtype",
    "stages": "SELECT name->>'en_US' FROM crm_stage",
    # the stock addon "rating", a dependency, leaves these of its own model when it goes
    "data": """
        SELECT module || '.' || name FROM ir_model_data
        WHERE module NOT LIKE 'base%'
          AND name NOT LIKE 'model\\_inherit\\_\\_rating\\_mixin\\_\\_%'""",
}


def take(name):
    """The fingerprint of a database: dict of sets."""
    return {
        part: set(database.ask("test", query, name).splitlines()) for part, query in QUERIES.items()
    }


def differences(before, after):
    """Lines that came or went, by part; empty when nothing was left behind or lost."""
    found = {}
    for part, lines in before.items():
        changed = [f"+ {line}" for line in sorted(after[part] - lines)]
        changed += [f"- {line}" for line in sorted(lines - after[part])]
        if changed:
            found[part] = changed
    return found
