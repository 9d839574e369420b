"""Every page in a language nobody speaks: what stands outside its brackets was forgotten, what is cut off is too tight.

Messages are 40 % longer than in English, as German is of short words.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from housed import House, Visitor, done_at, founded, housed
from playwright.sync_api import Browser, Page, sync_playwright
from pseudo import CLOSE, OPEN, pseudo_german
from releasing import MadeUp, random_hosts

from aggregator.pages.routes import PAGES
from aggregator.pages.tongue import COOKIE
from aggregator.people.persons import Role
from shieldwall.checks.frameworks import NAMES
from shieldwall.packs.pack import load_pack

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
WIDTHS = (360, 768, 1280)
FIRMS = 30
"""From as many on a release is broken down by sector."""
CLUSTER = "Valley Metalworkers"
CHECKS = frozenset(load_pack().checks)
"""Ids of checks, which are the same in every language."""
DATA = re.compile(
    "|".join(
        [
            r"Simulated Firm \d+", r"\b(?:metal|wood|wanda|half|UTC|PDF|HTML|CSV|TXT|JSON|ZIP|SQLite|DCAT-AP|SVG|Markdown|MD)\b",
            r"\b20\d\d-Q\d\b", r"\d+\. \w+ \d{4}", r"\bCIS\w*|\b[A-Z]{2}\.[A-Z]{2}-\d+\b", re.escape(CLUSTER),
            *map(re.escape, sorted(NAMES.values(), key=len, reverse=True)),
        ]
    )
)  # fmt: skip
"""What is no word of ours: names, formats, references, dates that Babel writes."""

OUTSIDE = """([open, close]) => {
  const skip = "script, style, noscript, code, pre, .code, svg, option[lang], [lang=en], .log tbody b, dl dd, datalist";
  const found = [];
  let depth = 0, line = "";
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    if (node.parentElement.closest(skip)) continue;
    for (const letter of node.data) {
      if (letter === open) depth += 1;
      else if (letter === close) depth -= 1;
      else if (depth === 0) line += letter;
    }
    if (depth === 0) { if (line.trim()) found.push(line.trim().replace(/\\s+/g, " ")); line = ""; }
  }
  for (const name of ["aria-label", "placeholder", "title", "alt", "data-head", "data-copy", "data-known", "data-none"])
    for (const each of document.querySelectorAll(`[${name}]`)) {
      const said = each.getAttribute(name);
      if (said && !said.includes(open)) found.push(said);
    }
  return found;
}"""
TIGHT = """() => {
  const page = document.documentElement, found = [];
  if (page.scrollWidth > page.clientWidth) found.push(`page: ${page.scrollWidth} of ${page.clientWidth}`);
  for (const each of document.querySelectorAll("a, button, h1, h2, h3, p, li, th, td, label, caption, summary, dt, dd, .who")) {
    if (each.closest(".wide, .unseen, [hidden]") || each.classList.contains("skip") || !each.clientWidth || each.getBoundingClientRect().right < 0) continue;
    if (each.scrollWidth > each.clientWidth + 1)
      found.push(`${each.tagName} ${each.className}: ${each.scrollWidth} of ${each.clientWidth}: ${each.textContent.trim().slice(0, 60)}`);
  }
  return found;
}"""


@dataclass(frozen=True, slots=True)
class Place:
    house: House
    visitor: Visitor
    addresses: dict[str, str]
    """Every page anybody may ask for, by its path in the table."""


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as made:
        yield made


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("pseudo")
    pseudo_german(folder / "languages", patch)
    pack = load_pack()
    with housed(founded(folder / "data", CLUSTER), pack) as house:
        made = MadeUp(house.config, house.desk.engine, house.desk.service.notary, pack, now=house.desk.now())
        names = [f"Simulated Firm {number:02}" for number in range(FIRMS)]
        for number, name in enumerate(names):
            made.join(name, sector=("metal", "wood")[number % 2])
        period = made.send(random_hosts(np.random.default_rng(4), names, len(pack.order)))
        visitor = house.signed_in("wanda")
        visitor.client.cookies.set("language", "de")
        works = [
            visitor.post(f"/manage/periods/{period}/{step}", form).headers["Location"]
            for step, form in (("freeze", {"typed": period}), ("build", {}), ("publish", {"sure": "yes"}))
        ]
        for work in works:
            done_at(visitor, work)
        yield Place(house, visitor, addresses(house, visitor, period, works[-1]))


def addresses(house: House, visitor: Visitor, period: str, work: str) -> dict[str, str]:
    members = visitor.get("/manage/members").text
    firm = re.search(r"/manage/members/(firm_\w+)", members)
    themes = re.search(r"/manage/checks/([\w-]+)", visitor.get("/manage/themes").text)
    assert firm is not None and themes is not None
    agent = re.search(r"/manage/agents/(agent_\w+)/revoke", visitor.get(f"/manage/members/{firm[1]}").text)
    known = {
        "release": period, "period": period, "firm": firm[1], "check": themes[1], "work": work.rsplit("/", 1)[1],
        "agent": agent[1] if agent else "none", "link": house.link(Role.READER).rsplit("/", 1)[1], "rest:path": "nowhere",
        "paper": "brief",
    }  # fmt: skip
    found = {}
    for page in PAGES:
        path = page.path
        for name, value in known.items():
            path = path.replace(f"{{{name}}}", value)
        if page.method == "GET" and "{" not in path and not path.endswith("/state"):
            found[page.path] = path
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser, place: Place) -> Iterator[Page]:
    context = browser.new_context(base_url=place.house.url)
    for cookie in place.visitor.client.cookies.jar:
        path = "/manage" if cookie.name == COOKIE else "/"
        context.add_cookies([{"name": cookie.name, "value": cookie.value or "", "domain": "localhost", "path": path}])
    yield context.new_page()
    context.close()


def outside(page: Page) -> list[str]:
    found: list[str] = page.evaluate(OUTSIDE, [OPEN, CLOSE])
    return [said for said in found if said not in CHECKS and re.search(r"[^\W\d_]{2,}", DATA.sub("", said))]


def test_no_word_is_left_in_english(page: Page, place: Place) -> None:
    left = {}
    for path, address in place.addresses.items():
        answer = page.goto(address)
        if answer is None or "html" not in answer.headers.get("content-type", ""):
            continue
        assert page.get_attribute("html", "lang") == "de", path
        if found := outside(page):
            left[path] = found
    assert left == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_longer_words_fit(page: Page, place: Place, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    tight = {}
    for path, address in place.addresses.items():
        answer = page.goto(address)
        if answer is None or "html" not in answer.headers.get("content-type", ""):
            continue
        if found := page.evaluate(TIGHT):
            tight[path] = found
    assert tight == {}


def test_what_forms_answer_is_translated_and_fits(page: Page, place: Place) -> None:
    """Pages that only a form shows, and the words of the scripts."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    firm = place.addresses["/manage/members/{firm}"]
    for address, button in ((firm, "form[action$='/invite'] button.main"), ("/manage/account", "form[action$='/codes'] button"),
                            ("/manage/people", "form[action$='/people/invite'] button")):  # fmt: skip
        page.goto(address)
        with page.expect_navigation():
            page.locator(button).last.click()
        assert outside(page) == [] and page.evaluate(TIGHT) == [], page.url


def test_switching_the_language_by_hand(page: Page, place: Place) -> None:
    page.goto("/manage/members?find=Simulated")
    page.select_option("#language", "en")
    with page.expect_navigation():
        page.locator("form[action='/manage/language'] button").click()
    assert page.url.endswith("/manage/members?find=Simulated")
    assert page.get_attribute("html", "lang") == "en" and page.inner_text("h1") == "Members"
    assert page.get_by_label("Language").input_value() == "en"
    page.goto("/manage/releases")
    assert page.inner_text("h1") == "Releases", "it is remembered"


def test_a_forgotten_word_is_seen(page: Page, place: Place) -> None:
    page.goto("/manage/people")
    page.evaluate("document.querySelector('h1').textContent = 'Forgotten'")
    assert outside(page) == ["Forgotten"]
    page.evaluate("document.querySelector('h1').style.whiteSpace = 'nowrap'")
    page.evaluate("document.querySelector('h1').textContent = 'wide '.repeat(400)")
    assert page.evaluate(TIGHT)
