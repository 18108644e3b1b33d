"""Odoo's command line and settings for this project's servers."""

import os
import subprocess

from . import addons, fetch_odoo, postgres
from .machine import need_space
from .paths import ADDONS, BIN, CONF, GENERATED, TREE
from .say import Stop

# A language that is not named is not there at all, English included.
DEMO_LANGUAGES = "en_US,de_DE"


def data_folder(kind):
    """Filestore and sessions. ``kind`` is the database cluster, run or test."""
    return GENERATED / "data" / kind


def config_file(kind):
    """Settings shared by the server, the shell and pytest-odoo."""
    folders = [*fetch_odoo.addons_paths()]
    if addons.names():
        folders.append(ADDONS)
    values = {
        "addons_path": ",".join(str(folder) for folder in folders),
        "data_dir": data_folder(kind),
        "http_interface": "127.0.0.1",
        "list_db": "False",
        "max_cron_threads": 1 if kind == "run" else 0,
        "server_wide_modules": "base,rpc,web",
    }
    if kind == "test":
        # The memory limit would hold for the browser, a child process, too.
        values |= {"limit_memory_hard": 0, "limit_memory_soft": 0, "limit_time_real": 0}
    if not postgres.is_external():
        values |= {
            "db_host": postgres.socket_folder(kind),
            "db_port": postgres.PORT,
            "db_user": postgres.ROLE,
            "db_maxconn": 32,
        }
    text = "[options]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())
    path = CONF / f"{TREE}-{kind}.conf"
    if not path.exists() or path.read_text() != text:
        CONF.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    data_folder(kind).mkdir(parents=True, exist_ok=True)
    return path


def environment(kind):
    env = {**os.environ, **postgres.environment(kind)}
    env["PYTHONPATH"] = str(fetch_odoo.python_path())
    env["PATH"] = f"{BIN}:{postgres.bin_folder()}:{env['PATH']}"
    env["ODOO_RC"] = str(config_file(kind))
    env["PYTHONWARNINGS"] = "ignore"
    return env


def command(kind, *arguments):
    """``odoo`` with this project's settings; leading words are its subcommand."""
    arguments = [str(argument) for argument in arguments]
    words = 0
    if arguments and not arguments[0].startswith("-"):
        words = 2 if arguments[0] == "i18n" else 1
    sub, rest = arguments[:words], arguments[words:]
    return [str(BIN / "python"), "-m", "odoo", *sub, "-c", str(config_file(kind)), *rest]


def build(kind, name, modules, *, demo=False, languages="", base=None, log):
    """Create a database with addons; half-built ones never get the name.

    The database grows under another name and is renamed when it is complete. It
    starts empty, or as a copy of the database ``base``.
    """
    from . import database

    need_space(1000, "a database")
    unfinished = f"{name}_unfinished"
    if base:
        database.copy(kind, base, unfinished)
    else:
        database.create(kind, unfinished)
    log.parent.mkdir(parents=True, exist_ok=True)
    options = ["--with-demo"] if demo else []
    if languages:
        options.append(f"--load-language={languages}")
    line = command(kind, "-d", unfinished, "-i", ",".join(modules), "--stop-after-init",
                   "--no-http", "--log-level=info", *options)  # fmt: skip
    with log.open("wb") as out:
        code = subprocess.run(
            line, stdout=out, stderr=subprocess.STDOUT, env=environment(kind)
        ).returncode
    problems = [
        text
        for text in log.read_text(errors="replace").splitlines()
        if " ERROR " in text or " CRITICAL " in text
    ]
    if code or problems:
        database.drop(kind, unfinished)
        shown = "\n".join("    | " + text[:300] for text in problems[-5:])
        raise Stop(f"installing {', '.join(modules)} failed (whole log: {log})\n{shown}")
    database.rename(kind, unfinished, name)
