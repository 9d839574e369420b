"""The firm's reports in a language nobody speaks: what stands outside its brackets was forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from agent_sample import sample_pack, sample_result, sample_snapshot
from pseudo import CLOSE, OPEN, pseudo_german
from released import release

from agent.comparison.benchmark import place
from agent.published.counted import Counted, told
from agent.records.history import PastItem, PastRun
from agent.render import load
from agent.render.base import Style
from agent.render.detail import detail
from agent.render.place import page, standing
from agent.scan.result import ScanResult
from shieldwall.checks.outcome import Outcome
from shieldwall.language import _language, speaking
from shieldwall.packs.pack import load_pack
from shieldwall.published.courses import Course, Courses

MADE = datetime(2027, 1, 20, 12, 0, tzinfo=UTC)
TREE = re.compile(
    r"^ +⟦(pass|fail|unknown|error|does not apply)[^⟧]*⟧?.*: .*|^ +⟦saw.*|^ +.* was not collected$", re.MULTILINE
)
"""What was looked at and seen, which is not translated."""
SEEN = re.compile(r"^ +⟦seen:.*|(?<=\| )[^|]*\|$", re.MULTILINE)
KEPT = ("code", "pre", "style", "svg")
"""Elements whose text is data: what was seen, what to type, ids."""
DATA = re.compile(
    "|".join(
        [
            re.escape("Debian GNU/Linux 12 (bookworm)"), "büro-1", "Shieldwall", "UTC", r"probe mount: KeyError at .*",
            *(re.escape(check.id) for check in sample_pack().all_checks()), r"shieldwall explain", r"nobody answered yet",
            r"Setting no|# then: systemctl reload it", r"/etc/shadow is not readable for this user",
            r"CIS Controls|NIST CSF|PR\.AA", r"Restoring for real|Eurostat \S+|[A-Z]\w+ \d{4}\.",
        ]
    )
)  # fmt: skip
"""What is no word of ours: names, ids, commands, and what probes and the cluster's manager wrote."""


@pytest.fixture(autouse=True)
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    own = [*_made_up_checks(), *_made_up_release(24), *_made_up_release(4)]
    pseudo_german(tmp_path / "languages", monkeypatch, own, ("checks", "firm"))
    with speaking("de"):
        yield
    _language.cache_clear()


def _made_up_checks() -> Iterator[str]:
    for check in sample_pack().all_checks():
        yield from (check.title, check.why, *(fix.text for fix in check.fixes))


def _made_up_release(firms: int) -> Iterator[str]:
    made = release(firms)
    yield from (made.method, *made.limits, *(figure.title for figure in (*made.themes, *made.checks)))
    for stick in made.yardsticks:
        yield from (stick.title, stick.population, stick.caveat)


class Words(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in KEPT:
            self.inside.append(tag)
        self.text += "".join(
            f" {value} " for name, value in attrs if name in ("data-head", "aria-label", "title") and value
        )

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside.remove(tag)
        self.text += "\n"

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.text += data


def outside(text: str) -> list[str]:
    """Lines of what no message said and no host, probe or manager either."""
    left, depth = "", 0
    for letter in text:
        depth += (letter == OPEN) - (letter == CLOSE)
        left += letter if depth == 0 and letter != CLOSE else ""
    lines = (DATA.sub("", line).strip() for line in left.splitlines())
    return [line for line in lines if re.search(r"[^\W\d_]{2,}", line)]


def results() -> Iterator[ScanResult]:
    yield sample_result()
    yield replace(sample_result(), partial=True)
    tried = sample_result(replace(sample_snapshot(), live=False))
    yield replace(tried, items=tuple(replace(item, experimental=True) for item in tried.items))
    yield replace(sample_result(), items=())


def test_the_page_of_a_scan() -> None:
    for result in results():
        made = load("html")(result, Style())
        assert '<html lang="de">' in made
        assert outside(Words(made).text) == []


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_what_a_terminal_and_a_ticket_show(name: str) -> None:
    for result in results():
        text = load(name)(result, Style(width=400, everything=True))
        assert outside(SEEN.sub("", text)) == []


def test_an_explanation() -> None:
    for result in results():
        for item in result.items:
            text = detail(item, result, Style(width=400))
            assert outside(TREE.sub("", text)) == []


@pytest.mark.parametrize("firms", [24, 4])
def test_the_page_that_places_a_host(firms: int) -> None:
    pack = load_pack()
    items = tuple(
        PastItem(c.id, c.rev, c.theme, c.severity, c.weight, c.gate, c.attested, Outcome.FAIL, None, False)
        for c in pack.all_checks()
    )
    run = PastRun("r", MADE, MADE, "manual", "all", 1, pack.version, pack.digest, "debian", "server", True, items)
    offered = Courses(
        "shieldwall-courses/1", "Valley", "2027-01-10T08:00Z", (Course("T-BKP", "Restoring for real", ""),)
    )
    checks = {check.id: check for check in pack.all_checks()}
    lines = [line for counted in (Counted(1, 1, 9), Counted(None, 2, 9), Counted(None, 0, 9)) for line in told(counted)]
    made = page(standing(place(release(firms), run), checks, offered, lines, True, MADE))
    assert outside(Words(made).text) == []


def test_a_forgotten_word_is_seen() -> None:
    made = load("html")(sample_result(), Style()).replace("<h1>", "<h1>Forgotten ")
    assert outside(Words(made).text) == ["Forgotten"]
