"""The result of a scan as one HTML file, in a real browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright
from sighted import CHROMIUM, fit

GOLDEN = Path(__file__).parents[2] / "golden" / "agent-result.html"


def test_it_is_fit_for_phone_desk_and_dark() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        fit(browser, GOLDEN, "scan")
        browser.close()
