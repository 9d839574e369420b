"""Whether the clock is kept right: which service does it, from which servers, and how far off the kernel says it is.

Value: {service: chrony | systemd-timesyncd | ntp | …, enabled, servers: [name], synchronised, offset_seconds}; service
is empty when none starts with the host.
"""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.config import timesync
from agent.probes.config.base import Setting
from agent.probes.service import units_of
from shieldwall.checks.fact import Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

SERVICES: Final = (
    ("chrony", "chrony"), ("chronyd", "chrony"), ("systemd-timesyncd", "timesyncd"), ("ntpsec", "ntp"), ("ntp", "ntp"),
    ("ntpd", "ntp"), ("openntpd", ""),
)  # fmt: skip
"""Unit -> whose configuration it reads."""
STA_UNSYNC, STA_NANO = 0x0040, 0x2000
TIME_ERROR = 5
"""adjtimex(2): the clock is not synchronised."""


class Timex(ctypes.Structure):
    """struct timex of adjtimex(2), on 64-bit and 32-bit Linux alike."""

    _fields_ = (
        ("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long), ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long), ("status", ctypes.c_int), ("constant", ctypes.c_long),
        ("precision", ctypes.c_long), ("tolerance", ctypes.c_long), ("seconds", ctypes.c_long),
        ("microseconds", ctypes.c_long), ("tick", ctypes.c_long), ("rest", ctypes.c_byte * 128),
    )  # fmt: skip


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    fact = looked(lambda: _look(host))
    return dict.fromkeys(keys, fact)


def _look(host: Host) -> Fact:
    units = units_of(host)
    name, family = next(((n, f) for n, f in SERVICES if units.unit(n).enabled == "enabled"), ("", ""))
    value: dict[str, Any] = {"service": name, "enabled": bool(name), "servers": _servers(host, family), **_kernel(host)}
    source = units.unit(name).source if name else "/etc/systemd/system"
    return Fact.known(value, source=source)


def _servers(host: Host, family: str) -> Any:
    try:
        match family:
            case "chrony":
                found = timesync.chrony(host)
            case "timesyncd":
                # without a file of its own it uses the servers it was compiled with
                found = timesync.timesyncd(host)
                found = [Setting(timesync.BUILT_IN)] if found is None else found
            case "ntp":
                found = timesync.ntp(host)
            case _:
                found = None
    except AbsentError:
        found = None
    except UnreadableError as error:
        return unseen(error.reason)
    return [str(setting.value) for setting in found or ()]


def _kernel(host: Host) -> dict[str, Any]:
    """What the kernel itself knows; reading (modes = 0) needs no privilege."""
    if not host.live:
        return {"synchronised": unseen(Reason.UNSUPPORTED), "offset_seconds": unseen(Reason.UNSUPPORTED)}
    state = Timex()
    libc = ctypes.CDLL(None, use_errno=True)
    code = libc.adjtimex(ctypes.byref(state))
    if code < 0:
        reason = Reason.PRIVILEGE if ctypes.get_errno() in (errno.EPERM, errno.EACCES) else Reason.UNSUPPORTED
        return {"synchronised": unseen(reason), "offset_seconds": unseen(reason)}
    synchronised = code != TIME_ERROR and not state.status & STA_UNSYNC
    unit = 1e9 if state.status & STA_NANO else 1e6
    # the kernel's bound on the error: the true offset is below it, and grows with every second without a source
    worst = (abs(state.offset) / unit) + state.esterror / 1e6
    return {
        "synchronised": synchronised,
        "offset_seconds": round(worst, 6) if synchronised else unseen(Reason.UNSUPPORTED),
    }
