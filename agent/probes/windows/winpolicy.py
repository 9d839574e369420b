"""Probe `winpolicy`: the local security policy by what it means, never by the words of a tool.

`password` {min_length, history, max_days, min_days, complexity}, `lockout` {threshold, minutes, window_minutes} of the
local accounts, which a domain's policy overwrites too; `max_days` is absent when passwords do not expire, `minutes`
when only an administrator opens an account. `audit` {logon, lockout, user_management, process_creation}: lists of
`success` and `failure`, on the running system alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agent.looking.host import Host
from agent.looking.looked import looked
from agent.probes.windows.people import people
from shieldwall.checks.fact import NOT_THERE, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    areas: dict[str, Callable[[Host], Fact]] = {"password": _password, "lockout": _lockout, "audit": _audit}
    return {key: looked(lambda key=key: areas[str(key.arg("area"))](host)) for key in keys}  # type: ignore[misc]


def _password(host: Host) -> Fact:
    rules = people(host).rules
    value: dict[str, Any] = {
        "min_length": rules.min_length, "history": rules.history, "min_days": rules.min_age.days,
        "max_days": rules.max_age.days if rules.max_age is not None else NOT_THERE,
        "complexity": unseen(rules.complexity) if isinstance(rules.complexity, Reason) else rules.complexity,
    }  # fmt: skip
    return Fact.known(value, source="SAM")


def _lockout(host: Host) -> Fact:
    rules = people(host).rules
    value: dict[str, Any] = {
        "threshold": rules.threshold, "window_minutes": int(rules.window.total_seconds()) // 60,
        "minutes": int(rules.lockout.total_seconds()) // 60 if rules.lockout is not None else NOT_THERE,
    }  # fmt: skip
    return Fact.known(value, source="SAM")


def _audit(host: Host) -> Fact:
    host.need_live("the audit policy")
    from agent.probes.windows.api import audited

    return Fact.known(audited(), source="AuditQuerySystemPolicy")
