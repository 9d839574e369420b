"""The questionnaire: which questions a policy asks, and answers from a form or the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from agent.records.answers import Answer, Word, new_answer
from shieldwall.errors import ConfigError, UsageError
from shieldwall.packs.policy import Policy

LETTERS: Final[Mapping[str, str]] = {"y": "yes", "n": "no", "p": "partly", "a": "na"}
DEFAULT_AGE: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    title: str
    why: str
    advice: str
    max_age: timedelta

    def due(self, known: Mapping[str, Answer], now: datetime) -> bool:
        """Nobody answered, or the answer no longer counts."""
        return self.id not in known or known[self.id].stale(now)


def questions(policy: Policy) -> list[Question]:
    """Each question once, in the order of weight, so that who stops early has answered what counts most."""
    found: dict[str, Question] = {}
    for selected in sorted(policy.selected, key=lambda s: (-s.weight, s.check.topic, s.check.id)):
        for key in selected.bound.keys():  # noqa: SIM118
            if key.probe == "attest":
                check = selected.check
                advice = check.fixes[0].text
                question = Question(key.arg("question"), check.title, check.why, advice, check.max_age or DEFAULT_AGE)
                found.setdefault(question.id, question)
    return list(found.values())


def read_form(file: Path, asked: Sequence[Question], by: str | None, now: datetime) -> list[Answer]:
    """Raises ConfigError with file, line and key; answers that were left empty are left out."""
    from shieldwall.packs.library import read_yaml

    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error
    at = read_yaml(data, str(file)).fields(["answers"], ["by"])
    name = by or (at["by"].text() if "by" in at and at["by"].value else "")
    by_id = {question.id: question for question in asked}
    out = []
    for question_id, item in at["answers"].fields([], list(by_id)).items():
        if item.value is not None:
            word = item.choice(list(Word))
            out.append(new_answer(question_id, word, name, now=now, max_age=by_id[question_id].max_age))
    return out


def read_settings(
    settings: Sequence[str], asked: Sequence[Question], by: str, note: str, now: datetime
) -> list[Answer]:
    """`ID=WORD` from the command line. Raises UsageError."""
    from shieldwall.encoding.cursor import unknown_word

    by_id = {question.id: question for question in asked}
    out = []
    for setting in settings:
        question_id, equals, word = setting.partition("=")
        if not equals:
            raise UsageError(f"write ID=yes, ID=no, ID=partly or ID=na, not '{setting}'")
        if question_id not in by_id:
            raise UsageError(unknown_word("question", question_id, by_id))
        out.append(new_answer(question_id, word, by, now=now, max_age=by_id[question_id].max_age, note=note))
    return out
