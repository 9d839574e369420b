"""A fact: what one probe saw, once, with where and when. A fact never says whether that is good.

Values are plain JSON. Inside a value, `{"?": "<reason>"}` stands for a part that could not be looked at (for example
one user's password hash) and `{"?": "absent"}` for one that is not there; `shieldwall.checks.expectation` reads both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shieldwall.checks.outcome import Reason
from shieldwall.errors import ConfigError

MARK = "?"
ABSENT = "absent"
NOT_THERE: Final = {MARK: ABSENT}
"""The mark for a part of a value that is not there, as far as one could see."""


@dataclass(frozen=True, slots=True)
class FactKey:
    """Which fact: a probe and its arguments, parameters already filled in."""

    probe: str
    args: tuple[tuple[str, Any], ...]
    """Sorted by name; lists are tuples."""

    @classmethod
    def of(cls, probe: str, args: Mapping[str, Any]) -> FactKey:
        return cls(probe, tuple(sorted((name, _hashable(value)) for name, value in args.items())))

    def __str__(self) -> str:
        """`kernel(sysctl=net.ipv4.ip_forward)`; the name of the fact in examples and snapshots."""
        return f"{self.probe}({', '.join(f'{name}={_text(value)}' for name, value in self.args)})"

    def arg(self, name: str, default: Any = None) -> Any:
        return dict(self.args).get(name, default)


@dataclass(frozen=True, slots=True)
class Fact:
    """Build with `known`, `absent` or `unknown`."""

    value: Any = None
    missing: bool = False
    """The probe looked and the thing is not there."""
    reason: Reason | None = None
    """Why the probe could not look; value is None then."""
    detail: str = ""
    """For the firm's own eyes: what was in the way, and what would help."""
    source: str = ""
    """File, socket or interface that was read."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Path inside the value, as `path_of` writes it -> `file:line` it came from."""
    took: float = 0.0
    """Seconds."""

    @classmethod
    def known(cls, value: Any, *, source: str = "", origins: Mapping[str, str] | None = None) -> Fact:
        return cls(value=value, source=source, origins=origins or {})

    @classmethod
    def absent(cls, *, source: str = "") -> Fact:
        return cls(missing=True, source=source)

    @classmethod
    def unknown(cls, reason: Reason, detail: str = "", *, source: str = "") -> Fact:
        return cls(reason=reason, detail=detail, source=source)

    def origin(self, *segments: str) -> str:
        """The origin of the nearest enclosing path, else the source of the whole fact."""
        for end in range(len(segments), 0, -1):
            path = path_of(*segments[:end])
            if path in self.origins:
                return self.origins[path]
        return self.source

    def to_json(self) -> dict[str, Any]:
        if self.reason is not None:
            out: dict[str, Any] = {"unknown": self.reason.value, "detail": self.detail}
        elif self.missing:
            out = {"absent": True}
        else:
            out = {"value": self.value}
        if self.source:
            out["source"] = self.source
        if self.origins:
            out["origins"] = dict(self.origins)
        if self.took:
            out["took_ms"] = round(self.took * 1000, 3)
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Fact:
        """Raises ConfigError when the record is not one that to_json writes."""
        try:
            return cls(
                value=data.get("value"),
                missing=bool(data.get("absent", False)),
                reason=Reason(data["unknown"]) if "unknown" in data else None,
                detail=str(data.get("detail", "")),
                source=str(data.get("source", "")),
                origins={str(k): str(v) for k, v in data.get("origins", {}).items()},
                took=float(data.get("took_ms", 0.0)) / 1000,
            )
        except (AttributeError, TypeError, ValueError) as error:
            raise ConfigError(f"not a recorded fact: {error}; record one with `shieldwall facts`") from error

    @classmethod
    def from_example(cls, value: Any) -> Fact:
        """A fact as an example writes it: the bare value, or a mark at the top."""
        if isinstance(value, Mapping) and set(value) == {MARK}:
            return cls.absent() if value[MARK] == ABSENT else cls.unknown(Reason(value[MARK]))
        return cls.known(value)


def path_of(*segments: str | int) -> str:
    """Segments as `get` writes them: dotted, a segment that holds a dot bracketed and quoted."""
    out = ""
    for segment in segments:
        text = str(segment)
        out += f'["{text}"]' if "." in text else f".{text}" if out else text
    return out


def unseen(reason: Reason) -> dict[str, str]:
    """The mark for a part of a value that could not be looked at."""
    return {MARK: reason.value}


def _hashable(value: Any) -> Any:
    return tuple(_hashable(item) for item in value) if isinstance(value, (list, tuple)) else value


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ",".join(_text(item) for item in value) + "]"
    return value if isinstance(value, str) else json.dumps(value)
