"""Sessions, second steps, links and limits, tried at the real server over HTTP."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import numpy as np
import pytest
from housed import PASSWORD, House, done_at, founded, housed
from releasing import MadeUp, random_hosts, small_pack

from aggregator.cli import run
from aggregator.pages.first import first_link
from aggregator.people import totp
from aggregator.people.guard import NAME_BURST, NAME_SECONDS
from aggregator.people.persons import Role
from aggregator.people.sessions import FRESH_SECONDS, IDLE_SECONDS


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housed(founded(tmp_path_factory.mktemp("house") / "data"), small_pack(1)) as made:
        yield made


def actions(house: House) -> list[tuple[str, str]]:
    return [(entry.who, entry.action) for entry in house.log()]


def test_a_link_makes_a_manager_with_two_steps_and_recovery_codes(house: House) -> None:
    visitor, link = house.visitor(), house.link()
    visitor.get(link)
    typed = {"name": "maria", "password": PASSWORD, "repeated": PASSWORD}
    for wrong, told in (
        ({"password": "short", "repeated": "short"}, "12 to 200"),
        ({"repeated": "another one"}, "differ"),
        ({"name": "Maria Schmidt"}, "small letters"),
    ):
        answer = visitor.post(link, {**typed, **wrong})
        assert answer.status_code == 400 and told in answer.text
    answer = visitor.post(link, typed)
    assert answer.headers["Location"] == "/manage/account/app"
    assert visitor.get("/manage").headers["Location"] == "/manage/account/app", "half is not in"
    page = visitor.get("/manage/account/app").text
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    key = re.search(r'class="key">([A-Z2-7]+)<', page)
    assert sealed and key and "<svg" in page
    secret = base64.b32decode(key[1])
    wrong_code = visitor.post("/manage/account/app", {"sealed": sealed[1], "code": "000000"})
    assert wrong_code.status_code == 400 and key[1] in wrong_code.text, "the same key stays on the page"
    done = visitor.post("/manage/account/app", {"sealed": sealed[1], "code": visitor.code(secret)})
    assert done.headers["Location"] == "/manage/account?new=1"
    assert visitor.get("/manage").status_code == 200
    codes = re.findall(
        r"<code>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</code>", visitor.post("/manage/account/codes").text
    )
    assert len(codes) == 10
    assert house.visitor().get(link).status_code == 404, "used"
    another = house.visitor()
    assert another.sign_in("maria", code=codes[0]).headers["Location"] == "/manage"
    assert house.visitor().sign_in("maria", code=codes[0]).status_code == 403, "each once"
    assert ("maria", "used a recovery code") in actions(house)


def test_a_code_of_the_app_works_once(house: House) -> None:
    house.person("maria")
    code = house.visitor().code()
    assert house.visitor().sign_in("maria", code=code).status_code == 303
    assert house.visitor().sign_in("maria", code=code).status_code == 403
    house.offset[0] += totp.STEP_SECONDS
    assert house.visitor().sign_in("maria").status_code == 303


def test_wrong_name_password_and_code_look_the_same(house: House) -> None:
    house.person("maria")
    tries = [("nobody", PASSWORD, None), ("maria", "wrong password", None), ("maria", PASSWORD, "000000")]
    pages = []
    for name, password, code in tries:
        answer = house.visitor().sign_in(name, password, code)
        assert answer.status_code == 403
        pages.append(re.sub(r'value="[^"]*"|data-options="[^"]*"', "", answer.text))
    assert pages[0] == pages[1] == pages[2]


def test_guessing_is_slowed_down_for_the_name_alone(house: House) -> None:
    house.person("maria")
    house.person("jonas")
    for _ in range(NAME_BURST):
        assert house.visitor().sign_in("maria", "a wrong password").status_code == 403
    right = house.visitor().sign_in("maria")
    assert right.status_code == 429 and "Too many tries" in right.text
    assert house.visitor().sign_in("jonas").status_code == 303
    house.offset[0] += NAME_SECONDS + 1
    assert house.visitor().sign_in("maria").status_code == 303
    assert actions(house).count(("maria", "was refused at the door")) == NAME_BURST


def test_signing_in_gives_a_new_session_whatever_was_held_before(house: House) -> None:
    house.person("maria")
    planted = "p" * 43
    visitor = house.visitor()
    visitor.client.cookies.set("shieldwall", planted, domain="localhost.local")
    visitor.get("/manage/sign-in")
    before = set(visitor.client.cookies.jar)
    visitor.sign_in("maria")
    held = {cookie.value for cookie in visitor.client.cookies.jar} - {cookie.value for cookie in before}
    assert planted not in held and held
    thief = house.visitor()
    thief.client.cookies.set("shieldwall", planted)
    assert thief.get("/manage").status_code == 303


def test_a_session_ends_by_signing_out_by_idleness_and_with_the_password(house: House) -> None:
    visitor = house.signed_in("maria")
    cookie = visitor.client.cookies["shieldwall"]
    assert visitor.post("/manage/sign-out").status_code == 303
    thief = house.visitor()
    thief.client.cookies.set("shieldwall", cookie)
    assert thief.get("/manage").status_code == 303, "the server forgot it as well"
    house.offset[0] += totp.STEP_SECONDS
    visitor.sign_in("maria")
    house.offset[0] += totp.STEP_SECONDS
    elsewhere = house.visitor()
    elsewhere.sign_in("maria")
    changed = {"present": PASSWORD, "password": "another good phrase", "repeated": "another good phrase"}
    assert visitor.post("/manage/account/password", {**changed, "present": "wrong"}).status_code == 403
    assert visitor.post("/manage/account/password", changed).status_code == 303
    assert visitor.get("/manage").status_code == 200
    assert elsewhere.get("/manage").status_code == 303
    house.offset[0] += IDLE_SECONDS
    assert visitor.get("/manage").status_code == 303


def test_keys_and_people_are_changed_only_shortly_after_signing_in(house: House) -> None:
    visitor = house.signed_in("maria")
    house.offset[0] += FRESH_SECONDS
    answer = visitor.post("/manage/people/invite", {"role": "reader"})
    assert answer.status_code == 303 and "again=1" in answer.headers["Location"]
    assert visitor.get("/manage/people").status_code == 200, "looking is allowed"
    visitor.sign_in("maria")
    assert "/manage/welcome/" in visitor.post("/manage/people/invite", {"role": "reader"}).text


def test_a_closed_door_and_a_changed_role_count_at_once(house: House) -> None:
    manager, reader = house.signed_in("maria"), house.signed_in("jonas", Role.READER)
    jonas = next(i for i in re.findall(r"/manage/people/(person_\w+)/role", manager.get("/manage/people").text))
    assert reader.get("/manage/members").status_code == 403
    manager.post(f"/manage/people/{jonas}/role", {"role": "operator"})
    assert reader.get("/manage/members").status_code == 200
    manager.post(f"/manage/people/{jonas}/disable")
    assert reader.get("/manage").status_code == 303
    house.offset[0] += totp.STEP_SECONDS
    assert house.visitor().sign_in("jonas").status_code == 403
    link = re.search(r"(/manage/welcome/[\w-]+)", manager.post(f"/manage/people/{jonas}/reset").text)
    assert link
    visitor = house.visitor()
    visitor.get(link[1])
    again = visitor.post(link[1], {"password": "a whole new phrase", "repeated": "a whole new phrase"})
    assert again.headers["Location"] == "/manage/account/app"


def test_a_half_session_dies_when_the_second_step_was_set_up_elsewhere(house: House) -> None:
    person = house.person("maria", secret=b"")
    half = house.visitor()
    half.sign_in("maria", code="")
    assert half.get("/manage/account/app").status_code == 200
    from aggregator.database.engine import writing
    from aggregator.people import persons

    with writing(house.desk.engine) as connection:
        persons.set_totp(connection, house.config.cluster, person.id, house.desk.vault.seal(b"k" * 20, person.id))
    assert half.get("/manage/account/app").headers["Location"].startswith("/manage/sign-in")


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example",
        "/manage//evil.example",
        "/manage\\evil",
        "/managers",
        "/manage?x=1",
        "",
    ],
)
def test_signing_in_leads_nowhere_else(house: House, wanted: str) -> None:
    house.person("maria")
    assert house.visitor().sign_in("maria", next=wanted).headers["Location"] == "/manage"


def test_signing_in_leads_on_to_where_one_wanted_to_go(house: House) -> None:
    house.person("maria")
    visitor = house.visitor()
    asked = visitor.get("/manage/members").headers["Location"]
    assert 'name="next" value="/manage/members"' in visitor.get(asked).text
    assert visitor.sign_in("maria", next="/manage/members").headers["Location"] == "/manage/members"


def test_headers_and_cookie(house: House) -> None:
    visitor = house.signed_in("maria")
    answer = visitor.get("/manage")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "http" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie and "Domain" not in cookie
    static = re.search(r"/manage/static/desk\.[0-9a-f]{12}\.css", answer.text)
    assert static and "immutable" in visitor.get(static[0]).headers["Cache-Control"]
    assert " style=" not in answer.text and "<style" not in answer.text and "onclick" not in answer.text


def test_a_huge_form_is_not_read(house: House) -> None:
    visitor = house.visitor()
    visitor.get("/manage/sign-in")
    answer = visitor.post("/manage/sign-in", {"name": "x" * 100_000})
    assert answer.status_code == 403
    assert 'action="/manage/sign-in"' not in answer.text


def test_under_https_the_cookie_is_bound_to_this_host(tmp_path_factory: pytest.TempPathFactory) -> None:
    from dataclasses import replace

    from aggregator.pages.desk import furnish
    from aggregator.web.service import start

    config = replace(founded(tmp_path_factory.mktemp("tls") / "data"), url="https://cluster.example")
    service = start(config, ())
    desk = furnish(service, small_pack(1), lambda: 0.0)
    assert (desk.cookie, desk.secure, desk.passkey_host) == ("__Host-shieldwall", True, "cluster.example")
    service.close()


def test_every_deed_stands_in_the_log(house: House) -> None:
    visitor = house.signed_in("maria")
    visitor.post("/manage/members", {"name": "Miller Ltd", "sector": "metal", "size": "10-49"})
    firm = re.search(r"/manage/members/(firm_\w+)", visitor.get("/manage/members").text)
    assert firm
    assert "<code" in visitor.post(f"/manage/members/{firm[1]}/invite", {"count": "2"}).text
    visitor.post(f"/manage/members/{firm[1]}/uninvite")
    visitor.post(f"/manage/members/{firm[1]}/leave")
    said = [(entry.action, entry.subject) for entry in house.log()]
    assert said == [
        ("signed in", ""), ("added a firm", "Miller Ltd"), ("made invitations", "2 for Miller Ltd"),
        ("withdrew invitations", "2 of Miller Ltd"), ("let a firm leave", "Miller Ltd"),
    ]  # fmt: skip
    page = visitor.get("/manage/log").text
    assert "The chain of 5 entries holds" in page and "Miller Ltd" in page


def test_names_of_firms_are_text_and_never_markup(house: House) -> None:
    visitor = house.signed_in("maria")
    visitor.post("/manage/members", {"name": "<script>alert(1)</script>", "sector": "metal", "size": "10-49"})
    assert "<script>alert" not in visitor.get("/manage/members").text
    assert "&lt;script&gt;alert" in visitor.get("/manage/members").text
    wrong = visitor.post("/manage/members", {"name": "Miller", "sector": "Metal works!", "size": "10-49"})
    assert wrong.status_code == 400 and "Sector" in wrong.text and "--sector" not in wrong.text
    twice = visitor.post("/manage/members", {"name": "<script>alert(1)</script>", "sector": "m", "size": "1-9"})
    assert twice.status_code == 400 and "is a member already" in twice.text and "firm list" not in twice.text


def test_a_freeze_wants_the_name_and_happens_once(house: House) -> None:
    made = MadeUp(house.config, house.desk.engine, house.desk.service.notary, house.desk.pack, now=house.desk.now())
    made.join("Miller Ltd")
    period = made.send(random_hosts(np.random.default_rng(1), ["Miller Ltd"], len(house.desk.pack.order)))
    visitor = house.signed_in("maria")
    asked = visitor.get(f"/manage/periods/{period}/freeze").text
    assert f"Type {period} to go on" in asked and "There is no way back" in asked
    assert "Nothing was done" in visitor.post(f"/manage/periods/{period}/freeze", {"typed": "2020-Q1"}).text
    assert [entry.action for entry in house.log()] == ["signed in"]
    started = visitor.post(f"/manage/periods/{period}/freeze", {"typed": period.lower()}).headers["Location"]
    assert f"{period} is frozen" in done_at(visitor, started), "too few firms for figures is no reason to wait"
    again = visitor.post(f"/manage/periods/{period}/freeze", {"typed": period})
    assert again.status_code == 400 and "frozen already" in again.text
    building = visitor.post("/manage/periods/2020-Q1/build")
    assert building.status_code == 400 and "no period" in building.text
    unsure = visitor.post(f"/manage/periods/{period}/publish")
    assert unsure.status_code == 400 and "tick the box" in unsure.text
    assert house.desk.shelf.all() == ()


def test_an_open_period_cannot_be_built_and_the_refusal_is_written_down(house: House) -> None:
    made = MadeUp(house.config, house.desk.engine, house.desk.service.notary, house.desk.pack, now=house.desk.now())
    made.join("Miller Ltd")
    period = made.send(random_hosts(np.random.default_rng(1), ["Miller Ltd"], len(house.desk.pack.order)))
    visitor = house.signed_in("maria")
    started = visitor.post(f"/manage/periods/{period}/build").headers["Location"]
    assert "is open" in done_at(visitor, started)
    last = house.log()[-1]
    assert last.action == "was refused" and last.subject.startswith(f"{period}: ")


def test_the_first_start_gives_one_link_and_later_ones_none(house: House) -> None:
    first, second = first_link(house.desk), first_link(house.desk)
    assert house.visitor().get(first.removeprefix(house.url)).status_code == 404, "replaced by the next start"
    assert "Welcome" in house.visitor().get(second.removeprefix(house.url)).text
    house.person("jonas", Role.READER)
    assert first_link(house.desk), "a reader is no manager"
    house.person("maria")
    assert first_link(house.desk) == ""


def test_the_command_line_lets_people_in_and_verifies_the_log(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    def typed(*words: str) -> str:
        assert run(["--data", str(house.config.folder), "manager", *words]) == 0
        return capsys.readouterr().out

    assert typed("verify") == "no entries yet\n"
    link = typed("invite", "--role", "operator").strip()
    assert "as <b>operator</b>" in house.visitor().get(urlsplit(link).path).text
    house.person("maria")
    assert typed("list") == "maria\tmanager\tsecond step\topen\n"
    anew = typed("invite", "--name", "maria").strip()
    assert "for <b>maria</b>" in house.visitor().get(urlsplit(anew).path).text
    said = typed("verify")
    assert said.startswith("2 entries, head ")
    typed("verify", "--head", said.split()[-1])
    assert run(["--data", str(house.config.folder), "manager", "verify", "--head", "0" * 64]) == 5
    assert run(["--data", str(house.config.folder), "manager", "invite", "--name", "nobody"]) == 2
    assert run(["--data", str(house.config.folder), "firm", "add", "Miller Ltd", "--sector", "m", "--size", "1-9"]) == 0
    assert (house.log()[-1].who, house.log()[-1].subject) == ("command line", "Miller Ltd")


def test_signing_in_once_more_ends_the_session_of_before(house: House) -> None:
    visitor = house.signed_in("maria")
    before = visitor.client.cookies["shieldwall"]
    house.offset[0] += totp.STEP_SECONDS
    visitor.sign_in("maria")
    assert visitor.client.cookies["shieldwall"] != before
    thief = house.visitor()
    thief.client.cookies.set("shieldwall", before)
    assert thief.get("/manage").status_code == 303


def test_a_used_link_lets_nobody_in_who_had_it_open(house: House) -> None:
    link, first, second = house.link(), house.visitor(), house.visitor()
    first.get(link)
    second.get(link)
    typed = {"password": PASSWORD, "repeated": PASSWORD}
    assert first.post(link, {"name": "maria", **typed}).status_code == 303
    assert second.post(link, {"name": "jonas", **typed}).status_code == 404
    assert [entry.who for entry in house.log()] == ["maria"]
