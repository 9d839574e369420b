"""Looks that were taken, for whoever judges this host. A scan never starts one; it takes over the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from agent.host import Host
from shieldwall.fact import Fact, FactKey
from shieldwall.outcome import Reason

CACHE: Final = "domain looks"
NOBODY_LOOKED: Final = Fact.unknown(
    Reason.UNSUPPORTED, "nobody has looked at the firm's domains yet; run `shieldwall domain NAME`"
)


def remember(host: Host, facts: Mapping[FactKey, Fact]) -> None:
    """Give the facts of a look to this host's probes; the first ones given count."""
    host.once(CACHE, lambda: dict(facts))


def recall(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    facts: Mapping[FactKey, Fact] = host.once(CACHE, dict)
    return {key: facts.get(key, NOBODY_LOOKED) for key in keys}
