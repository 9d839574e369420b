"""Answers to the questions no probe can look up: who said what, when, and until when it counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from agent.home.store import Schema, writing
from shieldwall.errors import UsageError

SCHEMA: Final = Schema(
    "answers",
    (
        (
            "first",
            """
CREATE TABLE answer (
    id INTEGER PRIMARY KEY,
    question TEXT NOT NULL,
    word TEXT NOT NULL CHECK (word IN ('yes', 'no', 'partly', 'na')),
    by TEXT NOT NULL,
    at TEXT NOT NULL,
    until TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX answer_question ON answer (question, id);
""",
        ),
    ),
)
"""Append only: the newest row of a question counts, the older ones are its history."""
NAME_CHARS: Final = 80
NOTE_CHARS: Final = 2_000


class Word(StrEnum):
    YES = "yes"
    NO = "no"
    PARTLY = "partly"
    NA = "na"
    """Does not apply to this firm."""


@dataclass(frozen=True, slots=True)
class Answer:
    question: str
    word: Word
    by: str
    at: datetime
    until: date
    """The last day on which it counts."""
    note: str = ""

    def stale(self, now: datetime) -> bool:
        return now.astimezone(UTC).date() > self.until


def new_answer(question: str, word: str, by: str, *, now: datetime, max_age: timedelta, note: str = "") -> Answer:
    """Raises UsageError for a word that is not an answer, or when nobody stands for it."""
    if word not in list(Word):
        raise UsageError(f"{question}: answer yes, no, partly or na, not '{word}'")
    name = " ".join(by.split())
    if not name or len(name) > NAME_CHARS:
        raise UsageError(f"{question}: say who answers, at most {NAME_CHARS} characters: --by NAME")
    if len(note) > NOTE_CHARS:
        raise UsageError(f"{question}: a note has at most {NOTE_CHARS} characters")
    at = now.astimezone(UTC).replace(microsecond=0)
    return Answer(question, Word(word), name, at, (at + max_age).date(), note)


def record(db: sqlite3.Connection, answers: list[Answer]) -> None:
    with writing(db):
        db.executemany(
            "INSERT INTO answer (question, word, by, at, until, note) VALUES (?, ?, ?, ?, ?, ?)",
            [(a.question, a.word.value, a.by, a.at.isoformat(), a.until.isoformat(), a.note) for a in answers],
        )


def current(db: sqlite3.Connection) -> Mapping[str, Answer]:
    """The newest answer of every question, stale ones too."""
    rows = db.execute("SELECT * FROM answer WHERE id IN (SELECT max(id) FROM answer GROUP BY question)")
    return {row["question"]: _answer(row) for row in rows}


def _answer(row: sqlite3.Row) -> Answer:
    return Answer(
        row["question"], Word(row["word"]), row["by"], datetime.fromisoformat(row["at"]),
        date.fromisoformat(row["until"]), row["note"],
    )  # fmt: skip
