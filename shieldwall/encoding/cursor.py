"""A place inside a document from outside: the value, and how to tell its author what is wrong there."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shieldwall.errors import PackError


@dataclass(frozen=True, slots=True)
class Document:
    file: str
    lines: Mapping[str, int] = field(default_factory=dict)
    """Dotted path -> 1-based line; empty for a compiled document."""


@dataclass(frozen=True, slots=True)
class Cursor:
    value: Any
    document: Document
    path: str = ""

    def error(self, message: str) -> PackError:
        return PackError(message, file=self.document.file, line=self._line(), key=self.path)

    def fields(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Cursor]:
        """A mapping with exactly these keys. Raises PackError with the nearest valid name."""
        known = [*required, *optional]
        for key, item in self.entries():
            if key not in known:
                raise item.error(unknown_word("key", key, known))
        for key in required:
            if key not in self.value:
                raise self.error(f"the key '{key}' is missing")
        return dict(self.entries())

    def entries(self) -> Iterator[tuple[str, Cursor]]:
        if not isinstance(self.value, Mapping):
            raise self.error(f"expected a mapping, found {_kind(self.value)}")
        for key, item in self.value.items():
            yield key, Cursor(item, self.document, f"{self.path}.{key}" if self.path else str(key))

    def items(self, *, at_least: int = 0) -> list[Cursor]:
        if not isinstance(self.value, list):
            raise self.error(f"expected a list, found {_kind(self.value)}")
        if len(self.value) < at_least:
            raise self.error(f"expected at least {at_least} item{'s' * (at_least != 1)}, found {len(self.value)}")
        return [Cursor(item, self.document, f"{self.path}.{i}") for i, item in enumerate(self.value)]

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.error(f"expected text, found {_kind(self.value)}")
        return self.value

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())

    def integer(self, low: int, high: int) -> int:
        if isinstance(self.value, bool) or not isinstance(self.value, int) or not low <= self.value <= high:
            raise self.error(f"expected a whole number from {low} to {high}, found {_kind(self.value)}")
        return self.value

    def boolean(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.error(f"expected true or false, found {_kind(self.value)}")
        return self.value

    def choice(self, options: Collection[str]) -> str:
        if self.value not in options:
            raise self.error(unknown_word("value", str(self.value), options))
        return str(self.value)

    def choices(self, options: Collection[str]) -> tuple[str, ...]:
        return tuple(item.choice(options) for item in self.items())

    def _line(self) -> int:
        path = self.path
        while path and path not in self.document.lines:
            path = path.rpartition(".")[0]
        return self.document.lines.get(path, 0)


def unknown_word(what: str, word: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    hint = f"; did you mean '{near[0]}'?" if near else f"; known: {', '.join(sorted(known)[:40])}"
    return f"unknown {what} '{word[:80]}'{hint}"


def _kind(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case Mapping():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return repr(value)[:60]
