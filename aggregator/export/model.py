"""A table of open data with its words, described once: CSV, package, database and titles are all made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Cell = str | int | bool | None
Type = Literal["string", "integer", "boolean", "datetime"]


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: Type
    about: str
    unit: str = ""
    """What a number counts; empty for text."""
    required: bool = True
    options: tuple[str, ...] = ()
    """The only values there are; empty for any."""


@dataclass(frozen=True, slots=True)
class Reference:
    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...]
    rows: tuple[tuple[Cell, ...], ...]
    """By key; a cell is None only where the column is not required."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)
