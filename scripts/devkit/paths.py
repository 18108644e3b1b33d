"""Where everything lies. All generated files are below one ignored folder."""

import hashlib
import os
from pathlib import Path

# CRM_KPI_TREE: use another checkout's addons with these scripts.
ROOT = Path(os.environ.get("CRM_KPI_TREE") or Path(__file__).resolve().parents[2])
ADDONS = ROOT / "addons"
GENERATED = (ROOT / ".odoo").resolve()

# A work tree may borrow the folder of another by a link: it is used as it is.
BORROWED = (ROOT / ".odoo").is_symlink()

SOURCE = GENERATED / "source"
VENV = GENERATED / "venv"
BIN = VENV / "bin"
CONF = GENERATED / "conf"
LOGS = GENERATED / "log"
LOCK = ROOT / "requirements.lock"

# Two work trees may share one generated folder; their settings must not mix.
TREE = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
