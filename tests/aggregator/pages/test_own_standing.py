"""The server's own standing leads: on the overview before anything of members, by role, and whatever lies there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from housed import House, Visitor, founded, housed
from own_result import own_result
from releasing import small_pack

from aggregator.people.persons import Role
from aggregator.standing import FILE

COMMAND = "shieldwall scan --policy aggregator-self"
EVIDENCE = ("/etc/ssh/sshd_config:12", "timers and cron", "this = yes")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housed(founded(tmp_path_factory.mktemp("house") / "data"), small_pack(1)) as made:
        yield made


@pytest.fixture(scope="module")
def visitors(house: House) -> dict[Role, Visitor]:
    return {role: house.signed_in(role.value, role) for role in Role}


@pytest.fixture
def place(house: House) -> Iterator[Path]:
    yield house.config.folder / FILE
    (house.config.folder / FILE).unlink(missing_ok=True)


def pages(visitor: Visitor) -> tuple[str, str]:
    """The overview and the page of this server."""
    answers = [visitor.get("/manage"), visitor.get("/manage/server")]
    assert [answer.status_code for answer in answers] == [200, 200]
    return answers[0].text, answers[1].text


def test_without_an_audit_the_overview_begins_with_saying_so(
    house: House, visitors: dict[Role, Visitor], place: Path
) -> None:
    for page in pages(visitors[Role.MANAGER]):
        assert "has not been audited yet" in page and f"{COMMAND} --role server" in page and str(place) in page
    overview, server = pages(visitors[Role.READER])
    assert overview.index("has not been audited yet") < overview.index("members</span>")
    assert COMMAND not in overview + server and str(place) not in overview + server, "folders are not for readers"


@pytest.mark.parametrize("role", list(Role))
def test_the_overview_begins_with_grade_gates_and_date(
    house: House, visitors: dict[Role, Visitor], place: Path, role: Role
) -> None:
    place.write_text(json.dumps(own_result(house.desk.now() - 3 * 86_400)))
    overview, server = pages(visitors[role])
    for page in (overview, server):
        assert "<b>C</b>" in page and "scores 84 of 100" in page and "One gate is open" in page
        assert "A backup is recent" in page and "3 days ago" in page
    assert overview.index("scores 84 of 100") < overview.index("members</span>")
    assert not any(word in overview for word in EVIDENCE), "the overview has no evidence for anybody"
    shown = [word for word in EVIDENCE if word in server]
    assert shown == ([] if role is Role.READER else list(EVIDENCE))
    assert ("Idle sessions end" in server) is (role is not Role.READER)
    assert "Logs go elsewhere" not in server and "One failure is an accepted risk" in server


def test_an_old_audit_is_called_old(house: House, visitors: dict[Role, Visitor], place: Path) -> None:
    place.write_text(json.dumps(own_result(house.desk.now() - 31 * 86_400)))
    overview, server = pages(visitors[Role.OPERATOR])
    assert "more than 30 days ago" in overview and COMMAND in overview
    assert "more than 30 days ago" in server
    place.write_text(json.dumps(own_result(house.desk.now() - 30 * 86_400)))
    assert "more than 30 days ago" not in pages(visitors[Role.MANAGER])[0]


def test_words_in_the_file_are_words_on_the_page(house: House, visitors: dict[Role, Visitor], place: Path) -> None:
    script = "<script>alert(1)</script>"
    result = own_result(house.desk.now())
    for check in result["checks"][:2]:
        check["title"] = check["fix"]["text"] = check["fix"]["snippet"] = f"{script} \ud800 \u202e"
        check["evidence"]["parts"][0]["seen"] = [{"value": {"k": script}, "origin": f'" onload="x {script}'}]
    place.write_text(json.dumps(result))
    for page in pages(visitors[Role.MANAGER]):
        assert script not in page and "&lt;script&gt;alert(1)" in page
        assert 'onload="x' not in page and "\u202e" not in page


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "no whole result"), (b"\x00\xff" * 500, "no whole result"), (b"[" * 200_000, "no whole result"),
        (json.dumps(own_result()).encode()[:-1], "no whole result"), (b" " * (5 << 20), "no whole result"),
        (json.dumps(own_result() | {"partial": True}).encode(), "of a part of it"),
        (json.dumps(own_result(4_000_000_000)).encode(), "from the future"),
    ],
    ids=["empty", "noise", "deep", "cut", "huge", "partial", "future"],
)  # fmt: skip
def test_whatever_lies_there_both_pages_stand(
    house: House, visitors: dict[Role, Visitor], place: Path, raw: bytes, why: str
) -> None:
    place.write_bytes(raw)
    for page in pages(visitors[Role.MANAGER]):
        assert "has not been audited yet" in page and why in page
