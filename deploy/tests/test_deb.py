"""The Debian package in a clean Debian: installed, used, upgraded, removed, purged (`make test-deb`, as root)."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from debian_box import Debian

ROOT = Path(__file__).parents[2]
INSTALLED_MIB = 60


def built(revision: str, root: Path = ROOT) -> Path:
    environ = {**os.environ, "SOURCE_DATE_EPOCH": "1790000000"}
    subprocess.run(
        [sys.executable, "deploy/packages/deb.py", revision], check=True, capture_output=True, cwd=root, env=environ
    )
    (package,) = (root / "dist").glob(f"shieldwall_*-{revision}_amd64.deb")
    return package


@pytest.fixture(scope="module")
def packages() -> tuple[Path, Path]:
    return built("1~test"), built("2~test")


def test_the_whole_life_of_the_package(debian: Debian, packages: tuple[Path, Path]) -> None:
    clean, (first, second) = debian.files(), packages
    debian.install(first)
    assert debian("shieldwall --version").startswith("shieldwall ")
    assert "mode 700" in debian("stat -c 'mode %a %U' /var/lib/shieldwall")
    mib = int(debian("du -sk /opt/shieldwall | cut -f1")) / 1024
    print(f"installed and compiled: {mib:.1f} MiB; {debian('find /opt/shieldwall -type f | wc -l').strip()} files")
    assert mib <= INSTALLED_MIB
    assert "shieldwall" in debian("man -w shieldwall")
    assert "_SHIELDWALL_COMPLETE" in debian("cat /usr/share/bash-completion/completions/shieldwall")

    debian("shieldwall scan --policy server --fail-on never --output /root/result.json")
    result = json.loads((debian.root / "root/result.json").read_text())
    assert result["counts"]["error"] == 0
    assert result["counts"]["pass"] > 0
    assert not any(path.name == "__pycache__" for path in (debian.root / "var/lib/shieldwall").rglob("*"))

    (debian.root / "etc/cron.d").mkdir(exist_ok=True)
    debian("shieldwall schedule weekly")
    line = (debian.root / "etc/cron.d/shieldwall").read_text()
    assert "/usr/bin/shieldwall --home /var/lib/shieldwall" in line

    debian.install(second)
    assert debian("dpkg-query -W -f '${Version}' shieldwall").endswith("-2~test")
    assert len(debian("shieldwall history --json").splitlines()) == 1, "an upgrade keeps the history"
    assert (debian.root / "etc/cron.d/shieldwall").read_text() == line, "and the schedule"
    assert debian("dpkg --verify shieldwall") == ""

    debian("dpkg --remove shieldwall")
    assert not (debian.root / "etc/cron.d/shieldwall").exists()
    assert not (debian.root / "opt/shieldwall").exists()
    assert (debian.root / "var/lib/shieldwall/agent.db").exists(), "removing is not forgetting"
    debian("dpkg --purge shieldwall")
    left = debian.files() - clean - {"etc/cron.d"}
    assert left == set()


def test_a_fleet_schedules_by_a_file(debian: Debian, packages: tuple[Path, Path]) -> None:
    (debian.root / "etc/cron.d").mkdir(exist_ok=True)
    (debian.root / "etc/default/shieldwall").write_text("SCHEDULE=daily\n")
    shutil.copy(packages[0], debian.root / "root")
    debian(f"dpkg --force-confold -i /root/{packages[0].name}")
    assert "--every daily" in (debian.root / "etc/cron.d/shieldwall").read_text()


def test_built_twice_in_different_places_it_is_the_same(tmp_path: Path) -> None:
    digests = set()
    for name in ("here", "over-there"):
        place = tmp_path / name
        place.mkdir()
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x"], cwd=place, input=archive, check=True)
        digests.add(hashlib.sha256(built("1~test", place).read_bytes()).hexdigest())
    assert len(digests) == 1
