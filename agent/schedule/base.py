"""What is to be run and when, and what every kind of scheduler has to say about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol

from agent.schedule import KINDS

DAY: Final = 86_400
NIGHT_SECONDS: Final = 6 * 3600
"""A daily audit falls into the first six hours of the day (UTC), so that a cluster's hosts do not all send at once."""


class Every(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def seconds(self) -> int:
        return DAY if self is Every.DAILY else 7 * DAY


@dataclass(frozen=True, slots=True)
class Plan:
    every: Every
    offset: int
    """Seconds from the beginning of a period (midnight UTC, for weeks that of Monday) to this host's turn."""
    program: Path
    """The console script, absolute."""
    home: Path
    """The agent's home, absolute."""
    system: bool
    """For the whole host, run by root; else for the calling user."""

    def words(self, log_file: Path | None = None) -> list[str]:
        """The command line of the job."""
        line = [str(self.program), "--home", str(self.home), "--log", "json", "run"]
        line += ["--every", self.every.value, "--offset", str(self.offset)]
        return [*line, "--log-file", str(log_file)] if log_file else line


@dataclass(frozen=True, slots=True)
class File:
    path: Path
    text: str
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class Where:
    """Folders that hold schedules; the defaults are the host's own."""

    root: Path = Path("/")
    user_home: Path = Path("/root")


class Scheduler(Protocol):
    def files(self, plan: Plan, where: Where) -> tuple[File, ...]:
        """What has to lie where for the job to run."""

    def places(self, system: bool, where: Where) -> tuple[Path, ...]:
        """Where those files would be, to find and remove them."""

    def start(self, system: bool) -> tuple[tuple[str, ...], ...]:
        """Commands that make the scheduler take the files, in order."""

    def stop(self, system: bool) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
        """Commands before and after the files are removed."""

    def by_hand(self, system: bool) -> str:
        """What a person does with the printed files; "" when `schedule` can put them in place itself."""

    def here(self, system: bool, where: Where) -> bool:
        """Whether this host has such a scheduler running."""


def scheduler(kind: str) -> Scheduler:
    module, _, name = KINDS[kind].partition(":")
    made: Scheduler = getattr(import_module(module), name)()
    return made


def detect(system: bool, where: Where) -> str | None:
    """The kind this host uses; None when there is none we know."""
    return next((kind for kind in KINDS if scheduler(kind).here(system, where)), None)


def choose_offset(every: Every, random_below: Callable[[int], int]) -> int:
    """This host's turn: some day of the week, some moment of the night. random_below(n) is uniform in [0, n)."""
    day = random_below(7) if every is Every.WEEKLY else 0
    return day * DAY + random_below(NIGHT_SECONDS)
