"""Which courses the cluster offers: one signed file, replaced whole with every change."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from aggregator.config import Config, write_whole
from aggregator.database.notary import Notary
from aggregator.render.topics import TOPICS
from shieldwall.encoding.envelope import open_envelope, sign
from shieldwall.errors import IntegrityError, UsageError
from shieldwall.published.courses import FILE, PAYLOAD_TYPE, Course, Courses, encode_courses, parse_courses

LOCK: Final = ".courses.lock"


def place(config: Config) -> Path:
    """Where the signed file lies, for the server to hand out as it is."""
    return config.folder / FILE


def offered(config: Config, notary: Notary) -> tuple[Course, ...]:
    """By day, those on request last. Raises IntegrityError for a file this cluster did not sign."""
    try:
        data = place(config).read_bytes()
    except FileNotFoundError:
        return ()
    opened = open_envelope(data, [notary.key.public_key()])
    if opened.payload_type != PAYLOAD_TYPE:
        raise IntegrityError(f"{place(config)} holds {opened.payload_type}, not courses; delete it and offer them anew")
    return parse_courses(opened.payload).courses


def offer(config: Config, notary: Notary, topic: str, title: str, day: str, now: int) -> Course:
    """Raises UsageError for a topic nobody teaches, a title or day that does not fit, or a course that is there."""
    if topic not in TOPICS:
        raise UsageError(f"`{topic}` is no topic; there are {', '.join(TOPICS)}")
    try:
        made = Course(topic, " ".join(title.split()) or TOPICS[topic].title, day)
    except ValueError as error:
        raise UsageError(f"{error}.") from error
    if made.past(_today(now)):
        raise UsageError(f"{day} has passed; choose another day, or leave it out for on request.")

    def add(known: tuple[Course, ...]) -> tuple[Course, ...]:
        if made in known:
            raise UsageError(f"“{made.title}” is on the list already.")
        return (*known, made)

    _change(config, notary, now, add)
    return made


def withdraw(config: Config, notary: Notary, course: Course, now: int) -> None:
    """Raises UsageError when it is not offered."""

    def take(known: tuple[Course, ...]) -> tuple[Course, ...]:
        if course not in known:
            raise UsageError(f"“{course.title}” is not on the list.")
        return tuple(each for each in known if each != course)

    _change(config, notary, now, take)


def _change(
    config: Config, notary: Notary, now: int, change: Callable[[tuple[Course, ...]], tuple[Course, ...]]
) -> None:
    """What is past goes with the next change."""
    with _alone(config):
        kept = [each for each in change(offered(config, notary)) if not each.past(_today(now))]
        ordered = tuple(sorted(kept, key=lambda each: (not each.day, each.day, each.topic, each.title)))
        issued = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%MZ")
        try:
            document = encode_courses(Courses("shieldwall-courses/1", config.name, issued, ordered))
        except ValueError as error:
            raise UsageError(f"{error}; take one out first.") from error
        write_whole(place(config), sign(document, [notary.key], PAYLOAD_TYPE))


@contextmanager
def _alone(config: Config) -> Iterator[None]:
    """One change after another, from a page and a command line too."""
    handle = os.open(config.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _today(now: int) -> str:
    return datetime.fromtimestamp(now, UTC).date().isoformat()
