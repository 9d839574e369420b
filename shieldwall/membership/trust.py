"""`trust/aggregator.json`: what an agent believes about its aggregator, signed offline by two of the cluster's keys.

Where it answers, which log it writes and under which keys, what it speaks. A new address, a new log or a new log key
after a loss reach agents in this file and in no other way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shieldwall.encoding import canonical
from shieldwall.encoding.closed import Node, read
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.limits import AUDIENCE_CHARS, TRUST_BYTES
from shieldwall.log.checkpoint import AUDIENCE, parse_vkey
from shieldwall.log.cosignature import Witness, parse_witness
from shieldwall.membership.invitation import valid_url

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TARGET: Final = "trust/aggregator.json"
_VERSION: Final = 1
_MOST: Final = 16
_VKEY: Final = re.compile(r"[^\s]{1,400}")
_URL: Final = re.compile(r"[!-~]{1,256}")
_NUMBERS: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}")


@dataclass(frozen=True, slots=True)
class LogKey:
    vkey: str
    """Origin, key hash and key, as a signed note names them."""
    since: int
    """Seconds since 1970."""
    until: int | None
    """None for the log that is written now; afterwards the key only proves what it signed before."""

    def opened(self) -> tuple[str, Ed25519PublicKey]:
        """Origin and key. Raises IntegrityError."""
        return parse_vkey(self.vkey)


@dataclass(frozen=True, slots=True)
class AggregatorTrust:
    origin: str
    """Of the log that is written now: the `aud` of every new statement."""
    urls: tuple[str, ...]
    """Where it answers, the preferred first."""
    logs: tuple[LogKey, ...]
    """The one of `origin` and those before it."""
    protocols: tuple[int, ...]
    min_agent: str
    """The oldest version of the agent that is still understood."""
    witnesses: tuple[str, ...] = ()
    """Keys of those who cosign this log's checkpoints, at least one of whom an agent wants to see."""

    def log_key(self) -> Ed25519PublicKey:
        """The key `origin` is signed with. Raises IntegrityError."""
        for log in self.logs:
            name, key = log.opened()
            if name == self.origin and log.until is None:
                return key
        raise IntegrityError(f"{TARGET} names no key for {self.origin}")

    def former(self, origin: str) -> list[Ed25519PublicKey]:
        """Keys under which an earlier time of this cluster signed as `origin`."""
        return [key for name, key in (log.opened() for log in self.logs if log.until is not None) if name == origin]

    def seen_by(self) -> list[Witness]:
        return [parse_witness(vkey) for vkey in self.witnesses]

    def encode(self) -> bytes:
        return canonical.encode(
            {
                "v": _VERSION,
                "origin": self.origin,
                "urls": list(self.urls),
                "logs": [{"vkey": log.vkey, "since": log.since, "until": log.until} for log in self.logs],
                "protocols": list(self.protocols),
                "min_agent": self.min_agent,
                **({"witnesses": list(self.witnesses)} if self.witnesses else {}),
            }
        )


def parse_trust(data: bytes) -> AggregatorTrust:
    """The content of a verified target; members of later versions are ignored. Raises IntegrityError, SchemaError."""
    if len(data) > TRUST_BYTES:
        raise IntegrityError(f"{TARGET} of {len(data)} bytes")
    node = read(data)
    version, origin, urls, logs, protocols, min_agent = node.known(
        "v", "origin", "urls", "logs", "protocols", "min_agent"
    )
    witnesses = node.get("witnesses")
    version.exactly(_VERSION)
    found = AggregatorTrust(
        origin.text(AUDIENCE, AUDIENCE_CHARS),
        tuple(_url(item) for item in urls.elements(_MOST)),
        tuple(_log(item) for item in logs.elements(_MOST)),
        tuple(item.integer(1, 99) for item in protocols.elements(_MOST)),
        min_agent.text(_NUMBERS),
        () if witnesses.value is None else tuple(item.text(_VKEY, 400) for item in witnesses.elements(_MOST)),
    )
    found.seen_by()
    if not found.urls:
        raise SchemaError("an aggregator without an address", pointer="/urls")
    found.log_key()
    return found


def _url(node: Node) -> str:
    text = node.text(_URL)
    if not valid_url(text):
        raise SchemaError("not an address of an aggregator", pointer=node.pointer)
    return text.rstrip("/")


def _log(node: Node) -> LogKey:
    vkey, since, until = node.known("vkey", "since", "until")
    log = LogKey(vkey.text(_VKEY, 400), since.integer(), None if until.value is None else until.integer())
    log.opened()
    return log
