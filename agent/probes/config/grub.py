"""`app: grub`: /etc/default/grub and its drop-ins, from which the boot menu is made."""

from __future__ import annotations

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.kernel.boot import DEFAULTS, defaults
from shieldwall.checks.fact import Fact, FactKey


def read(key: FactKey, host: Host) -> Fact:
    """{name in small letters: text}. Raises AbsentError when GRUB is not configured here."""
    fields = defaults(host)
    if not fields:
        raise AbsentError(DEFAULTS)
    return Fact.known({name.lower(): value for name, value in fields.items()}, source=DEFAULTS)
