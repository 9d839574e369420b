"""What every probe is: it looks, and neither judges nor stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from agent.looking.host import Host
from shieldwall.checks.fact import Fact, FactKey


class Probe(Protocol):
    """A module in this folder with a function `collect`; the registry names it.

    collect gets all keys of this probe at once, so that one read serves them all, and answers each key it was given.
    It catches AbsentError and UnreadableError itself (`looked` does) and never raises for what a host may contain.
    """

    def __call__(self, keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]: ...
