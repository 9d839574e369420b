"""The firm's page: intervals beside its own host, what it fails, what is offered; alone, escaped, fit for every screen."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright
from released import release
from sighted import CHROMIUM, draw

from agent.comparison.benchmark import place
from agent.records.history import PastItem, PastRun
from agent.render.place import page, standing
from shieldwall.checks.outcome import Outcome
from shieldwall.packs.pack import Pack, load_pack
from shieldwall.published.courses import Course, Courses
from shieldwall.published.release import Figure, Release

MADE = datetime(2027, 1, 20, 12, 0, tzinfo=UTC)
FAILING = ("disk-encryption-enabled", "backup-recent", "ssh-root-login-disabled", "patch-auto-updates-enabled")
COURSES = Courses(
    "shieldwall-courses/1", "Valley", "2027-01-10T08:00Z",
    (
        Course("T-SUP", "Reading contracts", ""), Course("T-BKP", "Restoring for real", "2027-02-15"),
        Course("T-BKP", "Long ago", "2027-01-01"),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


def run(pack: Pack) -> PastRun:
    items = tuple(
        PastItem(
            c.id, c.rev, c.theme, c.severity, c.weight, c.gate, c.attested,
            Outcome.FAIL if c.id in FAILING else Outcome.PASS, None, c.id == "disk-encryption-enabled",
        )
        for c in pack.all_checks()
    )  # fmt: skip
    return PastRun("r", MADE, MADE, "manual", "all", 1, pack.version, pack.digest, "debian", "server", True, items)


def made(pack: Pack, found: Release, courses: Courses | None = COURSES, counted: tuple[str, ...] = ("This host was counted, once.",)) -> str:  # fmt: skip
    checks = {check.id: check for check in pack.all_checks()}
    return page(standing(place(found, run(pack)), checks, courses, counted, True, MADE))


def test_a_page_tells_intervals_and_the_own_host_apart(pack: Pack) -> None:
    found = release(24)
    shown = made(pack, found)
    assert shown.index("Measured by the agent") < shown.index("Answered by people")
    bars = re.findall(r'<rect class="band" x="([\d.]+)" width="([\d.]+)"', shown)
    figures = [f for f in (*found.themes, *found.checks) if f.group == "all"]
    narrowest = min((f.high - f.low + 1) * 100 / (f.n + 1) for f in figures)
    assert bars and all(float(width) >= narrowest - 0.01 > 100 / 25 for _, width in bars), "no bar is a point"
    assert shown.count("<rect") == 2 * len(bars), "the own host has no mark on any bar"
    assert "Nothing about its result was sent" in shown and "This host was counted, once." in shown
    assert "What this release cannot say" in shown and found.limits[0][:40] in shown


def test_the_next_steps_are_the_cheapest_that_fail_here_and_are_not_accepted(pack: Pack) -> None:
    steps = made(pack, release(24)).split('<ol class="steps">')[1].split("</ol>")[0]
    titles = re.findall(r"<li><b>(.*?)</b>", steps)
    checks = {check.id: check for check in pack.all_checks()}
    assert len(titles) == 3 and checks["disk-encryption-enabled"].title not in titles, "a waived failure is no step"
    fix = checks["ssh-root-login-disabled"].fix_for(frozenset({"linux", "debian"}))
    assert fix is not None and fix.text[:20] in steps


def test_courses_that_teach_what_fails_here_come_first_and_past_ones_not_at_all(pack: Pack) -> None:
    shown = made(pack, release(24))
    assert shown.index("Restoring for real") < shown.index("Reading contracts") and "Long ago" not in shown
    assert "teaches 1 check that fails here" in shown and "on request" in shown
    assert "None is on offer now" in made(pack, release(24), None)


def test_too_few_firms_see_yardsticks_and_no_bar(pack: Pack) -> None:
    shown = made(pack, release(4))
    assert "Firms elsewhere" in shown and "Of 100 firms" in shown
    assert "<rect" not in shown and "Measured by the agent" not in shown
    assert '<ol class="steps">' in shown


def test_words_of_others_are_words(pack: Pack) -> None:
    script = '<script>alert("1")</script>\u202e'
    found = release(24)

    def spoilt(figure: Figure) -> Figure:
        return replace(figure, title=script)

    found = replace(
        found, cluster=script, themes=tuple(map(spoilt, found.themes)), checks=tuple(map(spoilt, found.checks)),
        limits=(script,), method=script,
    )  # fmt: skip
    offered = replace(COURSES, courses=(Course("T-BKP", '"><script>x</script>', ""),))
    shown = made(pack, found, offered, (script,))
    assert "<script" not in shown and "\u202e" not in shown and "&lt;script&gt;" in shown


def test_the_page_is_made_without_a_socket(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a page about the firm's own result opens no socket")

    monkeypatch.setattr(socket, "socket", refuse)
    shown = made(pack, release(24))
    assert "default-src 'none'" in shown and not re.search(r"(src|href|action)=|url\(|@import", shown)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize("n", [24, 4])
def test_it_is_fit_for_phone_desk_dark_and_paper(browser: Browser, pack: Pack, tmp_path: Path, n: int) -> None:
    file = tmp_path / "standing.html"
    file.write_text(made(pack, release(n)), encoding="utf-8")
    context = browser.new_context(offline=True)
    sheet = context.new_page()
    told: list[str] = []
    sheet.on("console", lambda message: told.append(message.text))
    for scheme in ("light", "dark"):
        for label, width in (("phone", 375), ("desk", 1280)):
            sheet.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            sheet.set_viewport_size({"width": width, "height": 900})
            sheet.goto(file.as_uri())
            wide = sheet.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{label} scrolls sideways by {wide}"
            draw(sheet, f"standing-{n}-{label}-{scheme}")
    assert told == [], "the content policy stopped something"
    # axe is a script, which the page's own policy would not let in.
    free = browser.new_context(bypass_csp=True, offline=True).new_page()
    for scheme in ("light", "dark"):
        free.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        free.goto(file.as_uri())
        found = Axe().run(free)
        assert found.violations_count == 0, found.generate_report()
    assert sheet.pdf().startswith(b"%PDF")
