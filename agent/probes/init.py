"""Which program starts the host: several kinds of configuration are read only by one of them."""

from __future__ import annotations

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError

INITS = ("/sbin/init", "/usr/sbin/init", "/bin/init")


def systemd_boots(host: Host) -> bool:
    """Whether systemd is (live) or would be (tree) process 1.

    A tree tells by its init; one without any, as packed from a few folders, by its package list; failing both, systemd
    is what every supported distribution ships.
    """
    return host.once("init.systemd", lambda: _systemd_boots(host))


def _systemd_boots(host: Host) -> bool:
    try:
        if host.live and host.exists("/run/systemd/system"):
            return True
        for path in INITS:
            try:
                host.stat(path)
            except AbsentError:
                continue
            return host.canonical(path).endswith("/systemd")
    except UnreadableError:
        return True
    try:
        status = host.text("/var/lib/dpkg/status")
    except (AbsentError, UnreadableError):
        return True
    return any(
        "\nStatus: install ok installed" in f"\n{stanza}"
        for stanza in status.split("\n\n")
        if stanza.lstrip().startswith("Package: systemd-sysv\n")
    )
