from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from planted import planted
from unprivileged import as_nobody

from agent.looking.host import Host
from agent.probes.listen import _address, _packages, collect
from shieldwall.checks.fact import FactKey
from shieldwall.checks.outcome import Reason

KEY = FactKey.of("listen", {})
SERVER = """
import socket, sys
kept, ports = [], []
for family, kind, address in (
    (socket.AF_INET, socket.SOCK_STREAM, "0.0.0.0"), (socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1"),
    (socket.AF_INET6, socket.SOCK_STREAM, "::1"), (socket.AF_INET6, socket.SOCK_STREAM, "::ffff:127.0.0.1"),
    (socket.AF_INET, socket.SOCK_DGRAM, "0.0.0.0"), (socket.AF_INET6, socket.SOCK_DGRAM, "::"),
):
    s = socket.socket(family, kind)
    s.bind((address, 0))
    if kind == socket.SOCK_STREAM:
        s.listen()
    kept.append(s)
    ports.append(s.getsockname()[1])
print(*ports, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def server() -> Iterator[list[int]]:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield [int(port) for port in process.stdout.readline().split()]
        process.communicate("")


def look() -> Any:
    return collect([KEY], Host())[KEY].to_json()


def test_sockets_of_every_kind_with_their_program(server: list[int]) -> None:
    rows = {row["port"]: row for row in look()["value"] if row["port"] in server}
    assert [(rows[p]["proto"], rows[p]["address"], rows[p]["loopback"]) for p in server] == [
        ("tcp", "0.0.0.0", False),
        ("tcp", "127.0.0.1", True),
        ("tcp", "::1", True),
        ("tcp", "127.0.0.1", True),
        ("udp", "0.0.0.0", False),
        ("udp", "::", False),
    ]
    assert {row["process"] for row in rows.values()} == {os.path.basename(os.path.realpath(sys.executable))}


def test_agrees_with_psutil(server: list[int]) -> None:
    theirs = {
        ("tcp" if c.type == 1 else "udp", c.laddr.ip.removeprefix("::ffff:"), c.laddr.port)
        for c in psutil.net_connections("inet")
        if c.status == "LISTEN" or (c.type == 2 and not c.raddr)
    }
    ours = {(row["proto"], row["address"], row["port"]) for row in look()["value"]}
    assert {row for row in theirs if row[2] in server} <= ours
    assert ours == theirs


def test_an_ordinary_user_sees_the_sockets_and_not_whose_they_are(server: list[int]) -> None:
    rows = {row["port"]: row for row in as_nobody(look)["value"] if row["port"] in server}
    assert len(rows) == len(server)
    owners = [row["process"] for row in rows.values()]
    assert all(owner == {"?": "privilege"} for owner in owners) or os.geteuid() != 0


def test_a_tree_has_no_sockets(tmp_path: Path) -> None:
    assert collect([KEY], Host(root=tmp_path))[KEY].reason is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("0100007F", "127.0.0.1"),
        ("00000000", "0.0.0.0"),
        ("00000000000000000000000001000000", "::1"),
        ("0000000000000000FFFF00000100007F", "127.0.0.1"),
    ],
)
def test_addresses_as_a_little_endian_kernel_writes_them(text: str, address: str) -> None:
    assert sys.byteorder != "little" or _address(text) == address


def test_the_package_behind_a_program(tmp_path: Path) -> None:
    host = planted(
        tmp_path,
        {
            "/var/lib/dpkg/status": "Package: x\nStatus: install ok installed\nVersion: 1\n",
            "/var/lib/dpkg/info/openssh-server.list": "/.\n/usr\n/usr/sbin/sshd\n/usr/sbin/sshd-keygen\n",
            "/var/lib/dpkg/info/libc6:amd64.list": "/lib\n/bin/tool\n",
        },
    )
    programs = {"/usr/sbin/sshd", "/usr/bin/tool", "/usr/sbin/ssh"}
    assert _packages(host, programs) == {"/usr/sbin/sshd": "openssh-server", "/usr/bin/tool": "libc6"}
