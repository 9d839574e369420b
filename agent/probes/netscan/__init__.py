"""What answers on the firm's network. A scan never starts a look at the network; it takes over the last one.

`shieldwall network` looks, and `remember` hands its fact to whatever judges this host.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.host import Host
from shieldwall.fact import Fact, FactKey
from shieldwall.outcome import Reason

CACHE = "netscan"


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    fact = host.once(CACHE, _nobody_looked)
    return dict.fromkeys(keys, fact)


def remember(host: Host, fact: Fact) -> None:
    """Give a look at the network to this host's probes; the first one given counts."""
    host.once(CACHE, lambda: fact)


def _nobody_looked() -> Fact:
    return Fact.unknown(Reason.UNSUPPORTED, "nobody has looked at the network yet; run `shieldwall network`")
