"""Cut single packages, with their hashes, out of requirements.lock.

Used as a program in the container image: ``lock_subset.py LOCK ADDONS`` prints
the part of the lock that the addons' manifests ask for.
"""

import ast
import re
import sys
from pathlib import Path


def blocks(lock):
    """``{package name: [its requirement blocks]}``."""
    found = {}
    for block in re.split(r"^(?=[A-Za-z0-9])", Path(lock).read_text(), flags=re.M):
        name = re.match(r"[A-Za-z0-9._-]+", block)
        if name:
            found.setdefault(name[0].lower(), []).append(block)
    return found


def subset(lock, names):
    known = blocks(lock)
    missing = [name for name in names if name not in known]
    if missing:
        raise SystemExit(f"{lock} does not hold: {', '.join(missing)}")
    return "".join(block for name in names for block in known[name])


def addon_packages(addons):
    """Python packages named by the manifests, in the spelling of the index."""
    names = set()
    for manifest in Path(addons).glob("*/__manifest__.py"):
        values = ast.literal_eval(manifest.read_text())
        names.update(values.get("external_dependencies", {}).get("python", []))
    return sorted(name.lower().replace("_", "-") for name in names)


if __name__ == "__main__":
    sys.stdout.write(subset(sys.argv[1], addon_packages(sys.argv[2])))
