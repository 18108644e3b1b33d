# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Duplicates: how many are found, how many of them are right, time and memory.

On German customers made up here (BENCH_SIZE of them), beside Splink 4 and Odoo's own wizard in
the same run, on customers without any duplicate, and on the FEBRL sets 3 and 4.
"""

import csv
import tempfile
from pathlib import Path

from databases import copy_of, environment, size
from environments import run as run_beside
from febrl import judge
from labelled import FIELDS, Labelled
from meter import show
from programs import run

from odoo.tools import SQL

from devkit import templates

SEED = 20
NO_SPLINK = ("Splink could not be installed: not measured.",)
HEADERS = (
    "who", "found", "right", "F1", "precision", "automatic", "seconds", "cpu python",
    "cpu database", "python MB", "database MB",
)  # fmt: skip


def load(env, rows):
    """Write labelled customers by SQL, with the number of the customer in ``color``."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    kinds = ("varchar[]", "bool[]", *["varchar[]"] * 6, "int[]")
    env.cr.execute(
        SQL(
            """
            INSERT INTO res_partner (
                   name, is_company, street, zip, city, email, phone, vat, color, complete_name,
                   active, partner_share, type, country_id, autopost_bills, lang, email_normalized,
                   create_date, write_date)
            SELECT name, is_company, street, zip, city, NULLIF(email, ''), NULLIF(phone, ''),
                   NULLIF(vat, ''), customer, name, TRUE, TRUE, 'contact', %s, 'ask', 'en_US',
                   NULLIF(lower(email), ''), now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM unnest(%s) AS t (name, is_company, street, zip, city, email, phone, vat, customer)
            """,
            env.ref("base.de").id,
            SQL(", ").join(
                SQL("%s::" + kind, column) for kind, column in zip(kinds, columns, strict=True)
            ),
        )
    )
    env.cr.execute(
        SQL("UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL")
    )
    env.cr.commit()
    env.cr.execute(SQL("ANALYZE res_partner"))


def true_pairs(rows):
    """Number of pairs of records of one customer."""
    counts = {}
    for row in rows:
        counts[row[-1]] = counts.get(row[-1], 0) + 1
    return sum(count * (count - 1) // 2 for count in counts.values())


def f1(found, right, total):
    """Harmonic mean of precision and recall, pairwise."""
    return 2 * right / (found + total) if found + total else None


def ours(env):
    """Pairs that are taken for the same: (found, right, automatic, of these right)."""
    ((found, right, automatic, good),) = env.execute_query(
        SQL(
            """
            SELECT count(*), count(*) FILTER (WHERE l.color = r.color),
                   count(*) FILTER (WHERE p.band = 'automatic'),
                   count(*) FILTER (WHERE p.band = 'automatic' AND l.color = r.color)
              FROM crm_duplicate_pair p
              JOIN res_partner l ON l.id = p.left_partner_id
              JOIN res_partner r ON r.id = p.right_partner_id
             WHERE p.score >= 0.5
            """
        )
    )
    return found, right, automatic, good


def table_size(env):
    """Megabytes on disk of all tables of duplicates with their indexes."""
    ((total,),) = env.execute_query(
        SQL(
            "SELECT sum(pg_total_relation_size(oid)) / 1048576.0 FROM pg_class"
            " WHERE relkind = 'r' AND relname LIKE 'crm_duplicate_%%'"
        )
    )
    return float(total)


def stock(env):
    """Pairs that Odoo's own wizard groups by equal e-mail: (found, right)."""
    groups = env.execute_query(
        SQL(
            "SELECT array_agg(color) FROM res_partner WHERE email_normalized <> '' AND color > 0"
            " GROUP BY lower(email) HAVING count(*) > 1"
        )
    )
    found = right = 0
    for (customers,) in groups:
        count = len(customers)
        found += count * (count - 1) // 2
        same = (customers.count(customer) for customer in set(customers))
        right += sum(number * (number - 1) // 2 for number in same)
    return found, right


def splink(rows):
    """Splink's answer on the same records."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.csv"
        with path.open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(("id", *FIELDS, "customer"))
            writer.writerows((number, *row) for number, row in enumerate(rows))
        return run_beside("splink", "splink_run.py", path)


def test_german_customers():
    count = size(100_000)
    rows = Labelled(count, SEED).rows
    total = true_pairs(rows)
    with copy_of(templates.ensure(demo=False), "bench_duplicates") as name:
        with environment(name) as env:
            load(env, rows)
        answer = run("check_duplicates.py", name)
        with environment(name) as env:
            found, right, automatic, good = ours(env)
            disk = table_size(env)
            stock_found, stock_right = stock(env)
    wall, python, database, _queries = answer["whole"]
    lines = [
        ("this suite", found, right, f1(found, right, total), right / found, good / automatic,
         wall, python, database, answer["peak"], disk),
        ("Odoo's wizard, equal e-mail", stock_found, stock_right,
         f1(stock_found, stock_right, total), stock_right / stock_found, *[None] * 6),
    ]  # fmt: skip
    beside = splink(rows)
    if beside:
        lines.append(
            ("Splink 4", beside["found"], beside["right"],
             f1(beside["found"], beside["right"], total), beside["right"] / beside["found"], None,
             beside["seconds"], None, None, beside["peak"], None)
        )  # fmt: skip
    show(f"Duplicates among {count} German customers ({total} true pairs)", HEADERS, lines,
         () if beside else NO_SPLINK)  # fmt: skip
    again, hint = answer["again"], answer["hint"]
    show(
        "Afterwards",
        ("1,000 changed: seconds", "cpu python", "cpu database", "hint: median ms", "slowest ms"),
        [(*again[:3], *hint)],
        ("Goals: F1 ≥ 0.93 at 100,000, automatic ≥ 0.995, 1 s, 20 ms.",),
    )


def test_no_duplicates():
    count = size(100_000) // 5
    rows = Labelled(count, SEED + 1, duplicates=False).rows
    with copy_of(templates.ensure(demo=False), "bench_unique") as name:
        with environment(name) as env:
            load(env, rows)
        run("check_duplicates.py", name)
        with environment(name) as env:
            found, _right, automatic, _good = ours(env)
    show(
        "Customers without any duplicate",
        ("customers", "taken for the same", "automatic"),
        [(count, found, automatic)],
        ("Goal: about 0 automatic.",),
    )


def test_febrl():
    lines = []
    for number in ("3", "4"):
        answer = run_beside("febrl", "febrl_export.py", number)
        if answer:
            lines.append((f"FEBRL {number}", *judge(answer["records"], answer["links"])))
    show(
        "Persons with addresses and dates of birth, without social security number",
        ("set", "true pairs", "found", "right", "F1", "precision", "seconds"),
        lines,
        ("Goals: F1 ≥ 0.995 and ≥ 0.999.",)
        if lines
        else ("The package could not be installed: not measured.",),
    )
