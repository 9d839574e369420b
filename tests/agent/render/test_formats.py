import csv
import io
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from agent_sample import sample_result, sample_snapshot

from agent.render import load
from agent.render.base import Style
from agent.scan.result import ScanResult
from shieldwall.checks.fact import Fact

EVIL = '=cmd|"/C calc"!A0\n| </failure><![CDATA[ ]]> \x0b\x1b[31m # SKIP "}\\\n  ...\nok 99'


def evil() -> ScanResult:
    facts = {"config(app=sshd)": Fact.known({"permitrootlogin": EVIL, "maxauthtries": "6"}, source=EVIL)}
    snapshot = sample_snapshot(**facts)
    return sample_result(replace(snapshot, identity=replace(snapshot.identity, name=EVIL)))


RESULTS = pytest.mark.parametrize("result", [sample_result(), evil()], ids=["plain", "evil"])


def given(name: str, result: ScanResult) -> str:
    return load(name)(result, Style())


@RESULTS
def test_csv_has_a_row_a_check_and_no_formula(result: ScanResult) -> None:
    rows = list(csv.reader(io.StringIO(given("csv", result))))
    assert [row[0] for row in rows[1:]] == [item.check.id for item in result.items]
    assert {len(row) for row in rows} == {15}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@RESULTS
def test_junit_counts_add_up(result: ScanResult) -> None:
    root = ElementTree.fromstring(given("junit", result))
    cases = root.findall("testsuite/testcase")
    assert root.get("tests") == str(len(cases)) == str(len(result.items))
    for kind, plural in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert root.get(plural) == str(len(root.findall(f"testsuite/testcase/{kind}")))
    assert {case.get("name") for case in cases if case.find("failure") is not None} == {"ssh-root", "ssh-tries"}


@RESULTS
def test_tap_has_one_line_a_check_whatever_was_seen(result: ScanResult) -> None:
    lines = given("tap", result).splitlines()
    assert lines[:2] == ["TAP version 14", f"1..{len(result.items)}"]
    points = [line for line in lines if re.match(r"(not )?ok ", line)]
    assert [int(re.findall(r"\d+", line)[0]) for line in points] == list(range(1, len(result.items) + 1))
    failing = [line.split()[4].rstrip(":") for line in points if line.startswith("not ok") and "# TODO" not in line]
    assert failing == ["broken", "ssh-root", "ssh-tries"]


@RESULTS
def test_prometheus_lines_are_well_formed_and_hold_no_evidence(result: ScanResult) -> None:
    text = given("prometheus", result)
    sample = re.compile(r'shieldwall_[a-z_]+(\{([a-z_]+="(?:[^"\\\n]|\\.)*",?)*\})? -?[0-9.e+-]+\Z')
    assert not [line for line in text.splitlines() if not line.startswith("# ") and not sample.match(line)]
    assert "sshd_config" not in text and "büro" not in text and "calc" not in text
    names = [line.partition("{")[0] for line in text.splitlines() if not line.startswith("#")]
    assert names == sorted(names, key=names.index)


@RESULTS
def test_sarif_says_level_only_of_findings_and_points_at_the_line(result: ScanResult) -> None:
    (run,) = json.loads(given("sarif", result))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for one in run["results"]:
        assert rules[one["ruleIndex"]] == one["ruleId"]
        assert (one["level"] == "none") is (one["kind"] != "fail")
    tags = [rule["properties"]["tags"] for rule in run["tool"]["driver"]["rules"]]
    assert all(len(set(words)) == len(words) for words in tags)
    waived = [one["ruleId"] for one in run["results"] if "suppressions" in one]
    assert waived == ["no-telnet"]
    assert uuid.UUID(run["automationDetails"]["guid"]).version == 4


def test_a_place_is_a_file_and_a_line() -> None:
    (run,) = json.loads(given("sarif", sample_result()))["runs"]
    place = next(one["locations"] for one in run["results"] if one["ruleId"] == "ssh-root")[0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "file:///etc/ssh/sshd_config.d/10-lab.conf"}, "region": {"startLine": 3},
    }  # fmt: skip


def members(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == name:
                yield item
            yield from members(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from members(item, name)


@RESULTS
def test_oscal_findings_name_observations_that_are_there(result: ScanResult) -> None:
    document = json.loads(given("oscal", result))["assessment-results"]
    ids = list(members(document, "uuid"))
    assert len(set(ids)) == len(ids) and {uuid.UUID(one).version for one in ids} <= {4, 5}
    assert set(members(document, "observation-uuid")) <= set(ids)
    (body,) = document["results"]
    states = {f["target"]["target-id"]: f["target"]["status"]["state"] for f in body["findings"]}
    assert states["shieldwall_ssh-root"] == "not-satisfied" and states["shieldwall_fw-on"] == "satisfied"
    assert "shieldwall_shadow" not in states and len(body["observations"]) == 9
    assert not [value for value in members(body, "value") if not value.strip() or value != value.strip()]


def test_the_same_result_is_the_same_document() -> None:
    for name in ("oscal", "sarif", "json", "html"):
        assert given(name, sample_result()) == given(name, sample_result())


@RESULTS
def test_markdown_tables_keep_their_columns(result: ScanResult) -> None:
    rows = [
        line for line in given("markdown", result).splitlines() if line.startswith(("| critical", "| low", "| high"))
    ]
    assert len(rows) == 3
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4}
