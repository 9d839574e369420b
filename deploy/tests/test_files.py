"""The one-file program, the RPM, the bill of materials and the signed checksums (`make test-deploy`)."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from debian_box import Debian

from shieldwall.language import ENGLISH, LANGUAGES

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "deploy" / "packages"


def built(script: str, root: Path) -> None:
    environ = {**os.environ, "SOURCE_DATE_EPOCH": "1790000000"}
    subprocess.run(
        [sys.executable, f"deploy/packages/{script}"], check=True, capture_output=True, cwd=root, env=environ
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("checkout")
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x"], cwd=place, input=archive, check=True)
    shutil.copytree(PACKAGES, place / "deploy/packages", dirs_exist_ok=True)
    built("zipapp.py", place)
    return place


def test_the_one_file_speaks_every_language_of_reports(checkout: Path) -> None:
    (program,) = (checkout / "dist").glob("*.pyz")
    with zipfile.ZipFile(program) as packed:
        found = {name.partition("/languages/")[2] for name in packed.namelist() if name.endswith((".mo", ".po"))}
    codes = set(LANGUAGES) - {ENGLISH}
    assert found - {""} == {f"{code}/LC_MESSAGES/{domain}.mo" for code in codes for domain in ("checks", "firm")}


def test_one_file_needs_only_python(checkout: Path, tmp_path: Path) -> None:
    (program,) = (checkout / "dist").glob("*.pyz")
    before = hashlib.sha256(program.read_bytes()).hexdigest()
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "SHIELDWALL_HOME": str(tmp_path / "home")}
    inside = 'mount -t tmpfs tmpfs /var/cache && exec "$@"'
    python = ["/usr/bin/python3", "-I", str(program)]
    for _ in range(2):
        done = subprocess.run(
            ["unshare", "-mn", "sh", "-c", inside, "sh", *python, "scan", "--policy=cyfun-small", "--fail-on=never"],
            env=environ, capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "THEMES" in done.stdout
    open_cache = "mount -t tmpfs tmpfs /var/cache && mkdir /var/cache/shieldwall && chmod 777 /var/cache/shieldwall"
    open_cache += ' && exec "$@"'
    refused = subprocess.run(
        ["unshare", "-m", "sh", "-c", open_cache, "sh", *python, "--version"],
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "is not yours alone" in refused.stderr
    built("zipapp.py", checkout)
    assert hashlib.sha256(program.read_bytes()).hexdigest() == before, "built twice it is the same"


def test_the_bill_names_all_that_is_packed(checkout: Path) -> None:
    built("bom.py", checkout)
    (file,) = (checkout / "dist").glob("*.cdx.json")
    assert JsonStrictValidator(SchemaVersion.V1_5).validate_str(file.read_text()) is None
    found = json.loads(file.read_text())
    names = {part["name"] for part in found["components"]}
    packed = {p.name.partition("-")[0].lower().replace("_", "-") for p in (checkout / "build/lib").glob("*.dist-info")}
    assert packed - {"shieldwall"} == names
    assert found["specVersion"] == "1.5"
    assert all(
        len(part["hashes"][0]["content"]) == 64 and part["purl"].startswith("pkg:pypi/") for part in found["components"]
    )
    assert [part["name"] for part in found["components"] if "licenses" not in part] == []


def test_signed_checksums_notice_every_change(tmp_path: Path) -> None:
    place = tmp_path / "deploy/packages"
    place.mkdir(parents=True)
    shutil.copy(PACKAGES / "sums.py", place)
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "a.deb").write_bytes(b"one")
    (dist / "b.pyz").write_bytes(b"two")

    def sums(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(place / "sums.py"), *words], capture_output=True, text=True, check=False
        )

    public = sums("key", str(tmp_path / "key.pem")).stdout.strip()
    other = sums("key", str(tmp_path / "other.pem")).stdout.strip()
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    assert sums("key", str(tmp_path / "key.pem")).returncode != 0, "a key is never overwritten"
    assert sums("sign", str(tmp_path / "key.pem")).returncode == 0
    assert sums("verify", public).returncode == 0
    assert "not signed with this key" in sums("verify", other).stderr
    subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=dist, check=True, capture_output=True)
    openssl = ["openssl", "pkeyutl", "-verify", "-inkey", str(tmp_path / "key.pem"), "-rawin"]
    checked = subprocess.run(
        [*openssl, "-in", "SHA256SUMS", "-sigfile", "SHA256SUMS.sig"], cwd=dist, capture_output=True, check=False
    )
    assert checked.returncode == 0
    (dist / "b.pyz").write_bytes(b"twO")
    assert "b.pyz is not what was signed" in sums("verify", public).stderr


@pytest.fixture(scope="module")
def rpm(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("rpm")
    definitions = {"_sourcedir": checkout, "_topdir": top, "number": "0.1.0"}
    words = [part for name, value in definitions.items() for part in ("--define", f"{name} {value}")]
    done = subprocess.run(
        ["rpmbuild", "-bb", *words, str(PACKAGES / "shieldwall.spec")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (package,) = top.rglob("*.rpm")
    return package


def test_the_rpm_holds_the_agent_alone(rpm: Path) -> None:
    listed = subprocess.run(["rpm", "-qlp", str(rpm)], capture_output=True, text=True, check=True).stdout.splitlines()
    assert "/usr/bin/shieldwall" in listed
    assert "/opt/shieldwall/lib/agent/cli/__init__.py" in listed
    assert not any("/aggregator/" in name for name in listed)


def test_the_rpm_is_installed_used_and_removed(rpm: Path, debian: Debian) -> None:
    """By rpm itself, in a tree with the Python it asks for; that the package is called python3.11 there is not so."""

    def manage(*words: str) -> None:
        done = subprocess.run(["rpm", "--root", str(debian.root), *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    before = debian.files()
    manage("--initdb")
    manage("-i", "--nodeps", "--ignorearch", str(rpm))
    assert debian("shieldwall --version").startswith("shieldwall ")
    debian("shieldwall --home /var/lib/shieldwall scan --policy server --fail-on never --output /root/result.json")
    result = json.loads((debian.root / "root/result.json").read_text())
    assert result["counts"]["error"] == 0 and result["counts"]["pass"] > 0
    manage("-e", "shieldwall")
    left = {name for name in debian.files() - before if not name.startswith(("var/lib/rpm", "usr/lib/sysimage"))}
    assert all(name.startswith("var/lib/shieldwall") for name in left), left
