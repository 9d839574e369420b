"""What the gate and the log said in English is known again, in every form they have, and names stay names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pseudo import OPEN, pseudo_german

from aggregator.disclosure.gate import Candidates, Past
from aggregator.disclosure.wider import decide_wider
from aggregator.people.persons import Role
from aggregator.render import retold
from aggregator.render.retold import FORMS, again
from shieldwall.language import speaking

VALUES = {
    "period": "2026-Q4", "reason": "no firm has sent results", "rows": "2026-Q3, this release", "others": "this release",
    "firm": "Miller Ltd", "person": "maria", "role": "manager", "who": "2 members", "whom": "1 firm",
}  # fmt: skip


@pytest.fixture(autouse=True)
def languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pseudo_german(tmp_path / "languages", monkeypatch)


def filled(form: str) -> str:
    return re.sub(r"%\((\w+)\)s", lambda found: VALUES.get(found[1], "3"), form)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_known_again_with_its_values(form: str) -> None:
    text = filled(form)
    assert again(text) == text, "English stays as it was written"
    with speaking("de"):
        told = again(text)
    assert told.startswith(OPEN)
    for name in set(re.findall(r"%\((\w+)\)s", form)) - set(retold.RETOLD):
        assert VALUES.get(name, "3") in told


def members(count: int, *, start: int = 0) -> frozenset[str]:
    return frozenset(f"firm{number:03}" for number in range(start, start + count))


def test_whatever_the_gate_answers_is_known_again() -> None:
    """Small, large, waiting, coarser: its real answers over changing cohorts."""
    answers: dict[str, str] = {}
    for first in (0, 1, 5, 9, 14, 24):
        history: tuple[Past, ...] = ()
        for step, present in enumerate(
            (members(first), members(first + 1), members(first + 1, start=1), members(first + 7))
        ):
            decision = decide_wider(candidates(present, history), history)
            answers[decision.reason] = decision.answer
            if decision.answer != "wait":
                history = (*history, Past(f"2026-Q{step + 1}", decision.frame))
    assert set(answers.values()) >= {"release", "wait"}
    with speaking("de"):
        for reason in answers:
            unknown = [part for part in again(reason).split("; ") if not part.startswith(OPEN)]
            assert unknown == [], reason


def candidates(present: frozenset[str], history: tuple[Past, ...]) -> Candidates:
    cohort = frozenset().union(*(group.members for group in history[-1].frame.checks)) if history else frozenset()
    return Candidates(present=present, cohort=cohort, linked={}, categories={})


def test_a_subject_of_the_log_keeps_names_and_tells_the_refusal() -> None:
    with speaking("de"):
        assert again("Miller Ltd") == "Miller Ltd" and again("%(n)s <b>x</b>") == "%(n)s <b>x</b>"
        told = again(
            "2026-Q4: the gate says wait: no firm has sent results. A release was published since the freeze; wait for the next."
        )
        assert told.startswith(f"2026-Q4: {OPEN}") and told.count(OPEN) == 2
        assert again(f"maria is now {Role.READER}").count(OPEN) == 2
