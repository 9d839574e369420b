import json
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from agent_sample import AT, sample_result, sample_snapshot
from json_form import faults

from agent.render import FORMATS, load
from agent.render.base import Style
from agent.render.detail import detail
from agent.render.text import NARROWEST
from agent.scan.run import judged
from agent.scan.snapshot import Snapshot
from shieldwall import __version__
from shieldwall.checks.fact import Fact
from shieldwall.checks.outcome import Outcome
from shieldwall.packs.policy import Policy

TESTS = Path(__file__).parents[2]
GOLDEN = TESTS / "golden"
SCHEMA = TESTS.parent / "docs" / "schema" / "result-v1.json"
SUFFIX = {"text": "txt", "markdown": "md", "junit": "xml", "oscal": "oscal.json", "prometheus": "prom"}
HOSTILE = "\x1b]0;owned\x07\x1b[2J<script>alert(1)</script>\u202egnp.exe\r\n\x9b31m</style>&amp;'\"\udcff"


def hostile_snapshot() -> Snapshot:
    value = {"permitrootlogin": HOSTILE, "maxauthtries": HOSTILE}
    snapshot = sample_snapshot(**{"config(app=sshd)": Fact.known(value, source=HOSTILE)})
    return replace(
        snapshot, identity=replace(snapshot.identity, name=HOSTILE, system=HOSTILE), defects={"mount": HOSTILE}
    )


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_report_is_the_one_in_the_golden_file(name: str) -> None:
    """SHIELDWALL_WRITE_GOLDEN=1 writes the files anew; read the difference before you commit it."""
    got = load(name)(sample_result(), Style(width=80, everything=True)).replace(f'"{__version__}"', '"VERSION"')
    file = GOLDEN / f"agent-result.{SUFFIX.get(name, name)}"
    if os.environ.get("SHIELDWALL_WRITE_GOLDEN"):
        file.write_text(got, encoding="utf-8")
    assert got == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_nothing_on_the_host_can_steer_the_reader(name: str) -> None:
    text = load(name)(sample_result(hostile_snapshot()), Style(width=80, everything=True))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)
    assert text.endswith("\n")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, attrs))


def test_the_page_runs_nothing_loads_nothing_and_escapes_everything() -> None:
    page = load("html")(sample_result(hostile_snapshot()), Style())
    tags = Tags()
    tags.feed(page)
    names = {tag for tag, _ in tags.seen}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "a"}
    attributes = {name for _, attrs in tags.seen for name, _ in attrs}
    assert not {name for name in attributes if name.startswith("on")} and not attributes & {"src", "href", "style"}
    assert page.count("</style>") == 1 and "&lt;script&gt;" in page
    assert "default-src 'none'; style-src 'sha256-" in page


def test_the_json_keeps_to_its_published_schema() -> None:
    schema = json.loads(SCHEMA.read_text())
    for result in (sample_result(), sample_result(hostile_snapshot(), waivers=False)):
        document = json.loads(load("json")(result, Style()))
        assert faults(document, schema, schema) == []
    del document["checks"][0]["evidence"]
    document["host"]["address"] = "192.0.2.1"
    assert faults(document, schema, schema) == ["/host/address: not in the schema", "/checks/0/evidence: missing"]


def test_every_score_can_be_recomputed_from_the_json_alone() -> None:
    data = json.loads(load("json")(sample_result(), Style()))
    for theme, given in data["score"]["themes"].items():
        checks = [c for c in data["checks"] if c["theme"] == theme]
        passed = sum(c["weight"] for c in checks if c["outcome"] == "pass")
        failed = sum(c["weight"] for c in checks if c["outcome"] == "fail")
        unseen = sum(c["weight"] for c in checks if c["outcome"] in ("unknown", "error"))
        assert (given["passed"], given["failed"], given["unseen"]) == (passed, failed, unseen)
        assert given["score"] == (round(passed / (passed + failed), 6) if passed + failed else None)
    counted = [t["score"] for t in data["score"]["themes"].values() if t["qualifies"]]
    assert data["score"]["overall"] == round(sum(counted) / len(counted), 6)


def test_no_line_is_wider_than_the_terminal() -> None:
    for width in (40, 60, 120):
        lines = load("text")(sample_result(hostile_snapshot()), Style(width, everything=True)).splitlines()
        assert [line for line in lines if len(line) > max(width, NARROWEST)] == []


def test_colour_is_only_decoration() -> None:
    plain = load("text")(sample_result(), Style(80))
    coloured = load("text")(sample_result(), Style(80, colour=True))
    assert "\x1b[" in coloured and "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_an_audit_of_nothing_says_so_first() -> None:
    from agent_sample import RUN, sample_pack

    empty = Policy("none", 1, "Nothing", "Nothing", ())
    result = judged(empty, sample_pack(), sample_snapshot(), {}, run=RUN, now=AT)
    text = load("text")(result, Style(80))
    assert "NOTHING WAS AUDITED: no check of this policy applies to this host." in text
    assert "Nothing was audited" in load("html")(result, Style())


def test_first_come_the_gates_then_the_cheapest_fixes_then_the_themes_then_the_list() -> None:
    text = load("text")(sample_result(), Style(80))
    parts = ["OPEN GATES (1)", "FIX THESE FIRST", "THEMES", "FURTHER FINDINGS", "ACCEPTED RISKS", "NOT SEEN", "DEFECTS"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "run as root to see 1 more check: sudo shieldwall scan" in text
    assert "permitrootlogin yes, wanted no (/etc/ssh/sshd_config.d/10-lab.conf:3)" in " ".join(text.split())


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_a_report_says_how_many_of_its_verdicts_are_experimental(name: str) -> None:
    proven = sample_result()
    tried = replace(proven, items=tuple(replace(item, experimental=True) for item in proven.items))
    style = Style(width=200, everything=False)
    assert "experimental" not in load(name)(proven, style)
    decided = len(tried.having(Outcome.PASS)) + len(tried.having(Outcome.FAIL))
    assert f"{decided} verdicts are experimental" in load(name)(tried, style)
    assert "experimental: never run" in detail(tried.items[0], tried, style)
    told = json.loads(load("json")(tried, style))["checks"]
    assert all(check["experimental"] for check in told)


@pytest.mark.parametrize("name", ["html", "markdown", "csv", "sarif", "oscal", "tap", "junit", "json"])
def test_a_format_marks_each_finding_that_was_never_proven_on_such_a_system(name: str) -> None:
    proven, style = sample_result(), Style()
    only = {item.check.id for item in proven.having(Outcome.FAIL)}
    tried = replace(proven, items=tuple(replace(i, experimental=i.check.id in only) for i in proven.items))
    before, after = load(name)(proven, style), load(name)(tried, style)
    assert after != before
    assert "experimental" in after
