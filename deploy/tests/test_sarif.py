"""A scan's SARIF before the validator of those who edit the standard: its schema and all its rules.

The validator is fetched once as an npm package and kept in build/; it is too large for the everyday suite.
"""

import json
import os
import re
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
PACKAGE = "@microsoft/sarif-multitool-linux@5"
HOME = ROOT / "build" / "sarif-multitool"


@pytest.fixture(scope="module")
def validator() -> Path:
    program = HOME / "package" / "Sarif.Multitool"
    if not program.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", PACKAGE], cwd=HOME, check=True, capture_output=True)
        (archive,) = HOME.glob("*.tgz")
        with tarfile.open(archive) as opened:
            opened.extractall(HOME, filter="data")
        program.chmod(0o755)
    return program


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("scan")
    target = folder / "result.sarif"
    command = [str(ROOT / ".venv/bin/shieldwall"), "--home", str(folder), "scan", "--policy", "server"]
    subprocess.run([*command, "--fail-on", "never", "--output", str(target)], check=True, capture_output=True)
    document: dict[str, Any] = json.loads(target.read_bytes())
    return document


def complaints(validator: Path, document: dict[str, Any], file: Path) -> list[str]:
    """What the schema and the rules call an error. Warnings advise, for instance a line for every place."""
    schema = json.loads((validator.parent / "sarif-2.1.0.json").read_bytes())
    found = [f"schema {error.json_path}" for error in Draft202012Validator(schema).iter_errors(document)]
    file.write_text(json.dumps(document))
    environ = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    command = [str(validator), "validate", str(file), "--rule-kind", "Sarif", "--level", "Error"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    assert "1 files scanned" in ran.stdout, ran.stdout + ran.stderr
    return found + re.findall(r": error (\w+): ", ran.stdout)


def test_nothing_is_wrong_with_it(validator: Path, scanned: dict[str, Any], tmp_path: Path) -> None:
    assert complaints(validator, scanned, tmp_path / "result.sarif") == []
    assert len(scanned["runs"][0]["results"]) > 50


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kind": "wonderful"}, "schema $.runs[0].results[0].kind"),
        ({}, "SARIF1007"),
    ],
    ids=["a word the schema has not", "a region that ends before it starts"],
)
def test_schema_and_rules_bite(
    validator: Path, scanned: dict[str, Any], tmp_path: Path, change: dict[str, str], complaint: str
) -> None:
    broken = json.loads(json.dumps(scanned))
    broken["runs"][0]["results"][0] |= change
    broken["runs"][0]["results"][0]["locations"] = [
        {"physicalLocation": {"artifactLocation": {"uri": "a"}, "region": {"startLine": 9, "endLine": 2}}}
    ]
    found = complaints(validator, broken, tmp_path / "broken.sarif")
    assert complaint in found
