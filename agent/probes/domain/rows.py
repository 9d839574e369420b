"""Rows of a fact about domains: one dataclass a record, and what such a row says when nobody could look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, fields
from typing import Any

from agent.looking.looked import UnreadableError
from shieldwall.checks.fact import ABSENT, MARK, unseen
from shieldwall.checks.outcome import Reason

Row = dict[str, Any]


def row(record: Any) -> Row:
    return asdict(record)


def blind(kind: type, error: UnreadableError, /, **known: Any) -> Row:
    """The row of a dataclass of which only `known` could be seen; `detail` says what was in the way."""
    names = [field.name for field in fields(kind)]
    return {**{name: unseen(error.reason) for name in names}, **known, "detail": error.detail}


def gathered(kind: type, look: Callable[[], Iterable[Any]], /, **known: Any) -> list[Row]:
    """The rows of one look; a single blind one when it could not be taken."""
    try:
        return [record if isinstance(record, dict) else row(record) for record in look()]
    except UnreadableError as error:
        return [blind(kind, error, **known)]


def seen(look: Callable[[], Any]) -> Any:
    """The value of one look, or the mark that says why there is none."""
    try:
        return look()
    except UnreadableError as error:
        return unseen(error.reason)


def reason_of(value: Any) -> Reason | None:
    """Why a part was not seen; None for one that was, or that is not there."""
    if isinstance(value, dict) and set(value) == {MARK} and value[MARK] != ABSENT:
        return Reason(value[MARK])
    return None
