"""What the name servers say about the firm's domains: `dns(record=…)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.looking.host import Host
from agent.probes.domain.memory import recall
from shieldwall.checks.fact import Fact, FactKey


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return recall(keys, host)
