"""The questionnaire for a reader: one question at a time, the list of answers, and a form to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from agent.records.answers import Answer
from agent.records.questions import Question
from agent.render.base import Style
from agent.render.paint import Paint, wrapped
from agent.render.plain import one_line


def page(question: Question, number: int, of: int, style: Style) -> str:
    """One question as it is asked."""
    paint, width = Paint(style.colour), max(style.width, 40)
    lines = [
        "",
        paint.dim(f"Question {number} of {of} · {question.id}"),
        *wrapped(paint.bold, f"Is this true? {question.title}", width),
        *wrapped(str, question.why, width, "  ", "  "),
        *wrapped(paint.dim, f"If not: {question.advice}", width, "  ", "  "),
    ]
    return "\n".join(lines) + "\n"


def listing(asked: Sequence[Question], known: Mapping[str, Answer], now: datetime) -> str:
    """Every question with its answer, one a line."""
    lines = []
    for question in asked:
        answer = known.get(question.id)
        if answer is None:
            state = "-"
        else:
            state = f"{answer.word} ({'stale' if answer.stale(now) else f'until {answer.until}'}, {answer.by})"
        lines.append(one_line(f"{question.id}: {state}"))
    left = sum(question.due(known, now) for question in asked)
    return "\n".join([*lines, f"{left} of {len(asked)} open"]) + "\n"


def form(asked: Sequence[Question], known: Mapping[str, Answer], now: datetime) -> str:
    """YAML to fill in with an editor; what still counts is filled in already."""
    lines = ["# Answer yes, no, partly or na (does not apply); leave empty what you do not know.", 'by: ""', "answers:"]
    for question in asked:
        answer = known.get(question.id)
        word = "" if answer is None or question.due(known, now) else f" {answer.word}"
        lines += [f"  # {one_line(question.title)}", f"  {question.id}:{word}"]
    return "\n".join(lines) + "\n"
