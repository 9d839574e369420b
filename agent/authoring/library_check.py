"""Mistakes in check files, for those who write them: the strict reader's, and what reading alone cannot see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shieldwall.checks.check import Check, Example, parse_check, parse_examples
from shieldwall.checks.judgement import EXAMPLE_MOMENT, judge_example
from shieldwall.checks.vocabulary import SCOPES
from shieldwall.errors import ConfigError, PackError
from shieldwall.packs.library import read_yaml
from shieldwall.packs.pack import load_pack
from shieldwall.packs.policy import load_policy

TITLE_CHARS: Final = 120


@dataclass(frozen=True, slots=True)
class ExampleRun:
    check: Check
    number: int
    """From 1, as they stand in the file."""
    example: Example
    got: str
    """Outcome with its reason, as `expected` writes it."""

    @property
    def expected(self) -> str:
        return _words(self.example.result.value, self.example.reason)

    @property
    def holds(self) -> bool:
        return self.got == self.expected


def read_check(file: Path) -> Check:
    """Raises PackError for a wrong file, ConfigError for one that cannot be read."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error
    return parse_check(read_yaml(data, str(file)))


def faults_of_check(file: Path) -> list[str]:
    """`file:line: key: what to write instead`, empty when the check is good."""
    try:
        check = read_check(file)
        examples = parse_examples(check)
    except PackError as error:
        return [str(error)]
    return [f"{file}: {fault}" for fault in _beyond_reading(file, check, examples)]


def faults_of_library() -> list[str]:
    """All checks and policies that come with this program; one mistake at a time where it stops the reading."""
    try:
        pack = load_pack()
        for name in pack.policies:
            load_policy(pack, name)
        return [
            f"{check.id}: {fault}"
            for check in pack.all_checks()
            for fault in _beyond_reading(None, check, parse_examples(check))
        ]
    except PackError as error:
        return [str(error)]


def run_examples(check: Check) -> list[ExampleRun]:
    """Every example of a check with what it really gives. Raises PackError."""
    return [_run(check, number, example) for number, example in enumerate(parse_examples(check), 1)]


def _run(check: Check, number: int, example: Example) -> ExampleRun:
    verdict = judge_example(check, example, EXAMPLE_MOMENT).verdict
    reason = verdict.reason if example.reason is not None else None
    return ExampleRun(check, number, example, _words(verdict.outcome.value, reason))


def _words(outcome: str, reason: object) -> str:
    return outcome if reason is None else f"{outcome} ({reason})"


def _beyond_reading(file: Path | None, check: Check, examples: tuple[Example, ...]) -> Iterator[str]:
    if file is not None and file.stem != check.id:
        yield f"id: the file is called {file.name}, so the id should be '{file.stem}'"
    if len(check.title) > TITLE_CHARS:
        yield f"title: {len(check.title)} characters; say it in {TITLE_CHARS}"
    if check.scope == SCOPES[3] and check.max_age is None:
        yield "max_age: an answer needs an end; write for example 'max_age: 365d'"
    for run in (_run(check, number, example) for number, example in enumerate(examples, 1)):
        if not run.holds:
            yield f"examples.{run.number - 1}: says {run.expected}, gives {run.got}"
