# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What became of silent customers, and who was talked to again."""

from datetime import timedelta
from random import Random

WHY = ("project", "season", "stocked", "talking")
REASONS = ("price", "competitor", "dissatisfied")
TRIED = 0.6


def decide_silences(env, clock):
    """A few silent customers are not lost; most wait for a decision."""
    silent = env["crm.customer.lifecycle"].search(
        [("company_id", "=", env.company.id), ("silence_state", "=", "open")], order="id"
    )
    for number, row in enumerate(silent[::6]):
        rng = Random(f"silence-{row.partner_id.name}")
        until = clock.today + timedelta(days=30 + rng.randrange(150))
        row._dismiss_silence(until, WHY[number % len(WHY)])


def end_before_return(env):
    """Some customers who came back had said why they left."""
    returned = env["crm.customer.lifecycle"].search(
        [
            ("company_id", "=", env.company.id),
            ("lost_kind", "=", "silent"),
            ("won_back_on", "!=", False),
        ],
        order="id",
    )
    return env["crm.customer.end"].create(
        [
            {
                "partner_id": row.partner_id.id,
                "company_id": row.company_id.id,
                "ended_on": row.silent_on,
                "reason_id": env.ref(
                    f"crm_complaints.end_reason_{REASONS[number % len(REASONS)]}"
                ).id,
                "user_id": row.user_id.id,
            }
            for number, row in enumerate(returned[::2])
        ]
    )


def try_to_win_back(clock, ends):
    """With most of the customers who left somebody has talked since."""
    for end in ends:
        rng = Random(f"win-back-{end.partner_id.name}")
        begun = end.ended_on + timedelta(days=5 + rng.randrange(30))
        if rng.random() < TRIED and begun <= clock.today:
            end.win_back_started_on = begun
