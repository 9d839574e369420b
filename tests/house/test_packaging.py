"""The wheel, built and installed into an empty environment: both programs run there and find checks and policies."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_every_check_and_policy(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("checks", "policies"):
        for file in (ROOT / folder).rglob("*.yaml"):
            assert f"shieldwall/data/{file.relative_to(ROOT)}" in names
    tops = {name.split("/")[0] for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert tops == {"shieldwall", "agent", "aggregator"}


def test_both_programs_run_from_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", f"{wheel}[aggregator]"]
    subprocess.run(install, check=True, capture_output=True)
    clean = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "SHIELDWALL_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
    where = tmp_path / "elsewhere"
    where.mkdir()

    def run(*command: str) -> str:
        done = subprocess.run(command, env=clean, cwd=where, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    run(str(environment / "bin" / "shieldwall"), "lint")
    listing = (
        "from shieldwall.packs.pack import load_pack; pack = load_pack(); print(*pack.order, *pack.policies, sep='\\n')"
    )
    found = run(str(python), "-c", listing).split()
    assert sorted(found) == sorted(f.stem for folder in ("checks", "policies") for f in (ROOT / folder).rglob("*.yaml"))
    only = ("--only", "account-only-root-uid0", "--policy", "server")
    assert "1 passed" in run(str(environment / "bin" / "shieldwall"), "scan", *only)
    data = tmp_path / "cluster"
    run(str(environment / "bin" / "shieldwall-aggregator"), "--data", str(data), "init", "--help")
    assert os.listdir(where) == []
