"""Everything that was seen of one host at one time. The same snapshot always gives the same result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from agent.scan.subject import Identity
from shieldwall import limits
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.judgement import FAMILIES, Subject
from shieldwall.checks.vocabulary import ROLES
from shieldwall.errors import ConfigError

SCHEMA: Final = "shieldwall/snapshot/1"


@dataclass(frozen=True, slots=True)
class Snapshot:
    at: datetime
    """When the looking began, UTC; ages of facts are measured from here."""
    identity: Identity
    elevated: bool
    """Looked at as root."""
    live: bool
    """The running host, not a tree."""
    facts: Mapping[FactKey, Fact]
    defects: Mapping[str, str]
    """Probe -> what its code did wrong."""

    def encode(self) -> bytes:
        """JSON with a final newline. Holds evidence: store it with mode 0600."""
        who = self.identity
        data = {
            "schema": SCHEMA,
            "at": self.at.isoformat(),
            "family": who.subject.family,
            "role": who.subject.role,
            "system": who.system,
            "name": who.name,
            "elevated": self.elevated,
            "live": self.live,
            "facts": [{"probe": k.probe, "args": dict(k.args), **fact.to_json()} for k, fact in self.facts.items()],
            "defects": dict(self.defects),
        }
        # surrogates (bytes that were not UTF-8) stay \u escapes, so every JSON reader takes the file
        return json.dumps(data, indent=1).encode("ascii") + b"\n"


def load_snapshot(path: Path) -> Snapshot:
    """Raises ConfigError for a file that cannot be read or that `encode` did not write."""
    try:
        with path.open("rb") as file:
            data = file.read(limits.SNAPSHOT_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    if len(data) > limits.SNAPSHOT_BYTES:
        raise ConfigError(f"{path} is larger than {limits.SNAPSHOT_BYTES} bytes and not a snapshot")
    try:
        return _decode(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ConfigError(
            f"{path} is not a snapshot ({type(error).__name__}: {error}); record one with `shieldwall facts --output F`"
        ) from error


def _decode(data: Mapping[str, Any]) -> Snapshot:
    if data["schema"] != SCHEMA:
        raise ValueError(f"schema {data['schema']!r}, expected {SCHEMA!r}")
    if data["family"] not in FAMILIES or data["role"] not in ROLES:
        raise ValueError(f"no such host: {data['family']!r} {data['role']!r}")
    at = datetime.fromisoformat(data["at"])
    if at.tzinfo is None:
        raise ValueError("a time without zone")
    return Snapshot(
        at=at,
        identity=Identity(Subject(data["family"], data["role"]), str(data["system"]), str(data["name"])),
        elevated=bool(data["elevated"]),
        live=bool(data["live"]),
        facts={FactKey.of(str(item["probe"]), item["args"]): Fact.from_json(item) for item in data["facts"]},
        defects={str(k): str(v) for k, v in data["defects"].items()},
    )
