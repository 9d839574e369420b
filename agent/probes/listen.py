"""Which sockets wait for peers, from /proc/net, with the program and package behind each.

Value: list of {proto: tcp | udp, address, port, loopback, process, package}, sorted by port.
"""

from __future__ import annotations

import ipaddress
import os
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.package import installed
from agent.probes.package.files import packages_of
from agent.probes.process import processes
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

TABLES: Final = (("tcp", "tcp"), ("tcp", "tcp6"), ("udp", "udp"), ("udp", "udp6"))
LISTENING, UNCONNECTED = "0A", "07"
"""TCP_LISTEN, and TCP_CLOSE, which a UDP socket without a peer shows (include/net/tcp_states.h)."""
SOCKET: Final = re.compile(r"socket:\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Listener:
    proto: str
    address: str
    port: int
    inode: str

    @property
    def loopback(self) -> bool:
        return ipaddress.ip_address(self.address).is_loopback


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    fact = looked(lambda: _look(host), source="/proc/net")
    return dict.fromkeys(keys, fact)


def _look(host: Host) -> Fact:
    host.need_live("listening sockets")
    found = [listener for proto, table in TABLES for listener in _table(host, proto, table)]
    owners, all_seen = _owners(host, {listener.inode for listener in found})
    packages = _packages(host, {program for _, program in owners.values() if program})
    rows = []
    for one in sorted(set(found), key=lambda n: (n.port, n.proto, n.address, n.inode)):
        name, program = owners.get(one.inode, ("", ""))
        # without an owner: another user's process, or the kernel itself (NFS, WireGuard)
        unseen_name = {MARK: ABSENT} if all_seen else unseen(Reason.PRIVILEGE)
        row: dict[str, Any] = {
            "proto": one.proto,
            "address": one.address,
            "port": one.port,
            "loopback": one.loopback,
            "process": name or unseen_name,
            "package": packages.get(program, {MARK: ABSENT} if name else unseen_name),
        }
        if row not in rows:
            rows.append(row)
    return Fact.known(rows, source="/proc/net")


def _table(host: Host, proto: str, table: str) -> Iterator[Listener]:
    """Lines of /proc/net/tcp (proc(5)): number, local, remote, state, …, inode as the tenth field."""
    try:
        text = host.text(f"/proc/net/{table}")
    except AbsentError:
        return  # IPv6 is switched off
    for line in text.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 10:
            continue
        state, peer_port = fields[3], fields[2].rpartition(":")[2]
        if state == LISTENING if proto == "tcp" else (state == UNCONNECTED and peer_port == "0000"):
            address, _, port = fields[1].rpartition(":")
            yield Listener(proto, _address(address), int(port, 16), fields[9])


def _address(text: str) -> str:
    """Addresses stand as 32-bit words in the byte order of the host. An IPv4 address inside IPv6 is told as IPv4."""
    words = [int(text[at : at + 8], 16) for at in range(0, len(text), 8)]
    packed = struct.pack(f"={len(words)}I", *words)
    address = ipaddress.ip_address(packed)
    return str(getattr(address, "ipv4_mapped", None) or address)


def _owners(host: Host, inodes: set[str]) -> tuple[dict[str, tuple[str, str]], bool]:
    """Socket inode -> (name, program file) of a process that holds it; and whether all processes could be seen."""
    owners: dict[str, tuple[str, str]] = {}
    all_seen = True
    try:
        table = processes(host)
    except UnreadableError:
        return {}, False
    for process in table:
        try:
            descriptors = os.listdir(f"/proc/{process.pid}/fd")
        except PermissionError:
            all_seen = False
            continue
        except OSError:
            continue
        for descriptor in descriptors:
            try:
                match = SOCKET.match(os.readlink(f"/proc/{process.pid}/fd/{descriptor}"))
            except OSError:
                continue
            if match and match[1] in inodes:
                program = process.program.removesuffix(" (deleted)")
                name = program.rpartition("/")[2] or min(process.names, default="")
                # systemd holds the sockets it activates; the service behind them says more
                if match[1] not in owners or process.pid != 1:
                    owners[match[1]] = (name, program)
    return owners, all_seen


def _packages(host: Host, programs: set[str]) -> dict[str, str | dict[str, str]]:
    """Program file -> package it came with."""
    if not programs:
        return {}
    try:
        if installed(host).kind != "dpkg":
            return {program: unseen(Reason.UNSUPPORTED) for program in programs}
        return dict(packages_of(host, programs))
    except AbsentError:
        return {}
    except UnreadableError as error:
        return {program: unseen(error.reason) for program in programs}
