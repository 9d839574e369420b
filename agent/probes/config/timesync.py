"""Time sources of chrony, systemd-timesyncd and ntpd.

Value: {chrony | timesyncd | ntp: {servers: [name]}} for each that is configured here. A reference clock counts too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import Depth, Setting, numbered, text_or_none
from agent.probes.config.systemd_conf import files, settings
from shieldwall.checks.fact import Fact, FactKey

CHRONY: Final = ("/etc/chrony/chrony.conf", "/etc/chrony.conf")
NTP: Final = ("/etc/ntpsec/ntp.conf", "/etc/ntp.conf")
BUILT_IN: Final = "(built in)"
"""systemd-timesyncd is compiled with the distribution's servers, used when neither NTP= nor FallbackNTP= is set."""


def read(key: FactKey, host: Host) -> Fact:
    """Raises AbsentError when none is configured here."""
    found = {
        name: look
        for name, look in (("chrony", chrony(host)), ("timesyncd", timesyncd(host)), ("ntp", ntp(host)))
        if look is not None
    }
    if not found:
        raise AbsentError(CHRONY[0])
    value = {name: {"servers": [str(s.value) for s in servers]} for name, servers in found.items()}
    origins = {f"{n}.servers.{i}": s.origin for n, servers in found.items() for i, s in enumerate(servers)}
    return Fact.known(value, source=next(iter(found)), origins=origins)


def chrony(host: Host) -> list[Setting] | None:
    """None when chrony is not configured here. Raises UnreadableError."""
    for path in CHRONY:
        if host.exists(path):
            return list(_chrony(host, path, Depth()))
    return None


def _chrony(host: Host, path: str, depth: Depth) -> Iterator[Setting]:
    text = text_or_none(host, path)
    if text is None:
        return
    for number, line in numbered(text):
        words = line.split()
        if not words or words[0][0] in "#!;%":
            continue
        word, rest = words[0].lower(), words[1:]
        if word in ("server", "pool", "peer", "refclock") and rest:
            yield Setting(rest[0], path, number)
        elif word == "include" and rest:
            for found in host.glob(rest[0]):
                yield from _chrony(host, found, depth.below(found))
        elif word in ("confdir", "sourcedir"):
            suffix = "*.conf" if word == "confdir" else "*.sources"
            for folder in rest:
                for found in host.glob(f"{folder}/{suffix}"):
                    yield from _chrony(host, found, depth.below(found))


def timesyncd(host: Host) -> list[Setting] | None:
    used = files(host, "timesyncd.conf")
    if not used:
        return None
    given = settings(host, "timesyncd.conf", "Time")
    named = [
        Setting(server, s.file, s.line)
        for n in ("ntp", "fallbackntp")
        if (s := given.get(n))
        for server in str(s.value).split()
    ]
    return named if named or "fallbackntp" in given else [Setting(BUILT_IN)]


def ntp(host: Host) -> list[Setting] | None:
    for path in NTP:
        text = text_or_none(host, path)
        if text is not None:
            lines = [(number, line.split()) for number, line in numbered(text)]
            return [Setting(w[1], path, n) for n, w in lines if len(w) > 1 and w[0] in ("server", "pool", "peer")]
    return None
