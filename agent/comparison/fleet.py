"""The hosts of one firm side by side, from results they wrote with `scan --output HOST.json`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from shieldwall.errors import ConfigError

SCHEMA: Final = "shieldwall/result/1"
RESULT_BYTES: Final = 16 * 1024 * 1024
"""A result of the whole library with all its evidence is under 1 MiB."""
FILES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Member:
    """The newest result of one host."""

    name: str
    finished: datetime
    role: str
    system: str
    policy: str
    score: float | None
    """In [0, 1]; None when too little was decided."""
    band: str | None
    coverage: float
    open_gates: tuple[str, ...]
    failed: tuple[str, ...]
    """Ids of failed checks that nobody waived."""
    file: Path


@dataclass(frozen=True, slots=True)
class Fleet:
    members: tuple[Member, ...]
    """Those with most to do first."""
    titles: Mapping[str, str]
    """Of every check that failed somewhere."""
    skipped: tuple[tuple[Path, str], ...]
    """Files that are no result, and why."""

    def common(self, most: int) -> list[tuple[str, int]]:
        """The findings that most hosts share: (check id, hosts)."""
        count = Counter(check for member in self.members for check in member.failed)
        return sorted(count.items(), key=lambda item: (-item[1], item[0]))[:most]


def read_fleet(folder: Path) -> Fleet:
    """All results below `folder`, the newest of each host. Raises ConfigError when there is none."""
    newest: dict[str, Member] = {}
    titles: dict[str, str] = {}
    skipped: list[tuple[Path, str]] = []
    for path in _files(folder):
        try:
            member, named = _read(path)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            skipped.append((path, _why(error)))
            continue
        titles |= named
        if member.name not in newest or newest[member.name].finished < member.finished:
            newest[member.name] = member
    if not newest:
        raise ConfigError(f"no results in {folder}; each host writes one with `shieldwall scan --output HOST.json`")
    order = sorted(newest.values(), key=lambda m: (-len(m.open_gates), -len(m.failed), m.name))
    return Fleet(tuple(order), titles, tuple(skipped))


def _files(folder: Path) -> Iterator[Path]:
    for number, path in enumerate(sorted(folder.rglob("*.json"))):
        if number >= FILES:
            raise ConfigError(f"{folder} holds more than {FILES} files; name a smaller folder")
        yield path


def _read(path: Path) -> tuple[Member, dict[str, str]]:
    with path.open("rb") as file:
        data = file.read(RESULT_BYTES + 1)
    if len(data) > RESULT_BYTES:
        raise ValueError("larger than any result")
    found: dict[str, Any] = json.loads(data)
    if found.get("schema") != SCHEMA:
        raise ValueError(f"not of the form {SCHEMA}")
    failed: Sequence[Any] = [item for item in found["checks"] if item["outcome"] == "fail" and item["waiver"] is None]
    score = found["score"]
    member = Member(
        name=str(found["host"]["name"]),
        finished=datetime.fromisoformat(found["finished"]),
        role=str(found["host"]["role"]),
        system=str(found["host"]["system"]),
        policy=str(found["policy"]["id"]),
        score=None if score["overall"] is None else float(score["overall"]),
        band=None if score["band"] is None else str(score["band"]),
        coverage=float(score["coverage"] or 0.0),
        open_gates=tuple(str(gate) for gate in score["open_gates"]),
        failed=tuple(str(item["id"]) for item in failed),
        file=path,
    )
    if member.finished.tzinfo is None:
        raise ValueError("its time has no zone")
    return member, {str(item["id"]): str(item["title"]) for item in failed}


def _why(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"no member {error}"
    return str(error).partition("\n")[0][:120] or type(error).__name__
