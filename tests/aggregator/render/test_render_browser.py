"""What is handed out as one HTML file, in a real browser: report and papers, English and German."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import released
from playwright.sync_api import Browser, sync_playwright
from sighted import CHROMIUM, fit

from aggregator.render import load, papers, sheets
from shieldwall.language import speaking


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", ["report", "brief", "funding"])
def test_a_file_is_fit_for_phone_desk_and_dark(browser: Browser, tmp_path: Path, name: str, language: str) -> None:
    release, words = released.library(24)
    with speaking(language):
        if name == "report":
            data = load("html")(release, words, "Valley Metalworkers")
        else:
            data = sheets.load("html")(papers.load(name)(release, words, "Valley Metalworkers"))
    file = tmp_path / f"{name}.html"
    file.write_bytes(data)
    fit(browser, file, f"file-{name}-{language}")
