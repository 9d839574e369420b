"""A running Mac as a snapshot, in four languages: a tree's facts, and documented answers of tools through their parsers.

Run as a program it writes the snapshots that the suite judges: `python tests/mac_recorded.py`.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from mac_tree import LANGUAGES, bad, good
from planted import NOW

from agent.looking.host import Host
from agent.probes.macos import disk_encryption, listen, mandatory_access, mdm
from agent.probes.macos.listen import Socket
from agent.scan.collect import collect
from agent.scan.plan import plan
from agent.scan.run import OS_FACT, TIME_SYNC
from agent.scan.snapshot import Snapshot
from agent.scan.subject import identify
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.packs.pack import load_pack
from shieldwall.packs.policy import whole_library

FOLDER: Final = Path(__file__).parent / "agent/probes/macos/recorded"
ANSWERS: Final = {
    True: {
        "fdesetup": "FileVault is On.\n",
        "csrutil": "System Integrity Protection status: enabled.\n",
        "profiles": "Enrolled via DEP: Yes\nMDM enrollment: Yes (User Approved)\nMDM server: https://mdm.example/\n",
    },
    False: {
        "fdesetup": "FileVault is Off.\n",
        "csrutil": "System Integrity Protection status: disabled.\n",
        "profiles": "Enrolled via DEP: No\nMDM enrollment: No\n",
    },
}
"""Whether the Mac is well kept -> tool -> what it prints, by its manual page; in English whatever the language."""
SOCKETS: Final = {
    True: [Socket("tcp", "::", 49_152, "rapportd"), Socket("udp", "0.0.0.0", 5353, "mDNSResponder")],
    False: [Socket("tcp", "::", 3306, "mysqld"), Socket("tcp", "0.0.0.0", 22, "launchd")],
}


REMOTE: Final = frozenset({"attest", "dns", "http", "netscan", "tls"})
"""Probes that look at people and at the net, not at the Mac."""


def snapshot(host: Host, kept_well: bool) -> Snapshot:
    """What a scan as root would have recorded, with ann signed in at the screen."""
    os_fact = collect([OS_FACT], host).facts[OS_FACT]
    identity = identify(host, os_fact, None)
    keys = [key for key in plan(whole_library(load_pack()).selected, identity.subject) if key.probe not in REMOTE]
    facts = dict(collect([*keys, TIME_SYNC], host).facts)
    answer = ANSWERS[kept_well]
    state = disk_encryption.state_of(answer["fdesetup"])
    sip = mandatory_access.state_of(answer["csrutil"])
    enrolled, approved = mdm.state_of(answer["profiles"])
    facts |= {
        FactKey.of("disk_encryption", {}): Fact.known({"root": state, "home": state, "portable": True}),
        FactKey.of("mandatory_access", {}): Fact.known({"sip": sip, "active": "sip" if sip == "enabled" else "none"}),
        FactKey.of("config", {"app": "mdm"}): Fact.known({"enrolled": enrolled, "approved": approved}),
        FactKey.of("listen", {}): Fact.known(listen.rows(SOCKETS[kept_well])),
    }
    people = FactKey.of("account", {"part": "users"})
    rows = [{**row, "at_screen": row["uid"] == 501} for row in facts[people].value]
    facts[people] = replace(facts[people], value=rows)
    seen = {key: replace(fact, took=0.0) for key, fact in sorted(facts.items(), key=lambda item: str(item[0]))}
    return Snapshot(at=NOW, identity=identity, elevated=True, live=True, facts=seen, defects={})


def recorded(language: str) -> Snapshot:
    """Of a Mac that is kept well."""
    with tempfile.TemporaryDirectory() as folder:
        return snapshot(good(language).plant(Path(folder)), kept_well=True)


def neglected(language: str) -> Snapshot:
    with tempfile.TemporaryDirectory() as folder:
        return snapshot(bad(language).plant(Path(folder)), kept_well=False)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in LANGUAGES:
        (FOLDER / f"{name}.json").write_bytes(recorded(name).encode())
