"""Structural checks of docker/Dockerfile and docker/compose.yaml.

No container engine is needed: instructions, stages, sources of COPY, and the
shape of the compose file with its references are checked against the tree.
"""

import json
import re
import subprocess

from .paths import BIN, ROOT

INSTRUCTIONS = {
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL",
    "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
}  # fmt: skip
SERVICE_KEYS = {
    "build", "command", "configs", "depends_on", "entrypoint", "environment", "env_file",
    "healthcheck", "image", "networks", "ports", "profiles", "restart", "secrets", "shm_size",
    "stop_grace_period", "tmpfs", "user", "volumes", "init", "read_only", "security_opt", "working_dir",
}  # fmt: skip
HEALTH_KEYS = {
    "test",
    "interval",
    "timeout",
    "retries",
    "start_period",
    "start_interval",
    "disable",
}


def _instructions(text):
    """``(line number, instruction, arguments)`` with continued lines joined."""
    pending, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#") or (not pending and not line.strip()):
            continue
        start = start or number
        if line.rstrip().endswith("\\"):
            pending += line.rstrip()[:-1] + " "
            continue
        word, _, rest = (pending + line).strip().partition(" ")
        yield start, word.upper(), rest.strip()
        pending, start = "", 0
    if pending:
        yield start, "UNFINISHED", pending


def dockerfile(path, context):
    problems, stages, began = [], set(), False
    for number, word, rest in _instructions(path.read_text()):
        where = f"{path.relative_to(ROOT)}:{number}"
        if word not in INSTRUCTIONS:
            problems.append(f"{where}: unknown instruction {word}")
        elif not rest:
            problems.append(f"{where}: {word} says nothing")
        elif not began and word not in ("FROM", "ARG"):
            problems.append(f"{where}: {word} stands before FROM")
        elif word == "FROM":
            began = True
            match = re.fullmatch(r"(\S+)(?:\s+AS\s+(\S+))?", rest, re.I)
            if not match or (":" not in match[1] and match[1] not in stages):
                problems.append(f"{where}: FROM needs an image with a tag")
            elif match[2]:
                stages.add(match[2])
        elif word == "COPY" and "--from=" not in rest:
            sources = [part for part in rest.split() if not part.startswith("--")][:-1]
            problems += [
                f"{where}: {source} is not in the tree"
                for source in sources
                if not (context / source).exists()
            ]
        elif word == "RUN":
            problems += _shell(where, rest)
        elif word in ("CMD", "ENTRYPOINT") and rest.startswith("["):
            try:
                json.loads(rest)
            except ValueError as error:
                problems.append(f"{where}: {error}")
    return problems


def _shell(where, script):
    script = re.sub(r"^(--\S+\s+)+", "", script)
    done = subprocess.run(["sh", "-n", "-c", script], capture_output=True, text=True)
    return [f"{where}: {done.stderr.strip()}"] if done.returncode else []


def _load_yaml(path):
    code = "import sys, json, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)"
    done = subprocess.run([BIN / "python", "-c", code, path], capture_output=True, text=True)
    if done.returncode:
        return None, [f"{path.relative_to(ROOT)}: {done.stderr.strip().splitlines()[-1]}"]
    return json.loads(done.stdout), []


def _merged(base, overlay):
    """An overlay's mappings laid over the base, as `docker compose -f a -f b` does."""
    merged = dict(base)
    for key, value in overlay.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merged(base[key], value) if both else value
    return merged


def compose(path, base=None):
    """Problems of a compose file, or of an overlay file together with its ``base``."""
    content, problems = _load_yaml(path)
    if problems:
        return problems
    if base:
        content = _merged(_load_yaml(base)[0] or {}, content)
    name = path.relative_to(ROOT)
    for key in set(content) - {"name", "services", "volumes", "networks", "configs", "secrets"}:
        if not key.startswith("x-"):
            problems.append(f"{name}: unknown key {key}")
    services = content.get("services") or {}
    if not services:
        problems.append(f"{name}: no services")
    for service, values in services.items():
        where = f"{name}: {service}"
        problems += [f"{where}: unknown key {k}" for k in set(values) - SERVICE_KEYS]
        if not values.get("image") and not values.get("build"):
            problems.append(f"{where}: neither image nor build")
        health = values.get("healthcheck") or {}
        problems += [f"{where}: unknown healthcheck key {k}" for k in set(health) - HEALTH_KEYS]
        waits = values.get("depends_on") or {}
        for other in waits:
            if other not in services:
                problems.append(f"{where}: depends on unknown service {other}")
            elif isinstance(waits, dict):
                healthy = waits[other].get("condition") == "service_healthy"
                if healthy and not services[other].get("healthcheck"):
                    problems.append(f"{where}: waits for the health of {other}, which has no check")
        for volume in values.get("volumes") or []:
            source = volume.split(":")[0] if isinstance(volume, str) else volume.get("source", "")
            if source.startswith("."):
                if not (path.parent / source).exists():
                    problems.append(f"{where}: {source} is not in the tree")
            elif not source.startswith("/") and source not in (content.get("volumes") or {}):
                problems.append(f"{where}: volume {source} is not declared")
        build = values.get("build")
        if isinstance(build, dict):
            context = (path.parent / build.get("context", ".")).resolve()
            if not (context / build.get("dockerfile", "Dockerfile")).exists():
                problems.append(f"{where}: its Dockerfile is not in the tree")
    return problems


def check():
    folder = ROOT / "docker"
    base, replica = folder / "compose.yaml", folder / "compose.replica.yaml"
    return dockerfile(folder / "Dockerfile", ROOT) + compose(base) + compose(replica, base)
