"""Probe `kernel`: parameters running and at the next boot, modules, and how the machine boots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.looking.host import Host
from agent.looking.looked import looked
from agent.probes.kernel import boot, module, sysctl
from shieldwall.checks.fact import Fact, FactKey


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return {key: looked(lambda key=key: _look(key, host)) for key in keys}  # type: ignore[misc]


def _look(key: FactKey, host: Host) -> Fact:
    args = dict(key.args)
    if "sysctl" in args:
        record, origin = sysctl.look(host, str(args["sysctl"]))
        return Fact.known(record, source=sysctl.SOURCE, origins={"persistent": origin} if origin else {})
    if "sysctls" in args:
        return _several_sysctls(host, args["sysctls"])
    if "module" in args:
        return Fact.known(module.look(host, str(args["module"])), source=module.SOURCE)
    if "modules" in args:
        return Fact.known({name: module.look(host, name) for name in args["modules"]}, source=module.SOURCE)
    return boot.look(host, str(args["boot"]))


def _several_sysctls(host: Host, names: Sequence[str]) -> Fact:
    value: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for name in (one for asked in names for one in sysctl.expand(host, asked)):
        value[name], origin = sysctl.look(host, name)
        if origin:
            origins[name] = origin
    return Fact.known(value, source=sysctl.SOURCE, origins=origins)
