"""`app: modprobe.d`: lines that keep modules from loading (modprobe.d(5))."""

from __future__ import annotations

from agent.looking.host import Host
from agent.probes.kernel.module import read as commands
from agent.probes.kernel.module import underscored
from shieldwall.checks.fact import Fact, FactKey


def read(key: FactKey, host: Host) -> Fact:
    """{install: {module: command}, blacklist: [module], alias: {name: module}}; of two lines the first counts."""
    install: dict[str, str] = {}
    alias: dict[str, str] = {}
    blacklist: dict[str, None] = {}
    for command in commands(host):
        name = underscored(command.name)
        if command.word == "install":
            install.setdefault(name, command.rest)
        elif command.word == "alias":
            alias.setdefault(command.name, command.rest)
        else:
            blacklist[name] = None
    return Fact.known({"install": install, "blacklist": list(blacklist), "alias": alias}, source="modprobe.d")
