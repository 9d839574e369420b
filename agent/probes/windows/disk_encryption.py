"""Probe `disk_encryption` on Windows: BitLocker of the system volume, on the running system alone.

Value as on Linux, with `method`: xts-aes-128, xts-aes-256, aes-128, aes-256, none or other. A tree that can be read
says nothing about how its volume lies on the disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.disk_encryption import PORTABLE
from agent.probes.windows.base import registry_of
from shieldwall.checks.fact import Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

HARDWARE: Final = r"HKLM\SYSTEM\HardwareConfig\Current"
METHODS: Final = {0: "none", 3: "aes-128", 4: "aes-256", 6: "xts-aes-128", 7: "xts-aes-256"}
"""EncryptionMethod of Win32_EncryptableVolume."""
SYSTEM_VOLUME: Final = 0
SOURCE: Final = "Win32_EncryptableVolume"


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return dict.fromkeys(keys, looked(lambda: _look(host)))


def _look(host: Host) -> Fact:
    try:
        host.need_live("the encryption of a volume")
        from agent.probes.windows.api import rows

        volume = state(rows("encryption"))
    except UnreadableError as error:
        volume = dict.fromkeys(("state", "method"), unseen(error.reason))
    places = dict.fromkeys(("root", "home", "swap"), volume["state"])
    return Fact.known({**places, "method": volume["method"], "portable": _portable(host)}, source=SOURCE)


def state(volumes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """{state: encrypted | plain, method} of the volume that Windows starts from.

    Fully encrypted (ConversionStatus 1) with protection on (ProtectionStatus 1); suspended protection is plain, since
    the key then lies open on the disk.
    """
    found = next((volume for volume in volumes if volume["VolumeType"] == SYSTEM_VOLUME), None)
    if found is None:
        return dict.fromkeys(("state", "method"), unseen(Reason.UNSUPPORTED))
    safe = (found["ProtectionStatus"], found["ConversionStatus"]) == (1, 1)
    return {
        "state": "encrypted" if safe else "plain",
        "method": METHODS.get(int(found["EncryptionMethod"] or 0), "other"),
    }


def _portable(host: Host) -> Any:
    try:
        number = registry_of(host).key(HARDWARE).number("EnclosureType")
    except AbsentError:
        number = None
    except UnreadableError as error:
        return unseen(error.reason)
    return unseen(Reason.UNSUPPORTED) if number is None else str(number) in PORTABLE
