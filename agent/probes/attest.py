"""What people of the firm answered. The scan lays the answers out on the host under ANSWERS before it collects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from agent.looking.host import Host
from agent.records.answers import Answer, Word
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

ANSWERS: Final = "attest.answers"


def lay_out(host: Host, answers: Mapping[str, Answer]) -> None:
    """Let this host's probe know the firm's answers; without it every question is unanswered."""
    host.once(ANSWERS, lambda: dict(answers))


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    answers: Mapping[str, Answer] = host.once(ANSWERS, dict[str, Answer])
    return {key: _fact(key.arg("question"), answers, host) for key in keys}


def _fact(question: str, answers: Mapping[str, Answer], host: Host) -> Fact:
    answer = answers.get(question)
    if answer is None:
        return Fact.unknown(Reason.UNANSWERED, f"nobody answered yet; `shieldwall answer {question}`")
    source = f"answer of {answer.by}, {answer.at:%Y-%m-%d}"
    if answer.stale(host.now):
        return Fact.unknown(
            Reason.STALE, f"the answer counted until {answer.until}; `shieldwall answer {question}`", source=source
        )
    if answer.word is Word.NA:
        return Fact.absent(source=source)
    return Fact.known(answer.word.value, source=source)
