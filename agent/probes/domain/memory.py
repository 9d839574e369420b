"""Looks that were taken, for whoever judges this host. A scan never starts one; it takes over the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from agent.looking.host import Host
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

CACHE: Final = "domain looks"
NO_DOMAIN: Final = Fact.absent(source="no domain is declared for this host; `shieldwall domain NAME` looks at one")
NOBODY_LOOKED: Final = Fact.unknown(
    Reason.UNSUPPORTED, "nobody has looked at the declared domains lately; run `shieldwall domain`"
)


def remember(host: Host, facts: Mapping[FactKey, Fact]) -> None:
    """Give the facts of a look to this host's probes, none when domains are declared and nobody has looked.

    The first ones given count. Where nothing is given the domains are no business of this host.
    """
    host.once(CACHE, lambda: dict(facts))


def recall(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    facts: Mapping[FactKey, Fact] | None = host.once(CACHE, lambda: None)
    if facts is None:
        return dict.fromkeys(keys, NO_DOMAIN)
    return {key: facts.get(key, NOBODY_LOOKED) for key in keys}
