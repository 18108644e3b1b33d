# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api

from odoo.addons.crm_data_quality.hooks import post_init_hook

# What was shipped before and is now: (record, field, old, new). What somebody changed stays.
_VALUES = [
    ("rule_zip_place", "fix_methods", "city_wrong", "city_wrong, zip_wrong"),
    ("rule_lead_zip_place", "fix_methods", "city_wrong", "city_wrong, zip_wrong"),
    ("rule_zip", "fix_methods", False, "zip_missing"),
    ("rule_contact_orphaned", "finding_text", False, "its company is archived"),
    ("rule_email_bounced", "finding_text", False, "e-mails to this address came back"),
    ("rule_company_text", "finding_text", False, "the company is only a text, no record"),
]
# Rules that profiles had when they were shipped, by weight; each version added some.
_MAILING = {
    "rule_company_email": 2,
    "rule_person_email": 2,
    "rule_contact_reachable": 1,
    "rule_email_form": 3,
    "rule_email_bounced": 3,
    "rule_name_placeholder": 1,
    "rule_name_capitals": 1,
    "rule_lang": 1,
    "rule_activity": 1,
}
_MAILING_CONSENT = {"rule_lang_country": 1, "rule_blacklist_mailed": 3, "rule_consent": 2}
_INVOICE = {
    "rule_street": 1,
    "rule_zip": 1,
    "rule_city": 1,
    "rule_country": 2,
    "rule_state": 1,
    "rule_vat": 2,
    "rule_vat_checksum": 2,
    "rule_zip_form": 1,
    "rule_zip_place": 1,
    "rule_state_country": 1,
    "rule_vat_country": 1,
    "rule_company_email": 1,
    "rule_email_form": 1,
}
_SALES = {
    "rule_company_email": 2,
    "rule_company_phone": 2,
    "rule_person_email": 2,
    "rule_person_phone": 2,
    "rule_contact_reachable": 2,
    "rule_contact_name": 1,
    "rule_owner": 3,
    "rule_city": 1,
    "rule_country": 1,
    "rule_email_form": 2,
    "rule_email_bounced": 2,
    "rule_phone_form": 2,
    "rule_name_placeholder": 1,
    "rule_contact_orphaned": 1,
    "rule_company_text": 1,
    "rule_activity": 2,
}
# Profile, what it may have been shipped with, what it has now besides.
_PROFILES = [
    ("profile_mailing", [_MAILING, _MAILING | _MAILING_CONSENT],
     _MAILING_CONSENT | {"rule_name_blanks": 1}),
    ("profile_invoice", [_INVOICE], {"rule_name_blanks": 1}),
    ("profile_sales", [_SALES], {"rule_phone_international": 1}),
]  # fmt: skip


def migrate(cr, version):  # noqa: ARG001 - Odoo's signature
    """Bring what is shipped anew to rules and profiles that nobody has changed.

    New rules come with the data files; they do not overwrite what is there already.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
    for name, field, old, new in _VALUES:
        rule = _record(env, name)
        if rule and (rule[field] or False) == old:
            rule[field] = new
    # the German of texts that were empty before
    env["ir.module.module"].search([("name", "=", "crm_data_quality")])._update_translations()
    for name, shipped, added in _PROFILES:
        profile = _record(env, name)
        if profile and _lines(profile) in [_known(env, rules) for rules in shipped]:
            _add_rules(env, profile, added)
    post_init_hook(env)


def _record(env, name):
    """A shipped record; None where somebody deleted it."""
    return env.ref(f"crm_data_quality.{name}", raise_if_not_found=False)


def _known(env, rules):
    records = {_record(env, name): weight for name, weight in rules.items()}
    return {rule: float(weight) for rule, weight in records.items() if rule}


def _lines(profile):
    return {line.rule_id: line.weight for line in profile.line_ids}


def _add_rules(env, profile, rules):
    there = profile.line_ids.rule_id
    env["crm.quality.profile.line"].create(
        [
            {"profile_id": profile.id, "rule_id": rule.id, "weight": weight}
            for rule, weight in _known(env, rules).items()
            if rule not in there
        ]
    )
