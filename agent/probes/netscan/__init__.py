"""What answers on the firm's network. A scan never starts a look at the network; it takes over the last one.

`shieldwall network` looks, and `remember` hands its fact to whatever judges this host.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from agent.looking.host import Host
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

CACHE: Final = "netscan"
NO_NETWORK: Final = Fact.absent(source="no network is declared for this host; `shieldwall network RANGE` looks at one")
NOBODY_LOOKED: Final = Fact.unknown(
    Reason.UNSUPPORTED, "nobody has looked at the declared networks yet; run `shieldwall network`"
)


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    fact = host.once(CACHE, lambda: NO_NETWORK)
    return dict.fromkeys(keys, fact)


def remember(host: Host, fact: Fact | None) -> None:
    """Give a look to this host's probes, None when networks are declared and nobody has looked; the first one counts.

    Where nothing is given the networks are no business of this host.
    """
    host.once(CACHE, lambda: fact or NOBODY_LOOKED)
