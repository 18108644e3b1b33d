# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The checks of the container files find what they are for."""

import pytest

from devkit import containers

COMPOSE = """
services:
  web:
    image: odoo:19.0
    depends_on:
      db: {condition: service_healthy}
    volumes: [data:/var/lib/odoo]
  db:
    image: postgres:17
    healthcheck: {test: [CMD, pg_isready]}
volumes:
  data:
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write a file of that name in a tree of its own."""
    monkeypatch.setattr(containers, "ROOT", tmp_path)

    def write(name, text):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("FROM odoo:19.0\nRUN true \\\n  && echo done\n", None),
        ("FROM odoo\n", "tag"),
        ("RUN true\nFROM odoo:19.0\n", "before FROM"),
        ("FROM odoo:19.0\nCOPPY a b\n", "unknown instruction"),
        ("FROM odoo:19.0\nCOPY missing /x\n", "not in the tree"),
        ("FROM odoo:19.0\nRUN if true; then\n", "yntax error"),
        ('FROM odoo:19.0\nCMD ["odoo",]\n', ":2: "),
        ("FROM odoo:19.0\nRUN true \\\n", "UNFINISHED"),
    ],
)
def test_dockerfile(written, tmp_path, text, complaint):
    problems = "\n".join(containers.dockerfile(written("Dockerfile", text), tmp_path))
    assert complaint in problems if complaint else not problems


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("", "", None),
        ("db: {condition", "dbx: {condition", "unknown service dbx"),
        ("volumes: [data:", "volumes: [other:", "other is not declared"),
        ("    healthcheck: {test: [CMD, pg_isready]}\n", "", "has no check"),
        ("image: postgres:17", "imagee: postgres:17", "unknown key imagee"),
        ("services:\n  web:", "services:\n web: x\n  web:", "compose.yaml"),
    ],
)
def test_compose(written, old, new, complaint):
    problems = "\n".join(containers.compose(written("compose.yaml", COMPOSE.replace(old, new, 1))))
    assert complaint in problems if complaint else not problems
