"""Pages in the reader's language: chosen in the browser, asked for by it, or the cluster's; hostile names stay text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from housed import House, done_at, founded, housed
from pseudo import pseudo_german
from releasing import MadeUp, random_hosts, small_pack

from aggregator.database.engine import writing
from aggregator.members import firms
from aggregator.pages.paper import environment
from aggregator.pages.tongue import choose
from aggregator.people.persons import Role
from shieldwall import language

HOSTILE = "<script>alert(1)</script>\u202e%(x)s %s {{ 7*7 }} \"'&"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housed(founded(tmp_path_factory.mktemp("house") / "data"), small_pack(2)) as made:
        yield made


@pytest.mark.parametrize(
    ("cookie", "asked", "usual", "spoken"),
    [
        ("", "", "en", "en"), ("", "", "pl", "pl"), ("", "de-AT,de;q=0.9,en;q=0.5", "pl", "de"),
        ("fr", "de", "pl", "fr"), ("xx", "de", "pl", "de"), ("../de", "", "en", "en"), ("", "en;q=0.2, it;q=0.8", "de", "it"),
        ("", "sv,ja;q=0.9", "nl", "nl"), ("", "de;q=0, fr;q=0.1", "en", "fr"), ("", "DE-de", "en", "de"),
        ("", "de;q=nan,es;q=inf,it;q=-1,nl;q=1e9", "en", "en"), ("", "*", "de", "de"), ("", ";,;q=,=,--" * 500, "en", "en"),
        ("", "x" * 100_000 + ",de", "en", "en"), ("", "de;q=\u0663", "en", "en"),
    ],
)  # fmt: skip
def test_what_is_spoken(cookie: str, asked: str, usual: str, spoken: str) -> None:
    assert choose({"language": cookie} if cookie else {}, asked, usual) == spoken


def test_a_browser_is_answered_in_its_language_until_another_is_chosen(house: House) -> None:
    visitor = house.visitor()
    answer = visitor.client.get("/manage/sign-in", headers={"Accept-Language": "fr-BE,fr"})
    assert '<html lang="fr">' in answer.text and answer.headers["Vary"] == "Accept-Language, Cookie"
    assert '<option value="fr" lang="fr" selected>Français</option>' in answer.text
    changed = visitor.post("/manage/language", {"language": "nl", "back": "/manage/sign-in"})
    assert (changed.status_code, changed.headers["Location"]) == (303, "/manage/sign-in")
    cookie = changed.headers["Set-Cookie"] if "language=" in changed.headers["Set-Cookie"] else ""
    assert "language=nl" in cookie and "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/manage" in cookie
    again = visitor.client.get("/manage/sign-in", headers={"Accept-Language": "fr"})
    assert '<html lang="nl">' in again.text


def test_a_page_says_where_to_come_back_to(house: House) -> None:
    visitor = house.signed_in("wanda")
    assert (
        'name="back" value="/manage/members?find=a%22%3Cb%3E"' in visitor.get("/manage/members?find=a%22%3Cb%3E").text
    )
    answer = visitor.post("/manage/members", {"name": "", "sector": "x", "size": "1-9"})
    assert 'name="back" value="/manage"' in answer.text, "a form's answer cannot be asked for again"


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/", "//evil.example", "/manage//evil.example", "/\\evil.example", "/manage/../..//evil", "",
        "/managed", "/manage/x#y", "/manage/\r\nSet-Cookie: a=b", "javascript:alert(1)", "/manage/a b", "/manage/\u202e",
        "/manage?x=\r\nX: y", "/manage@evil.example", "manage",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(house: House, back: str) -> None:
    visitor = house.visitor()
    where = visitor.post("/manage/language", {"language": "de", "back": back})
    assert where.status_code == 303
    assert where.headers["Location"] in ("/manage", "/manage?x=") and "X" not in where.headers


def test_strangers_forms_and_unknown_languages_change_nothing(house: House) -> None:
    visitor = house.visitor()
    for form, headers, token in (
        ({"language": "de"}, {"Origin": "https://evil.example"}, None),
        ({"language": "de"}, {"Sec-Fetch-Site": "cross-site"}, None),
        ({"language": "de"}, {}, "0" * 64),
    ):
        answer = visitor.post("/manage/language", form, headers, token)
        assert answer.status_code == 403 and "language=" not in answer.headers.get("Set-Cookie", "")
    for wanted in ("xx", "", "de\r\nX: y", "DE"):
        answer = visitor.post("/manage/language", {"language": wanted, "back": "/manage/sign-in"})
        assert answer.status_code == 303 and "language=" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("code", ["en", "de"])
def test_hostile_names_stay_text_inside_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """In English and in a language whose every message is another."""
    pseudo_german(tmp_path / "languages", monkeypatch)
    config = replace(founded(tmp_path / "data"), name=HOSTILE.replace("\u202e", "\u202eCluster"))
    with housed(config, small_pack(2)) as house:
        with writing(house.desk.engine) as connection:
            # As a list of members from elsewhere, or an older version, might have left it.
            made = firms.add(
                connection, config.cluster, name="Miller", sector="metal", size_band="10-49", linked_group=None,
                now=house.desk.now(),
            )  # fmt: skip
            connection.execute(firms.table.update().values(name=HOSTILE, sector=HOSTILE))
        visitor = house.signed_in("wanda")
        visitor.client.cookies.set("language", code)
        pages = [visitor.get(path).text for path in (
            "/manage", "/manage/members", f"/manage/members/{made.id}", f"/manage/members/{made.id}/leave",
            f"/manage/members?find={'%3Cscript%3E'}", "/manage/log", house.link(Role.READER), "/manage/account",
        )]  # fmt: skip
        pages.append(visitor.post(f"/manage/members/{made.id}/invite", {"count": "2"}).text)
        pages.append(visitor.post("/manage/members", {"name": HOSTILE, "sector": HOSTILE, "size": HOSTILE}).text)
    for page in pages:
        assert f'<html lang="{code}">' in page
        assert "<script>alert" not in page and "\u202e" not in page, page
        assert "{{ 7*7 }}" in page and "%(x)s %s" in page, "the name is shown as it is"
        assert not re.search(r'="[^"]*alert\(1\)</script>[^"]*"', page)


def test_every_template_escapes_and_makes_visible_what_a_sentence_holds() -> None:
    """The machinery itself: str, StrEnum and what a macro made."""

    class Word(str):
        pass

    template = environment().from_string(
        '{% trans a=a, b=b %}x {{ a }} y {{ b }}{% endtrans %}{{ _("z %(a)s", a=a) }}'
        "{% trans n=n, a=a %}one {{ a }}{% pluralize %}{{ n }} of {{ a }}{% endtrans %}"
    )
    said = template.render(a=HOSTILE, b=Word("<\u202e>"), n=2)
    assert "<script" not in said and "\u202e" not in said and said.count("&lt;script&gt;") == 3
    assert "&lt;\ufffd&gt;" in said and "%(x)s" in said


def test_what_is_published_is_english_whoever_publishes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pseudo_german(tmp_path / "languages", monkeypatch)
    pack = small_pack(2)
    with housed(founded(tmp_path / "data"), pack) as house:
        made = MadeUp(house.config, house.desk.engine, house.desk.service.notary, pack, now=house.desk.now())
        names = [f"Firm {number}" for number in range(12)]
        for name in names:
            made.join(name)
        period = made.send(random_hosts(np.random.default_rng(1), names, len(pack.order)))
        visitor = house.signed_in("wanda")
        visitor.client.cookies.set("language", "de")
        for step, form in (("freeze", {"typed": period}), ("build", {}), ("publish", {"sure": "yes"})):
            started = visitor.post(f"/manage/periods/{period}/{step}", form).headers["Location"]
            assert "⟦" in done_at(visitor, started), "the page speaks the other language"
        written = sorted(path for path in house.config.releases.rglob("*") if path.is_file())
        assert {"release.json", "report.html", "figures.csv"} <= {path.name for path in written}
        for path in written:
            assert "⟦".encode() not in path.read_bytes() and b"\\u27e6" not in path.read_bytes(), path.name
        folder = f"/manage/releases/{period}"
        for file in ("report.html", "report.txt", "figures.csv", "release.json"):
            assert "⟦" not in visitor.get(f"{folder}/{file}").text
        view = visitor.get(f"{folder}/report.de.html").text
        assert '<html lang="de">' in view and "⟦" in view
        digest = re.search(r"<code>([0-9a-f]{64})</code>", visitor.get(f"{folder}/report.html").text)
        assert digest is not None and digest[1] in view, "a view names the release it was made from"
        for name in (
            "report.en.html",
            "report.xx.html",
            "figures.de.csv",
            "report.de.json",
            "release.de.json",
            "report.de.de.html",
        ):
            assert visitor.get(f"{folder}/{name}").status_code == 404, name


def test_english_needs_no_catalogue_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "FOLDER", tmp_path / "nothing")
    language._language.cache_clear()
    with housed(founded(tmp_path / "data"), small_pack(1)) as house:
        answer = house.visitor().client.get("/manage/sign-in", headers={"Accept-Language": "de"})
        assert answer.status_code == 200 and "Six digits" in answer.text
    language._language.cache_clear()


def test_the_clusters_language_is_for_browsers_that_ask_for_none(tmp_path: Path) -> None:
    with housed(replace(founded(tmp_path / "data"), language="it"), small_pack(1)) as house:
        assert (
            '<html lang="it">' in house.visitor().client.get("/manage/sign-in", headers={"Accept-Language": "sv"}).text
        )
