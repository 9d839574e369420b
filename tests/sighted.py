"""A real browser looking at the pages: it complains of nothing, draws what it sees, and asks axe."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from housed import House
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page

SHOTS = Path(__file__).parents[1] / "build" / "screenshots"
AXE = SHOTS / "axe.csv"
"""What axe found of which page, of the newest run."""
DRAWN = os.environ.get("SHIELDWALL_TEST_SHOTS") == "1"
"""Whether pages are also drawn, for people to look at: `make screenshots`. It takes as long as all that is checked."""
WIDTHS = {"phone": 360, "tablet": 768, "desk": 1280}
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


def begin() -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    AXE.write_text("page,violations,rules passed\n")


def draw(page: Page, name: str) -> None:
    if DRAWN:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@dataclass
class Sight:
    """A browser's page that complains of nothing."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        self.page.on("request", lambda request: self._asked(request.url))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _asked(self, url: str) -> None:
        if not url.startswith(self.url):
            self.complaints.append(f"asked elsewhere: {url}")

    def go(self, path: str) -> None:
        answer = self.page.goto(self.url + path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"

    def check(self, name: str, *, dark: bool = True) -> None:
        """No sideways scrolling at any width; axe on the desk, and on a phone with dark colours."""
        for label, width in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": 900})
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{name} scrolls sideways by {wide} px on a {label}"
            draw(self.page, f"{name}-{label}")
        self._axe(name)
        if dark:
            self.page.set_viewport_size({"width": WIDTHS["phone"], "height": 900})
            self.page.emulate_media(color_scheme="dark")
            self._axe(f"{name} on a phone in the dark")
            draw(self.page, f"{name}-dark")
            self.page.set_viewport_size({"width": WIDTHS["desk"], "height": 900})
            self.page.emulate_media(color_scheme="light")
        assert self.complaints == [], name

    def _axe(self, where: str) -> None:
        found = Axe().run(self.page)
        with AXE.open("a") as file:
            file.write(f"{where},{found.violations_count},{len(found.response['passes'])}\n")
        assert found.violations_count == 0, f"{where}: {found.generate_report()}"

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"#{name}", value)

    def press(self, name: str) -> None:
        """The button, then whatever page comes."""
        with self.page.expect_navigation():
            self.page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()

    def speak(self, language: str) -> None:
        """Choose it by hand at the page's end."""
        self.page.select_option("#language", language)
        with self.page.expect_navigation():
            self.page.locator("form[action='/manage/language'] button").click()
        assert self.page.get_attribute("html", "lang") == language

    def sign_out(self) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Sign out").click()
        assert "signed out" in self.text()

    def text(self) -> str:
        return self.page.inner_text("main")


def sight(browser: Browser, house: House) -> Sight:
    context = browser.new_context(base_url=house.url, color_scheme="light")
    context.set_default_timeout(30_000)
    return Sight(context.new_page(), house.url)


def authenticator(page: Page) -> CDPSession:
    """A device with a fingerprint reader that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def fit(browser: Browser, file: Path, name: str) -> None:
    """A page handed out as a file: no sideways scrolling at any width, and nothing for axe to say, light and dark.

    axe is a script, which the page's own policy would not let in.
    """
    context = browser.new_context(bypass_csp=True, offline=True)
    page = context.new_page()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for label, width in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(file.as_uri())
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{name} scrolls sideways by {wide} px on a {label}"
            draw(page, f"{name}-{label}-{scheme}")
            if label != "tablet":
                found = Axe().run(page)
                assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    context.close()
