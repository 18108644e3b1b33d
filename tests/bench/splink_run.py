# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run by the Python of an environment with Splink 4: the same records, its own way; cost as JSON.

Set up as its documentation advises for persons and companies: names by Jaro-Winkler, exact
values with term frequencies, u by random sampling, m by expectation maximisation in two passes.
"""

import json
import sys
import time
from pathlib import Path

import pandas
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLD = 0.5


def linker(frame):
    blocks = [
        block_on("email"), block_on("phone"), block_on("vat"), block_on("name"),
        block_on("zip", "substr(name, 1, 4)"), block_on("street", "zip"),
        block_on("city", "substr(name, 1, 6)"), block_on("street", "substr(name, 1, 4)"),
    ]  # fmt: skip
    exact = [cl.ExactMatch(name).configure(term_frequency_adjustments=True)
             for name in ("phone", "zip", "city")]  # fmt: skip
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]),
            cl.ExactMatch("is_company"),
            cl.LevenshteinAtThresholds("email", [2]),
            cl.LevenshteinAtThresholds("street", [2, 4]),
            cl.ExactMatch("vat"),
            *exact,
        ],
        blocking_rules_to_generate_predictions=blocks,
    )
    return Linker(frame, settings, DuckDBAPI())


def main(source):
    frame = pandas.read_csv(source, dtype=str)
    for name in ("name", "street", "city", "email"):
        frame[name] = frame[name].str.lower()
    frame["phone"] = frame["phone"].str.replace(r"^(\+|00)49", "0", regex=True)
    frame["phone"] = frame["phone"].str.replace(r"\D", "", regex=True)
    begin, before = time.perf_counter(), time.process_time()
    model = linker(frame.drop(columns=["customer"]))
    model.training.estimate_probability_two_random_records_match(
        [block_on("email"), block_on("phone")], recall=0.7
    )
    model.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    model.training.estimate_parameters_using_expectation_maximisation(block_on("name"))
    model.training.estimate_parameters_using_expectation_maximisation(block_on("street", "zip"))
    found = model.inference.predict(threshold_match_probability=THRESHOLD)
    pairs = found.as_pandas_dataframe()[["id_l", "id_r"]]
    seconds, cpu = time.perf_counter() - begin, time.process_time() - before
    customer = dict(zip(frame["id"], frame["customer"], strict=True))
    right = sum(customer[one] == customer[two] for one, two in pairs.itertuples(index=False))
    # not by getrusage, which begins with the peak of the process that started this one
    status = Path("/proc/self/status").read_text()
    answer = {
        "found": len(pairs), "right": right, "seconds": seconds, "cpu": cpu,
        "peak": int(status.partition("VmHWM:")[2].split()[0]) / 1024,
    }  # fmt: skip
    print(json.dumps(answer))  # noqa: T201 - the answer


main(*sys.argv[1:])
