"""The manager's whole way in a real browser: set-up, a firm that joins, a release, printing, signing out.

Each page is checked by axe and at three widths, and must have nothing to complain of in the browser's console, which is
where a breach of the content policy would show. `make screenshots` also draws them, into build/screenshots.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from housed import PASSWORD, House, founded, housed
from own_result import seen as audited
from playwright.sync_api import Browser, sync_playwright
from releasing import MadeUp, random_hosts, small_pack
from sighted import CHROMIUM, SHOTS, Sight, authenticator, begin, sight

from aggregator.people import totp
from aggregator.release.build import publish
from aggregator.standing import FILE
from shieldwall.packs.pack import Pack, load_pack

FIRMS = 24


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    begin()
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


def set_up(seen: Sight, house: House, name: str) -> bytes:
    """From the link to the account page, with an authenticator app; answers the app's secret."""
    seen.go(house.link())
    seen.fill(name=name, password=PASSWORD, repeated=PASSWORD)
    seen.press("Go on")
    secret = seen.page.inner_text("code.key")
    seen.fill(code=totp.code(base64.b32decode(secret), house.desk.now() // totp.STEP_SECONDS))
    seen.press("Finish")
    assert "Your account" in seen.text()
    return base64.b32decode(secret)


def come_back(seen: Sight, house: House, name: str, secret: bytes) -> None:
    """Out and in again, with the app's digits and with a passkey."""
    device = authenticator(seen.page)
    seen.go("/manage/account")
    seen.follow("Add a passkey")
    seen.fill(label="Office laptop")
    seen.press("Add it")
    seen.sign_out()
    house.offset[0] += totp.STEP_SECONDS
    code = totp.code(secret, house.desk.now() // totp.STEP_SECONDS)
    seen.fill(name=name, password=PASSWORD, code=code)
    seen.press("Sign in")
    assert seen.page.inner_text("h1") == "Overview"
    seen.sign_out()
    seen.press("Sign in with a passkey")
    assert seen.page.inner_text("h1") == "Overview" and name in seen.page.inner_text("header")
    device.send("WebAuthn.disable")


def agent(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SHIELDWALL_HOME": str(home)}
    command = [sys.executable, "-c", "from agent.cli import main; main()", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def fill_a_period(house: House, pack: Pack, firms: int) -> MadeUp:
    """As many firms, whose results of this quarter lie where ingest would have put them."""
    made = MadeUp(house.config, house.desk.engine, house.desk.service.notary, pack, now=house.desk.now())
    made.index = 1_000
    names = [f"Simulated Firm {number:02}" for number in range(firms)]
    for number, name in enumerate(names):
        made.join(name, sector=("metal", "wood")[number % 2])
    made.now = house.desk.now()
    made.send(random_hosts(np.random.default_rng(4), names, len(pack.order)))
    return made


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


def test_from_the_first_link_to_a_published_release(browser: Browser, tmp_path: Path, pack: Pack) -> None:
    with housed(founded(tmp_path / "data"), pack) as house:
        seen = sight(browser, house)
        seen.go(house.link())
        seen.check("welcome")
        seen.go("/manage/sign-in")
        seen.check("sign-in")
        secret = set_up(seen, house, "maria")
        seen.press("Make ten new ones")
        seen.check("recovery-codes")
        come_back(seen, house, "maria", secret)

        seen.go("/manage/members")
        seen.fill(name="Miller Ltd", sector="metal")
        seen.press("Add it")
        seen.press("Make invitations")
        seen.check("invitation")
        invitation = tmp_path / "invitation.txt"
        invitation.write_text(seen.page.inner_text("code.invitation") + "\n")
        home = tmp_path / "firm"
        joined = agent(home, "join", str(invitation))
        assert joined.returncode == 0, joined.stderr
        scanned = agent(home, "scan", "--policy", "cyfun-small", "--fail-on", "never")
        assert scanned.returncode == 0, scanned.stderr
        sent = agent(home, "submit")
        assert sent.returncode == 0, sent.stdout + sent.stderr
        seen.go("/manage/members")
        assert "Needs a look" not in seen.text()
        seen.follow("Miller Ltd")
        assert "active" in seen.text() and "Six words" in seen.text()
        seen.check("firm")

        fill_a_period(house, pack, FIRMS - 1)
        seen.go("/manage/members")
        seen.check("members")
        seen.go("/manage")
        assert f"{FIRMS} of {FIRMS}" in seen.text()
        seen.check("overview-before")
        seen.go("/manage/releases")
        seen.check("releases-open")
        seen.follow("Ask the gate")
        assert "It would let a release through" in seen.text()
        seen.check("gate")
        seen.go("/manage/releases")
        seen.follow("Freeze …")
        seen.check("freeze")
        period = seen.page.inner_text("h1").removeprefix("Freeze ")
        name = re.sub(r"quarter (\d) of (\d+)", r"\2-Q\1", period)
        seen.fill(typed="something else")
        seen.press(f"Freeze {name}")
        assert "Nothing was done" in seen.text()
        seen.complaints.clear()  # the browser reports the 400 as an error
        seen.fill(typed=name)
        seen.press(f"Freeze {name}")
        wait_for_work(seen)
        assert f"{name} is frozen" in seen.text()
        seen.check("work")
        seen.follow("Go on")
        seen.check("releases-frozen")
        seen.press("Build the release")
        wait_for_work(seen)
        seen.follow("Go on")
        assert f"Draft of {name}" in seen.text()
        seen.check("draft")
        seen.page.check("#sure")
        seen.press(f"Publish {name}")
        wait_for_work(seen)
        seen.follow("Go on")
        assert f"Release {name}" in seen.text() and "What this release cannot say" in seen.text()
        seen.check("release")
        read_and_print(seen, house, name, tmp_path)
        read_in_other_languages(seen, name)
        seen.sign_out()
        seen.page.goto(house.url + "/manage")
        assert seen.page.url.endswith("/manage/sign-in?next=/manage")
        assert [entry.action for entry in house.log()][-6:] == [
            "asked for a freeze", "froze a period", "asked for a release to be built", "built a release",
            "published a release", "signed out",
        ]  # fmt: skip


def wait_for_work(seen: Sight) -> None:
    seen.page.wait_for_selector("main .good", timeout=60_000)


def read_and_print(seen: Sight, house: House, name: str, folder: Path) -> None:
    for label, path in {"overview": "/manage", "themes": "/manage/themes", "training": "/manage/training"}.items():
        seen.go(path)
        assert "24 firms" in seen.text() or "of 24" in seen.text()
        seen.check(label)
    for label in ("audit log", "people", "account", "courses", "server"):
        seen.go("/manage/" + label.replace("audit ", ""))
        seen.check(label.replace(" ", "-"))
    shutil.copy(audited(folder), house.config.folder / FILE)
    seen.go("/manage/server")
    assert "need action" in seen.text() and "Audited today" in seen.text()
    seen.page.locator("main details summary").first.click()
    seen.check("server-audited")
    seen.go("/manage")
    assert seen.text().index("This server scores") < seen.text().index("members")
    seen.check("overview-audited")
    seen.go("/manage/themes")
    seen.page.set_viewport_size({"width": 1280, "height": 900})
    seen.page.locator("details.theme summary").nth(1).click()
    seen.check("themes-open")
    with seen.page.expect_navigation():
        seen.page.locator("details[open] tbody a[href*='/manage/checks/']").first.click()
    seen.check("check")
    seen.go("/manage")
    paper = folder / "overview.pdf"
    seen.page.pdf(path=paper, prefer_css_page_size=True)
    shutil.copy(paper, SHOTS / "overview-printed.pdf")
    printed = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
    assert "In short" in printed and "commonest gaps" in printed
    assert "Sign out" not in printed and "Audit log" not in printed, "what is for the screen stays there"
    for handed in ("brief", "funding", "infrastructure"):
        seen.go(f"/manage/releases/{name}/{handed}")
        assert "24 firms" in seen.text() and "How the figures were made" in seen.text()
        seen.check(handed)
        seen.page.pdf(path=SHOTS / f"{handed}-printed.pdf", prefer_css_page_size=True)
    for ending, begins in (("pdf", b"%PDF-1.7"), ("html", b"<!doctype html>"), ("md", b"# ")):
        with seen.page.expect_download(timeout=60_000) as waiting:
            seen.page.locator(f"a[href$='/infrastructure.{ending}']").click(no_wait_after=True)
        assert Path(waiting.value.path()).read_bytes().startswith(begins)
    seen.go(f"/manage/releases/{name}")
    for file, begins in (("report.pdf", b"%PDF-"), ("figures.csv", b"period,"), ("release.json", b"{")):
        with seen.page.expect_download(timeout=60_000) as waiting:
            seen.page.locator(f"a[href$='/{file}']").click(no_wait_after=True)
        assert Path(waiting.value.path()).read_bytes().startswith(begins)
    # To the browser a download is a request that failed.
    seen.complaints[:] = [each for each in seen.complaints if f"/releases/{name}/" not in each]


def read_in_other_languages(seen: Sight, name: str) -> None:
    release = f"/manage/releases/{name}"
    for language, heading in (("de", "Übersicht"), ("pl", "Przegląd")):
        seen.go("/manage")
        seen.speak(language)
        assert seen.page.inner_text("h1") == heading
        for label, path in (
            ("overview", "/manage"), ("themes", "/manage/themes"), ("training", "/manage/training"), ("release", release),
            ("members", "/manage/members"), ("brief", f"{release}/brief"), ("server", "/manage/server"),
        ):  # fmt: skip
            seen.go(path)
            seen.check(f"{label}-{language}", dark=False)
    seen.speak("en")


def test_members_act_together(browser: Browser, tmp_path: Path, pack: Pack) -> None:
    """Challenges, another cluster's file, and who could help whom."""
    with housed(founded(tmp_path / "data"), pack) as house:
        made = fill_a_period(house, pack, 14)
        name = made.send({})
        made.freeze(name)
        publish(made.config, made.engine, made.build(name))
        seen = sight(browser, house)
        set_up(seen, house, "maria")
        seen.go(f"/manage/releases/{name}/challenges")
        assert "proven move" in seen.text()
        seen.check("challenges")
        seen.go("/manage/compare")
        seen.check("compare")
        seen.page.set_input_files("#file", house.config.releases / name / "release.json")
        seen.page.wait_for_function("document.getElementById('other').value.length > 1000")
        seen.press("Compare")
        assert "cannot be told apart" in seen.text() and "was not checked" in seen.text()
        seen.check("compared")
        seen.go("/manage/peers")
        seen.check("peers-empty")
        for side, firm in (("We can help with", "Simulated Firm 01"), ("We would like help with", "Simulated Firm 03")):
            seen.page.select_option("#firm", label=firm)
            seen.page.select_option("#side", label=side)
            seen.page.select_option("#topic", label="Backup and recovery")
            seen.fill(agreed_on=f"{datetime.now(UTC):%Y-%m-%d}")
            seen.page.check("#agreed")
            seen.press("Write it down")
        assert "yes" in seen.page.inner_text("table.peers")
        seen.check("peers")


def test_a_passkey_sets_up_and_signs_in(browser: Browser, tmp_path: Path) -> None:
    with housed(founded(tmp_path / "data"), small_pack(1)) as house:
        seen = sight(browser, house)
        device = authenticator(seen.page)
        seen.go(house.link())
        seen.fill(name="maria", password=PASSWORD, repeated=PASSWORD)
        seen.press("Go on")
        seen.check("app")
        seen.follow("Use a passkey instead")
        seen.check("passkey")
        seen.fill(label="Office laptop")
        seen.press("Add it")
        assert "Passkey “Office laptop”" in seen.text()
        seen.sign_out()
        seen.press("Sign in with a passkey")
        assert seen.page.inner_text("h1") == "Overview"
        assert "maria" in seen.page.inner_text("header")
        seen.check("overview-empty")
        device.send("WebAuthn.disable")
        seen.go("/manage/account")
        seen.press("Remove passkey Office laptop")
        assert "your only second step" in seen.text()


def test_everything_a_reader_needs_works_without_scripts(browser: Browser, tmp_path: Path) -> None:
    with housed(founded(tmp_path / "data"), pack := small_pack(2)) as house:
        made = fill_a_period(house, pack, 12)
        period = made.send({})
        made.freeze(period)
        publish(made.config, made.engine, made.build(period))
        house.person("jonas")
        context = browser.new_context(base_url=house.url, java_script_enabled=False)
        page = context.new_page()
        page.goto("/manage/themes")
        page.fill("#name", "jonas")
        page.fill("#password", PASSWORD)
        page.fill("#code", house.visitor().code())
        page.get_by_role("button", name="Sign in", exact=True).click()
        assert page.inner_text("h1") == "Themes and checks"
        assert not page.get_by_role("button", name="passkey").is_visible()
        page.locator("details.theme summary").first.click()
        assert page.locator("details[open] table").first.is_visible()
        page.keyboard.press("Tab")
        for path in ("/manage", "/manage/training", f"/manage/releases/{period}"):
            page.goto(path)
            assert "12 firms" in page.inner_text("main")
        page.get_by_role("button", name="Sign out").click()
        assert "signed out" in page.inner_text("main")


def test_the_keyboard_reaches_everything_in_order(browser: Browser, tmp_path: Path) -> None:
    with housed(founded(tmp_path / "data"), small_pack(1)) as house:
        seen = sight(browser, house)
        seen.go("/manage/sign-in")
        reached = []
        for _ in range(8):
            seen.page.keyboard.press("Tab")
            reached.append(seen.page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        assert reached[:1] == ["Skip to the page"]
        wanted = ["name", "password", "code", "Sign in"]
        assert [each for each in reached if each in wanted] == wanted
