# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The container image installs a hash-pinned part of the one lock file."""

import pytest

from devkit import lock_subset
from devkit.paths import ROOT

LOCK = """\
alpha==1.0 ; python_full_version < '3.11' \\
    --hash=sha256:aa
alpha==2.0 ; python_full_version >= '3.11' \\
    --hash=sha256:bb
beta-two==3.0 \\
    --hash=sha256:cc
"""


@pytest.fixture
def lock(tmp_path):
    path = tmp_path / "requirements.lock"
    path.write_text(LOCK)
    return path


def test_subset_keeps_every_variant_with_its_hashes(lock):
    assert lock_subset.subset(lock, ["alpha"]) == LOCK[: LOCK.index("beta-two")]


def test_unknown_package_is_refused(lock):
    with pytest.raises(SystemExit, match="gamma"):
        lock_subset.subset(lock, ["gamma"])


def test_manifest_names_are_spelled_as_in_the_lock(tmp_path, lock):
    addon = tmp_path / "addons/one"
    addon.mkdir(parents=True)
    (addon / "__manifest__.py").write_text('{"external_dependencies": {"python": ["Beta_Two"]}}')
    names = lock_subset.addon_packages(tmp_path / "addons")
    assert names == ["beta-two"]
    assert "sha256:cc" in lock_subset.subset(lock, names)


def test_every_addon_dependency_is_locked():
    names = lock_subset.addon_packages(ROOT / "addons")
    assert lock_subset.subset(ROOT / "requirements.lock", names).count("==") >= len(names)


def test_lock_holds_no_address_and_a_hash_for_each_package():
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    for blocks in lock_subset.blocks(ROOT / "requirements.lock").values():
        assert all("--hash=sha256:" in block for block in blocks)
