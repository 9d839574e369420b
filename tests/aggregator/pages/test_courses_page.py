"""Courses on offer: managers change the list, by page or command; what is served is signed and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from housed import House, founded, housed
from releasing import small_pack

from aggregator.cli import run
from aggregator.people.persons import Role
from aggregator.release.courses import offer, offered, place
from shieldwall.encoding.envelope import open_envelope, sign
from shieldwall.errors import IntegrityError, UsageError
from shieldwall.published.courses import COURSES, PAYLOAD_TYPE, Course, parse_courses


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housed(founded(tmp_path_factory.mktemp("house") / "data"), small_pack(1)) as made:
        yield made


def known(house: House) -> tuple[Course, ...]:
    return offered(house.config, house.desk.service.notary)


def test_a_manager_offers_a_course_and_anybody_reads_the_signed_list(house: House) -> None:
    manager = house.signed_in("maria")
    assert manager.get("/v1/courses").status_code == 404
    assert "No course is on offer" in manager.get("/manage/courses").text
    form = {"topic": "T-BKP", "title": "Restoring  for real", "day": "2090-01-15"}
    assert manager.post("/manage/courses", form).status_code == 303
    assert manager.post("/manage/courses", {"topic": "T-IR", "title": "", "day": ""}).status_code == 303
    answer = house.visitor().get("/v1/courses")
    opened = open_envelope(answer.content, [house.desk.service.notary.key.public_key()])
    listed = parse_courses(opened.payload)
    assert opened.payload_type == PAYLOAD_TYPE and listed.cluster == "Valley Metalworkers"
    assert listed.courses == (Course("T-BKP", "Restoring for real", "2090-01-15"), Course("T-IR", "Emergencies", ""))
    page = house.signed_in("rita", Role.READER).get("/manage/courses").text
    assert "Restoring for real" in page and "on request" in page and "Offer it" not in page
    assert [entry.action for entry in house.log()].count("offered the course") == 2


def test_what_does_not_fit_changes_nothing_and_says_why(house: House) -> None:
    manager = house.signed_in("maria")
    for form, why in (
        ({"topic": "T-NOPE", "title": "x"}, "is no topic"), ({"topic": "T-IR", "title": "x" * 81}, "is not one line"),
        ({"topic": "T-IR", "title": "http://evil.example"}, "holds an address"),
        ({"topic": "T-IR", "title": "x", "day": "2020-01-01"}, "has passed"),
        ({"topic": "T-IR", "title": "x", "day": "2090-02-31"}, "."),
    ):  # fmt: skip
        answer = manager.post("/manage/courses", form)
        assert answer.status_code == 400 and why in answer.text, form
    assert known(house) == ()


def test_a_course_is_taken_off_and_what_is_past_goes_with_it(house: House) -> None:
    manager = house.signed_in("maria")
    for title, day in (("One", "2090-01-01"), ("Two", "2090-01-02"), ("Three", "")):
        manager.post("/manage/courses", {"topic": "T-IR", "title": title, "day": day})
    house.offset[0] += 64 * 365 * 86_400
    maria = house.visitor()
    maria.sign_in("maria")
    assert maria.post("/manage/courses/remove", {"topic": "T-IR", "title": "Three", "day": ""}).status_code == 303
    assert known(house) == ()
    assert maria.post("/manage/courses/remove", {"topic": "T-IR", "title": "Three", "day": ""}).status_code == 400


def test_words_of_a_title_are_words(house: House) -> None:
    manager = house.signed_in("maria")
    manager.post("/manage/courses", {"topic": "T-IR", "title": "<script>alert(1)</script> & more"})
    page = manager.get("/manage/courses").text
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_a_list_somebody_else_wrote_is_refused(house: House) -> None:
    place(house.config).write_bytes(sign(b"{}", [house.desk.service.notary.key]))
    with pytest.raises(IntegrityError, match="not courses"):
        known(house)
    place(house.config).write_bytes(b"{}")
    with pytest.raises(IntegrityError):
        known(house)


def test_a_full_list_says_so(house: House) -> None:
    config, notary = house.config, house.desk.service.notary
    for number in range(COURSES):
        offer(config, notary, "T-IR", f"Course {number}", "", house.desk.now())
    with pytest.raises(UsageError, match="take one out first"):
        offer(config, notary, "T-IR", "One more", "", house.desk.now())
    assert len(known(house)) == COURSES


def test_the_command_line_does_the_same(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    def say(*words: str) -> str:
        assert run(["--data", str(house.config.folder), "course", *words]) == 0
        return capsys.readouterr().out

    assert "T-BKP" in say("list")
    assert "on request" in say("add", "T-BKP", "--title", "Restoring for real")
    assert "  1  on request" in say("list")
    assert "taken off" in say("remove", "1")
    assert known(house) == ()
