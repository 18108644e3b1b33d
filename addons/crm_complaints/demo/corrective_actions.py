# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the company does so that things do not go wrong again."""

from datetime import timedelta

from odoo.fields import Command

from odoo.addons.crm_kpi.demo import story

# name, category whose complaints it answers, days from now to the due date, done, found
ACTIONS = (
    ("Prüfschritt in der Endkontrolle ergänzen", "quality", None, True, "effective"),
    ("Relais bei zweitem Lieferanten qualifizieren", "quality", 20, False, None),
    ("Kanten der Paletten schützen", "delivery", -6, False, None),
    ("Packliste vor dem Verladen gegenlesen", "wrong_item", -20, True, None),
)


def plan_actions(env, clock, handler, complaints):
    """Actions for the complaints of a category; the first one is the measure of the story.

    :param handler: user who owns them
    """
    started = clock.today - timedelta(days=int(story.MEASURE_AGE * 30.4))
    for name, category, days, done, found in ACTIONS:
        due = started if days is None else clock.today + timedelta(days=days)
        about = complaints.filtered(
            lambda complaint, category=category, due=due: (
                complaint.category_id == env.ref(f"crm_complaints.category_{category}")
                and complaint.received_on.date() < due
            )
        )
        if not about:
            continue
        values = {
            "name": name,
            "company_id": complaints.company_id[:1].id,
            "user_id": handler.id,
            "due_on": due,
            "done_on": due if done else False,
            "complaint_ids": [Command.set(about.sorted("received_on")[-5:].ids)],
        }
        if found:
            values |= {
                "check_result": found,
                "checked_on": due + timedelta(days=30),
                "checked_by_id": handler.id,
                "check_note": "Deutlich weniger Beschwerden über die Qualität.",
            }
        env["crm.complaint.action"].create(values)
