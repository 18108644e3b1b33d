"""Where everything lies. All generated files are below one ignored folder."""

import hashlib
import os
from pathlib import Path

ROOT = Path(os.environ.get("CRM_KPI_TREE") or Path(__file__).resolve().parents[2])
ADDONS = ROOT / "addons"
GENERATED = (ROOT / ".odoo").resolve()

SOURCE = GENERATED / "source"
VENV = GENERATED / "venv"
BIN = VENV / "bin"
CONF = GENERATED / "conf"
LOGS = GENERATED / "log"
LOCK = ROOT / "requirements.lock"

# Two work trees may share one generated folder; their settings must not mix.
TREE = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
