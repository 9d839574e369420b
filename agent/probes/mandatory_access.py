"""Probe `mandatory_access`: whether SELinux or AppArmor confines programs, now and at the next boot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.config.base import text_or_none
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

SELINUX: Final = "/sys/fs/selinux/enforce"
SELINUX_CONFIG: Final = "/etc/selinux/config"
APPARMOR: Final = "/sys/module/apparmor/parameters/enabled"
PROFILES: Final = "/sys/kernel/security/apparmor/profiles"


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return dict.fromkeys(keys, looked(lambda: _look(host)))


def _look(host: Host) -> Fact:
    """{selinux: {running, persistent}, apparmor: {enabled, enforced, complain}, active}.

    active: selinux | apparmor | none: which one enforces at least one rule set now.
    """
    selinux, apparmor = _selinux(host), _apparmor(host)
    active: Any
    if selinux["running"] == "enforcing":
        active = "selinux"
    elif isinstance(apparmor["enforced"], int) and apparmor["enforced"] > 0:
        active = "apparmor"
    else:
        hidden = [part for part in (apparmor["enforced"], selinux["running"]) if isinstance(part, dict)]
        hidden = [part for part in hidden if part[MARK] != ABSENT]
        active = hidden[0] if hidden else "none"
    return Fact.known({"selinux": selinux, "apparmor": apparmor, "active": active}, source="/sys and /etc/selinux")


def _selinux(host: Host) -> dict[str, Any]:
    """running: enforcing | permissive | disabled."""
    return {"running": _running_selinux(host), "persistent": _configured(host)}


def _running_selinux(host: Host) -> Any:
    if not host.live:
        return unseen(Reason.UNSUPPORTED)
    try:
        return "enforcing" if host.text(SELINUX).strip() == "1" else "permissive"
    except AbsentError:
        return "disabled"
    except UnreadableError as error:
        return unseen(error.reason)


def _configured(host: Host) -> Any:
    try:
        text = text_or_none(host, SELINUX_CONFIG)
    except UnreadableError as error:
        return unseen(error.reason)
    for line in (text or "").splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and name.strip() == "SELINUX":
            return value.strip().lower()
    return {MARK: ABSENT}


def _apparmor(host: Host) -> dict[str, Any]:
    if not host.live:
        mark = unseen(Reason.UNSUPPORTED)
        return {"enabled": mark, "enforced": mark, "complain": mark}
    try:
        enabled = host.text(APPARMOR).strip() == "Y"
        modes = [line.rpartition("(")[2] for line in host.text(PROFILES).splitlines()] if enabled else []
    except AbsentError:
        return {"enabled": False, "enforced": 0, "complain": 0}
    except UnreadableError as error:
        return {"enabled": True, "enforced": unseen(error.reason), "complain": unseen(error.reason)}
    return {"enabled": enabled, "enforced": modes.count("enforce)"), "complain": modes.count("complain)")}
