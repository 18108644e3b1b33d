# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Duplicates: how many are found, how many of them are right, time and memory.

On German customers made up here (10,000 and 100,000, or BENCH_SIZE of them) or read from the file
BENCH_CSV, beside Splink 4 and Odoo's own wizard in the same run, on customers without any
duplicate, and on the FEBRL sets 3 and 4.

BENCH_CSV: columns id, street, zip, city, email, phone, vat, name, is_company (True or False) and ent,
the number of the customer that the record stands for.
"""

import csv
import os
import tempfile
import time
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
SIZES = (10_000, 100_000)
HEADERS = (
    "who", "found", "right", "F1", "precision", "automatic", "seconds", "÷ Splink", "cpu python",
    "cpu database", "python MB", "of these more",
    "helpers MB", "database MB",
)  # fmt: skip
GOALS = (
    "Goals: F1 ≥ 0.93 at 100,000 and ≥ 0.92 at a million; precision of the automatic ones ≥ 0.995;",
    "at most 0.55 of Splink's time, 200 MB of Python, 700 MB in the database at a million.",
    "Python MB: peak of the whole process; more: than Odoo took before the search; helpers: the peaks",
    "of all helper processes together.",
)
AFTERWARDS = ("Goals at a million: 1 s, 20 ms.",)


def load(env, rows):
    """Write labelled customers of a year ago by SQL, with the number of the customer in ``color``."""
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
                   NULLIF(lower(email), ''), now() AT TIME ZONE 'UTC' - interval '1 year',
                   now() AT TIME ZONE 'UTC' - interval '1 year'
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


def grouped(env):
    """Pairs of records that one cluster holds: (found, right). This is what is merged."""
    ((found, right),) = env.execute_query(
        SQL(
            """
            SELECT count(*), count(*) FILTER (WHERE l.color = r.color)
              FROM crm_duplicate_cluster cluster
              JOIN crm_duplicate_member one ON one.cluster_id = cluster.id
              JOIN crm_duplicate_member two ON two.cluster_id = cluster.id
                   AND two.partner_id > one.partner_id
              JOIN res_partner l ON l.id = one.partner_id
              JOIN res_partner r ON r.id = two.partner_id
             WHERE cluster.score >= 0.5
            """
        )
    )
    return found, right


def table_size(env):
    """Megabytes on disk of all tables of duplicates with their indexes."""
    ((total,),) = env.execute_query(
        SQL(
            "SELECT sum(pg_total_relation_size(oid)) / 1048576.0 FROM pg_class"
            " WHERE relkind = 'r' AND relname LIKE 'crm_duplicate_%%'"
        )
    )
    return float(total)


def stock(env, total):
    """The best of what Odoo's own wizard groups by one of its criteria.

    :param total: number of true pairs
    :return: tuple (criterion, found, right, seconds)
    """
    wizard = env["base.partner.merge.automatic.wizard"]
    answers = []
    for name in ("email", "name", "vat"):
        begin = time.perf_counter()
        env.cr.execute(wizard._generate_query([name], maximum_group=0))
        groups = [ids for _first, ids in env.cr.fetchall()]
        seconds = time.perf_counter() - begin
        ((found, right),) = env.execute_query(
            SQL(
                """
                SELECT sum(number * (number - 1) / 2), sum(same)
                  FROM (SELECT sum(part) AS number, sum(part * (part - 1) / 2) AS same
                          FROM (SELECT place, color, count(*) AS part
                                  FROM unnest(%s::text[]) WITH ORDINALITY AS t (ids, place)
                                  JOIN res_partner ON res_partner.id = ANY(ids::int[])
                                 WHERE color > 0 GROUP BY place, color) AS parts
                         GROUP BY place) AS groups
                """,
                ["{" + ",".join(map(str, ids)) + "}" for ids in groups],
            )
        )
        answers.append((name, int(found or 0), int(right or 0), seconds))
    return max(answers, key=lambda answer: f1(answer[1], answer[2], total) or 0)


def splink(rows):
    """Splink's answer on the same records."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.csv"
        with path.open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(("id", *FIELDS, "customer"))
            writer.writerows((number, *row) for number, row in enumerate(rows))
        return run_beside("splink", "splink_run.py", path)


def sources():
    """What to search: list of (number of records, rows)."""
    if os.environ.get("BENCH_CSV"):
        with Path(os.environ["BENCH_CSV"]).open(newline="") as file:
            rows = [
                (row["name"], row["is_company"] == "True", row["street"], row["zip"], row["city"],
                 row["email"], row["phone"], row["vat"], int(row["ent"]))
                for row in csv.DictReader(file)
            ]  # fmt: skip
        yield rows
        return
    for count in [size(0)] if os.environ.get("BENCH_SIZE") else SIZES:
        yield Labelled(count, SEED).rows


def test_german_customers():
    lines, phases, afterwards, notes = [], [], [], ()
    for rows in sources():
        count, total = len(rows), true_pairs(rows)
        with copy_of(templates.ensure(demo=False), "bench_duplicates") as name:
            with environment(name) as env:
                load(env, rows)
            answer = run("check_duplicates.py", name)
            with environment(name) as env:
                found, right, automatic, good = ours(env)
                in_clusters, right_in_clusters = grouped(env)
                disk = table_size(env)
                criterion, stock_found, stock_right, stock_seconds = stock(env, total)
        beside = splink(rows)
        wall, python, database, _queries = answer["whole"]
        lines.append(
            (f"{count}: this suite", found, right, f1(found, right, total), right / found,
             good / automatic, wall, wall / beside["seconds"] if beside else None, python, database,
             answer["peak"], answer["peak"] - answer["before"], answer["helpers"], disk)
        )  # fmt: skip
        lines.append(
            (f"{count}: this suite, whole clusters", in_clusters, right_in_clusters,
             f1(in_clusters, right_in_clusters, total), right_in_clusters / in_clusters,
             *[None] * 9)
        )  # fmt: skip
        lines.append(
            (f"{count}: Odoo's wizard, equal {criterion}", stock_found, stock_right,
             f1(stock_found, stock_right, total), stock_right / stock_found, None, stock_seconds,
             *[None] * 6)
        )  # fmt: skip
        if beside:
            lines.append(
                (f"{count}: Splink 4", beside["found"], beside["right"],
                 f1(beside["found"], beside["right"], total), beside["right"] / beside["found"],
                 None, beside["seconds"], 1.0, beside["cpu"], None, beside["peak"], None, None, None)
            )  # fmt: skip
        else:
            notes = NO_SPLINK
        phases += [
            (f"{count}: {label.partition(' ')[2]}", *reading[:3])
            for label, reading in answer["phases"]
        ]
        afterwards.append((str(count), *answer["again"][:3], *answer["hint"]))
    show("Duplicates among German customers", HEADERS, lines, (*GOALS, *notes))
    show("Of the whole search", ("what", "seconds", "cpu python", "cpu database"), phases)
    show(
        "Afterwards",
        ("customers", "1,000 changed: seconds", "cpu python", "cpu database", "hint: median ms",
         "slowest ms"),
        afterwards,
        AFTERWARDS,
    )  # fmt: skip


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
        ("set", "true pairs", "found", "right", "F1", "precision", "F1 of clusters", "seconds"),
        lines,
        ("Goals: F1 ≥ 0.995 and ≥ 0.999.",)
        if lines
        else ("The package could not be installed: not measured.",),
    )
