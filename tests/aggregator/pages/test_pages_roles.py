"""Every role on every route of the real table: nobody gets further than the table says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from housed import House, Visitor, founded, housed
from releasing import small_pack

from aggregator.pages.access import Access
from aggregator.pages.door import Page
from aggregator.pages.routes import PAGES
from aggregator.people.persons import Role

WHO = ("nobody", "half", "reader", "operator", "manager")
RANK = {Access.OPEN: 0, Access.HALF: 1, Access.READER: 2, Access.OPERATOR: 3, Access.MANAGER: 4}
STRANGER = "Not for your role"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housed(founded(tmp_path_factory.mktemp("house") / "data"), small_pack(1)) as made:
        yield made


@pytest.fixture(scope="module")
def visitors(house: House) -> dict[str, Visitor]:
    found = {"nobody": house.visitor()}
    house.person("half", Role.MANAGER, secret=b"")
    found["half"] = house.visitor()
    assert found["half"].sign_in("half", code="").headers["Location"] == "/manage/account/app"
    for role in Role:
        found[role.value] = house.signed_in(role.value, role)
    return found


def address(page: Page, house: House, names: dict[str, str]) -> str:
    path = page.path.replace(":path", "")
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, f"{page.path}: the test knows no such part"
    return path


def test_the_table_names_each_route_once_and_opens_only_the_door() -> None:
    assert len({(page.method, page.path) for page in PAGES}) == len(PAGES)
    opened = {(page.method, page.path) for page in PAGES if page.access is Access.OPEN}
    assert opened == {
        ("GET", "/manage/sign-in"), ("POST", "/manage/sign-in"), ("POST", "/manage/sign-in/passkey"),
        ("GET", "/manage/welcome/{link}"), ("POST", "/manage/welcome/{link}"), ("GET", "/manage/static/{file}"),
        ("GET", "/manage/{rest:path}"), ("POST", "/manage/language"),
    }  # fmt: skip


def test_who_may_change_what() -> None:
    """Said a second time, so that a slip in the table is noticed."""
    changing = {access: {p.path for p in PAGES if p.method == "POST" and p.access is access} for access in Access}
    assert all(path.startswith("/manage/account/") for path in changing[Access.READER] - {"/manage/compare"})
    assert changing[Access.OPERATOR] == {
        "/manage/members", "/manage/members/{firm}/invite", "/manage/members/{firm}/uninvite",
        "/manage/agents/{agent}/approve", "/manage/agents/{agent}/revoke",
    }  # fmt: skip
    reading = {p.path for p in PAGES if p.method == "GET" and p.access is Access.READER}
    assert not any(word in path for path in reading for word in ("member", "agent", "log", "people", "period", "gate"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.method} {page.path}")
@pytest.mark.parametrize("who", WHO)
def test_role_on_route(house: House, visitors: dict[str, Visitor], page: Page, who: str) -> None:
    names = {
        "firm": house.firm(f"Firm for {who} at {page.method} {page.path}").id, "agent": "agt_unknown",
        "person": house.person(f"{who}.{abs(hash(page.path))}", Role.READER).id if "{person}" in page.path else "",
        "period": "2026-Q4", "release": "2026-Q4", "file": "figures.csv", "check": "none", "work": "none",
        "passkey": "none", "link": "none", "rest": "nowhere",
    }  # fmt: skip
    visitor = visitors[who]
    if page.path == "/manage/sign-out" and who != "nobody":
        visitor = house.visitor()
        visitor.sign_in(who, code="" if who == "half" else house.visitor().code(b"k" * 20))
    path = address(page, house, names)
    answer = visitor.get(path) if page.method == "GET" else visitor.post(path)
    if RANK[page.access] <= WHO.index(who):
        assert STRANGER not in answer.text
        assert answer.status_code < 500, answer.text
        gone_back = page.path != "/manage/sign-out" and "/manage/sign-in" in answer.headers.get("Location", "")
        assert not gone_back or page.access is Access.OPEN
    elif who == "nobody":
        assert answer.status_code == 303 and answer.headers["Location"].startswith("/manage/sign-in?next=")
    elif who == "half":
        assert answer.status_code == 303 and answer.headers["Location"] == "/manage/account/app"
    else:
        assert answer.status_code == 403 and STRANGER in answer.text


@pytest.mark.parametrize("page", [p for p in PAGES if p.method == "POST"], ids=lambda page: page.path)
@pytest.mark.parametrize("missing", ["origin", "elsewhere", "other site", "token", "strange token"])
def test_no_form_of_a_stranger_is_taken(house: House, visitors: dict[str, Visitor], page: Page, missing: str) -> None:
    before = len(house.log())
    path = page.path
    for name in ("firm", "agent", "person", "period", "passkey", "link"):
        path = path.replace(f"{{{name}}}", "none")
    headers = {"origin": {"Origin": ""}, "elsewhere": {"Origin": "http://evil.example"},
               "other site": {"Sec-Fetch-Site": "same-site"}}.get(missing, {})  # fmt: skip
    token = {"token": "", "strange token": visitors["nobody"].token()}.get(missing)
    answer = visitors["manager"].post(path, headers=headers, token=token)
    assert answer.status_code == 403 and "did not come from a page of ours" in answer.text
    assert len(house.log()) == before


def test_nothing_else_is_served_below_manage(house: House, tmp_path: Path) -> None:
    visitor = house.visitor()
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        assert visitor.client.request(method, "/manage/members").status_code in (404, 405)
    assert visitor.get("/manage/static/../../etc/passwd").status_code == 404
    assert visitor.get("/manage/static/desk.css").status_code == 404, "only under its hashed name"
