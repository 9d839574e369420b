"""The list of courses: closed, bounded, and nothing in it leads anywhere."""

from __future__ import annotations

import pytest

from shieldwall.encoding.canonical import encode
from shieldwall.errors import IntegrityError
from shieldwall.published.courses import COURSES, DOCUMENT_BYTES, Course, Courses, encode_courses, parse_courses

ONE = Course("T-BKP", "Restoring for real – bring a folder", "2027-01-15")
LIST = Courses("shieldwall-courses/1", "Valley", "2026-11-25T08:00Z", (ONE, Course("T-IR", "The first hour", "")))


def test_a_list_comes_back_as_it_was() -> None:
    assert parse_courses(encode_courses(LIST)) == LIST


@pytest.mark.parametrize(
    ("topic", "title", "day"),
    [
        ("BKP", "x", ""), ("T-bkp", "x", ""), ("T-BKP\n", "x", ""), ("T-BKP", "", ""), ("T-BKP", " x", ""),
        ("T-BKP", "x" * 81, ""), ("T-BKP", "two\nlines", ""), ("T-BKP", "turned \u202e round", ""),
        ("T-BKP", "see HTTPS://evil.example", ""), ("T-BKP", "www.evil.example", ""), ("T-BKP", "ask jo@evil.example", ""),
        ("T-BKP", "x", "soon"), ("T-BKP", "x", "2027-02-30"), ("T-BKP", "x", "2027-1-5"),
    ],
)  # fmt: skip
def test_a_course_is_a_topic_a_line_and_a_day(topic: str, title: str, day: str) -> None:
    with pytest.raises(ValueError, match=r"topic|title|day"):
        Course(topic, title, day)


def test_a_signed_list_of_another_shape_is_refused() -> None:
    good = encode_courses(LIST)
    long = {"schema": "shieldwall-courses/1", "cluster": "V", "issued": "2026-11-25T08:00Z", "courses": [
        {"topic": "T-IR", "title": f"n{n}", "day": ""} for n in range(COURSES + 1)]}  # fmt: skip
    for payload in (
        b"[]", good + b" ", good[:-1], good[:-1] + b',"extra":1}', good.replace(b"courses/1", b"courses/2"),
        good.replace(b"08:00Z", b"8 Uhr"), b'{"x":"' + b"y" * DOCUMENT_BYTES + b'"}', encode(long),
    ):  # fmt: skip
        with pytest.raises(IntegrityError):
            parse_courses(payload)
    with pytest.raises(ValueError, match="twice"):
        Courses("shieldwall-courses/1", "V", "2026-11-25T08:00Z", (ONE, ONE))
