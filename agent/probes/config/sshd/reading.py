"""The passes sshd makes over its configuration: which lines count for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.config.base import broken
from agent.probes.config.sshd.keywords import ALIASES, GLOBAL_ALIASES, IGNORED, IGNORED_ANYWHERE, KEYWORDS
from agent.probes.config.sshd.match import BadMatchError, Connection, matched
from agent.probes.config.sshd.syntax import Line, lines
from agent.probes.config.sshd.values import BadValueError
from shieldwall import limits
from shieldwall.checks.outcome import Reason

FOLDER = "/etc/ssh"


class Pass(Enum):
    GLOBAL = auto()
    """Outside Match blocks; the syntax of everything is judged."""
    CONNECTION = auto()
    """The Match blocks that hold for one connection."""
    EVERY_BLOCK = auto()
    """All Match blocks, as if each held."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    keyword: str
    value: Any
    file: str
    line: int
    block: int
    """Ordinal of the Match block it stands in; 0 outside."""


@dataclass(slots=True)
class _State:
    """Where one file's reading stands."""

    active: bool
    never: bool
    """Included from a block that does not hold: no Match inside holds either."""
    in_match: bool


@dataclass(slots=True)
class Reader:
    """One pass over the main file and what it includes. Raises UnreadableError: parse where sshd would not start."""

    host: Host
    which: Pass
    connection: Connection
    files: dict[str, str]
    """Text by path, shared by the passes."""
    blocks: int = 0
    opened: int = 0
    block_stack: list[int] = field(default_factory=lambda: [0])

    def read(self, file: str, state: _State | None = None, depth: int = 0) -> Iterator[Occurrence]:
        if state is None:
            state = _State(active=self.which is Pass.GLOBAL, never=False, in_match=False)
        if depth > limits.INCLUDE_DEPTH:
            raise broken(file, 0, "Include goes too deep")
        self.opened += 1
        if self.opened > limits.INCLUDE_FILES:
            raise UnreadableError(Reason.REFUSED, f"{file} is one of more than {limits.INCLUDE_FILES} included files")
        for line in lines(self._text(file), file):
            try:
                yield from self._line(line, state, depth)
            except (BadMatchError, BadValueError) as error:
                raise broken(line.file, line.number, f"{line.keyword}: {error}; sshd would not start") from error

    def _line(self, line: Line, state: _State, depth: int) -> Iterator[Occurrence]:
        if not line.rest:
            raise BadValueError("no argument")
        if line.words is None:
            raise BadValueError("quotes that do not close")
        if line.keyword == "match":
            self._match(line, state)
        elif line.keyword == "include":
            yield from self._include(line, state, depth)
        else:
            yield from self._setting(line, state)

    def _match(self, line: Line, state: _State) -> None:
        connection = None if state.never or self.which is Pass.GLOBAL else self.connection
        holds = matched(line.rest, connection)
        state.in_match = True
        state.active = not state.never and (holds or self.which is Pass.EVERY_BLOCK)
        self.blocks += 1
        self.block_stack[-1] = self.blocks

    def _include(self, line: Line, state: _State, depth: int) -> Iterator[Occurrence]:
        if not line.words or "" in line.words:
            raise BadValueError("no file name")
        for word in line.words:
            pattern = word if word[0] in "/~" else f"{FOLDER}/{word}"
            if pattern.startswith("~"):
                continue  # sshd does not expand it either, and no file is called so
            for path in self.host.glob(pattern):
                # A file included before any Match block of the main file may hold blocks of its own, even while
                # settings outside of blocks do not count.
                never = state.never or (state.in_match and not state.active)
                self.block_stack.append(self.block_stack[-1])
                yield from self.read(path, _State(state.active, never, state.in_match), depth + 1)
                self.block_stack.pop()

    def _setting(self, line: Line, state: _State) -> Iterator[Occurrence]:
        name = ALIASES.get(line.keyword, line.keyword)
        keyword = KEYWORDS.get(name)
        if keyword is None and line.keyword not in IGNORED:
            raise BadValueError("unknown keyword")
        anywhere = keyword.anywhere if keyword else line.keyword in IGNORED_ANYWHERE
        if line.keyword in GLOBAL_ALIASES:
            anywhere = False
        if not anywhere and not state.active:
            if self.which is Pass.GLOBAL:
                raise BadValueError("not allowed within a Match block")
            return
        if keyword is None:
            return
        value = keyword.parse(line)
        if state.active and (value != [] or line.words):
            yield Occurrence(name, value, line.file, line.number, self.block_stack[-1])

    def _text(self, file: str) -> str:
        if file not in self.files:
            self.files[file] = self._load(file)
        return self.files[file]

    def _load(self, file: str) -> str:
        try:
            if self.host.stat(file).kind == "dir":
                return ""  # opens, and gives no lines
            return self.host.text(file)
        except AbsentError as error:
            raise broken(file, 0, "an included file leads nowhere; sshd would not start") from error
