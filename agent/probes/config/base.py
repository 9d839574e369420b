"""What the readers of configuration share: a setting with its origin, lines, drop-in folders, and the ways to end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from shieldwall import limits
from shieldwall.checks.fact import Fact, path_of
from shieldwall.checks.outcome import Reason

LINE_CHARS: Final = 64 * limits.KIB
"""A group with some thousand members is the longest line that was ever meant."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value as the application understands it. Line 0 with a file "": compiled in."""

    value: Any
    file: str = ""
    line: int = 0

    @property
    def origin(self) -> str:
        return f"{self.file}:{self.line}" if self.file else "default"


@dataclass(frozen=True, slots=True)
class Depth:
    """Where a file lies among files that include files. Those that include each other would multiply without end."""

    level: int = 0
    opened: Iterator[int] = field(default_factory=lambda: count(1))
    """How many were included so far, counted by all of one configuration."""

    def below(self, file: str) -> Depth:
        """For `file`, included by the one at this depth. Raises UnreadableError."""
        if self.level >= limits.INCLUDE_DEPTH:
            raise broken(file, 0, "includes go too deep")
        if next(self.opened) > limits.INCLUDE_FILES:
            raise UnreadableError(Reason.REFUSED, f"{file} is one of more than {limits.INCLUDE_FILES} included files")
        return Depth(self.level + 1, self.opened)


def fact_of(settings: Mapping[str, Setting], *, source: str, more: Mapping[str, Any] | None = None) -> Fact:
    """A fact whose value maps each name to its value. `more` holds members that come from no single line."""
    value: dict[str, Any] = {name: setting.value for name, setting in settings.items()}
    origins = {path_of(name): setting.origin for name, setting in settings.items()}
    value.update(more or {})
    return Fact.known(value, source=source, origins=origins)


def broken(file: str, line: int, what: str) -> UnreadableError:
    """The file is there, and the application itself would refuse it or read it otherwise than we can say."""
    where = f"{file}:{line}" if line else file
    return UnreadableError(Reason.PARSE, f"{where}: {what}")


def numbered(text: str, longest: int = LINE_CHARS) -> Iterator[tuple[int, str]]:
    """(line number from 1, line without its newline); only "\\n" ends a line, as every C program has it.

    Raises UnreadableError for a line that no configuration has, on which some pattern could spend its day.
    """
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines, 1):
        if len(line) > longest:
            raise _too_long(number)
        yield number, line


def joined(text: str) -> Iterator[tuple[int, str]]:
    """As `numbered`, with a backslash before the newline continuing the line; the number is that of the first."""
    start, pending = 0, ""
    for number, line in numbered(text):
        start = start or number
        if line.endswith("\\"):
            pending += line[:-1]
            if len(pending) > LINE_CHARS:
                raise _too_long(start)
            continue
        yield start, pending + line
        start, pending = 0, ""
    if start:
        yield start, pending


def _too_long(number: int) -> UnreadableError:
    return UnreadableError(Reason.REFUSED, f"line {number} has more than {LINE_CHARS} characters")


def text_or_none(host: Host, path: str) -> str | None:
    """The file's text, None when it is not there. Raises UnreadableError."""
    try:
        return host.text(path)
    except AbsentError:
        return None


def drop_ins(host: Host, folders: Sequence[str], suffix: str = ".conf") -> list[str]:
    """Files of drop-in folders in the order they are applied: by name, whatever the folder.

    `folders` go from the strongest to the weakest (/etc, /run, /usr/local/lib, /usr/lib): a file in a stronger folder
    hides one of the same name in a weaker, also when it is a link to /dev/null or empty (systemd.unit(5),
    sysctl.d(5)). A file masked by /dev/null is left out.
    """
    chosen: dict[str, str] = {}
    for folder in folders:
        try:
            names = host.listdir(folder)
        except AbsentError:
            continue
        if len(names) > limits.INCLUDE_FILES:
            raise UnreadableError(Reason.REFUSED, f"{folder} holds more than {limits.INCLUDE_FILES} files")
        for name in names:
            if name.endswith(suffix) and not name.startswith(".") and name not in chosen:
                chosen[name] = f"{folder}/{name}"
    return [chosen[name] for name in sorted(chosen) if not masked(host, chosen[name])]


def masked(host: Host, path: str) -> bool:
    """Whether the path is a link to /dev/null, by which an administrator switches a shipped file off."""
    return host.canonical(path) == "/dev/null"
