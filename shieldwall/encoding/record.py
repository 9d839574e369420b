"""Frozen dataclasses to canonical JSON values and back, by their own annotations: one closed schema, no second copy.

Understood: str, int, bool, Literal of strings, X | None, tuple[X, ...] and other dataclasses. Nothing is coerced,
nothing is optional, nothing extra is allowed: what does not fit exactly raises IntegrityError naming the place.
"""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from shieldwall.errors import IntegrityError

T = TypeVar("T")
_PLAIN = (str, int)


def to_value(record: object) -> Any:
    """The JSON value of a dataclass: objects, lists, strings, integers, booleans, null."""
    if is_dataclass(record):
        return {field.name: to_value(getattr(record, field.name)) for field in fields(record)}
    if isinstance(record, tuple):
        return [to_value(item) for item in record]
    return record


def from_value(kind: type[T], value: object) -> T:
    """Build `kind` from a decoded JSON value. Raises IntegrityError for any missing, extra or ill-typed member."""
    built: T = _build(kind, value, kind.__name__)
    return built


def _build(kind: Any, value: object, where: str) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else _build(next(a for a in get_args(kind) if a is not type(None)), value, where)
    if origin is Literal:
        if value not in get_args(kind) or not isinstance(value, str):
            raise IntegrityError(f"{where}: {_shown(value)} is not one of {', '.join(get_args(kind))}")
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise IntegrityError(f"{where}: expected a list, got {_shown(value)}")
        inner = get_args(kind)[0]
        if inner in _PLAIN and all(type(item) is inner for item in value):
            return tuple(value)  # thousands of member ids and log indices in one document
        return tuple(_build(inner, item, f"{where}[{index}]") for index, item in enumerate(value))
    if is_dataclass(kind) and isinstance(kind, type):
        return _build_record(kind, value, where)
    if type(value) is not kind:
        raise IntegrityError(f"{where}: expected {kind.__name__}, got {_shown(value)}")
    return value


def _build_record(kind: type, value: object, where: str) -> Any:
    hints = _hints(kind)
    if not isinstance(value, dict):
        raise IntegrityError(f"{where}: expected an object, got {_shown(value)}")
    if value.keys() != hints.keys():
        odd = sorted(map(str, value.keys() ^ hints.keys()))
        raise IntegrityError(f"{where}: members missing or unknown: {', '.join(odd)[:200]}")
    members = {name: _build(hint, value[name], f"{where}.{name}") for name, hint in hints.items()}
    try:
        return kind(**members)
    except ValueError as error:
        raise IntegrityError(f"{where}: {error}") from error


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _shown(value: object) -> str:
    return repr(value)[:60]
