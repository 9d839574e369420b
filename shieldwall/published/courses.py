"""What a cluster teaches: half days its manager offers, signed by the cluster's log key and served beside releases.

A document of its own (docs/adr names why): it changes when a date is set, not when a quarter ends, and an agent that
does not know it misses nothing else. It travels as the payload of a DSSE envelope of type PAYLOAD_TYPE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from shieldwall.encoding.canonical import decode, encode
from shieldwall.encoding.record import from_value, to_value
from shieldwall.errors import IntegrityError
from shieldwall.limits import KIB

PAYLOAD_TYPE: Final = "application/vnd.shieldwall.courses+json"
SCHEMA: Final = "shieldwall-courses/1"
FILE: Final = "courses.json"
PATH: Final = "/v1/courses"
DOCUMENT_BYTES: Final = 64 * KIB
COURSES: Final = 40
TITLE_CHARS: Final = 80
TOPIC: Final = re.compile(r"T-[A-Z]{2,10}")
_MINUTE: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ADDRESS: Final = re.compile(r"https?:|www\.|[^\s@]@[^\s@]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Course:
    topic: str
    """Training topic of checks, such as T-BKP."""
    title: str
    """One line of at most TITLE_CHARS, no address in it: a page that shows it links nowhere."""
    day: str
    """YYYY-MM-DD; empty: on request."""

    def __post_init__(self) -> None:
        if not TOPIC.fullmatch(self.topic):
            raise ValueError(f"{self.topic[:40]!r} is no training topic; they look like T-BKP")
        if not 0 < len(self.title) <= TITLE_CHARS or not self.title.isprintable() or self.title != self.title.strip():
            raise ValueError(f"the title {self.title[:40]!r} is not one line of 1 to {TITLE_CHARS} characters")
        if _ADDRESS.search(self.title):
            raise ValueError(f"the title {self.title[:40]!r} holds an address; say it in the invitation")
        if self.day:
            if not _DAY.fullmatch(self.day):
                raise ValueError(f"{self.day[:40]!r} is no day; write it as 2027-01-31, or leave it out for on request")
            date.fromisoformat(self.day)

    def past(self, today: str) -> bool:
        return bool(self.day) and self.day < today


@dataclass(frozen=True, slots=True)
class Courses:
    schema: Literal["shieldwall-courses/1"]
    cluster: str
    """Its name, as releases have it."""
    issued: str
    """RFC 3339, UTC, whole minute."""
    courses: tuple[Course, ...]

    def __post_init__(self) -> None:
        if not _MINUTE.fullmatch(self.issued):
            raise ValueError(f"{self.issued[:40]!r} is no time of issue")
        if len(self.courses) > COURSES or len(set(self.courses)) != len(self.courses):
            raise ValueError(f"{len(self.courses)} courses are more than {COURSES}, or one of them stands there twice")


def encode_courses(courses: Courses) -> bytes:
    return encode(to_value(courses))


def parse_courses(payload: bytes) -> Courses:
    """Open the payload of a verified envelope. Raises IntegrityError unless it is exactly a list of courses."""
    if len(payload) > DOCUMENT_BYTES:
        raise IntegrityError(f"a list of courses of {len(payload)} bytes is larger than the {DOCUMENT_BYTES} allowed")
    found = from_value(Courses, decode(payload))
    if encode_courses(found) != payload:
        raise IntegrityError(
            "the list of courses is not in canonical form: fetch it again, or report it to the cluster"
        )
    return found
