"""The probe against packets: in a network namespace of its own, each ruleset is loaded into the kernel, judged by the
probe, and then tried with a real connection from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from unprivileged import as_nobody

from agent.looking.host import Host
from agent.probes.firewall import collect
from agent.probes.firewall.nft_text import parse
from agent.probes.firewall.ruleset import default
from shieldwall.checks.fact import FactKey

KEY = FactKey.of("firewall", {})
SET_UP = [
    "ip netns add {a}", "ip netns add {b}", "ip link add va netns {a} type veth peer name vb netns {b}",
    "ip -n {a} addr add 10.9.0.1/24 dev va", "ip -n {a} addr add fd09::1/64 dev va nodad",
    "ip -n {b} addr add 10.9.0.2/24 dev vb", "ip -n {b} addr add fd09::2/64 dev vb nodad",
    "ip -n {a} link set lo up", "ip -n {a} link set va up", "ip -n {b} link set vb up",
    "ip -n {a} route add default via 10.9.0.2", "ip -n {a} -6 route add default via fd09::2",
]  # fmt: skip
INSIDE = """
import json, socket, subprocess, sys
from agent.looking.host import Host
from agent.probes.firewall import collect
from shieldwall.checks.fact import FactKey
four = socket.create_server(("0.0.0.0", 4444))
six = socket.create_server(("::", 4444), family=socket.AF_INET6)
key = FactKey.of("firewall", {})
print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    subprocess.run(["nft", "-f", "-"], input="flush ruleset\\n" + json.loads(line), text=True, check=True)
    print(json.dumps(collect([key], Host())[key].to_json()), flush=True)
"""
OUTSIDE = """
import json, select, socket, sys
print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    tried = [socket.socket(socket.AF_INET), socket.socket(socket.AF_INET6)]
    for s, address in zip(tried, ("10.9.0.1", "fd09::1")):
        s.setblocking(False)
        s.connect_ex((address, 4444))
    answers, left = ["drop", "drop"], list(tried)
    while left:
        _, ready, _ = select.select([], left, [], 0.4)
        if not ready:
            break
        for s in ready:
            left.remove(s)
            error = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            answers[tried.index(s)] = "reject" if error else "accept"
    for s in tried:
        s.close()
    print(json.dumps(answers), flush=True)
"""


@pytest.fixture(scope="module")
def inside() -> Iterator[list[str]]:
    """What goes before a command that changes networks: nothing for root, who may; an ordinary user enters a user
    namespace of its own, in which it may."""
    if os.geteuid() == 0:
        yield []
        return
    holder = subprocess.Popen(
        ["unshare", "--user", "--map-root-user", "--net", "--mount", "sh", "-c", "mount -t tmpfs t /run && echo && read x"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None and holder.stdout.readline()
    yield ["nsenter", "--preserve-credentials", "--user", "--net", "--mount", f"--target={holder.pid}"]
    holder.communicate(b"\n")


@dataclass(frozen=True, slots=True)
class Room:
    process: subprocess.Popen[str]

    def ask(self, question: str) -> Any:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def rooms(inside: list[str]) -> Iterator[tuple[Room, Room]]:
    a, b = (f"shieldwall-{side}-{os.getpid()}" for side in "ab")
    for command in SET_UP:
        subprocess.run([*inside, *command.format(a=a, b=b).split()], check=True)
    opened = []
    try:
        for name, script in ((a, INSIDE), (b, OUTSIDE)):
            process = subprocess.Popen(
                [*inside, "nsenter", f"--net=/run/netns/{name}", sys.executable, "-c", script],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[4],
            )  # fmt: skip
            opened.append(Room(process))
            assert process.stdout is not None and json.loads(process.stdout.readline()) == "ready"
        yield opened[0], opened[1]
    finally:
        for room in opened:
            room.process.communicate()
        for name in (a, b):
            subprocess.run([*inside, "ip", "netns", "del", name], check=True)


INPUT = "table inet filter {{ chain input {{ type filter hook input priority 0; policy {0}; {1}; }}\n{2}\n}}\n"
USUAL = (
    "ct state vmap { established : accept, related : accept, invalid : drop }; iifname lo accept; "
    "meta l4proto { icmp, ipv6-icmp } accept; "
)
RULESETS = {
    "nothing": ("", ("accept", "accept"), False),
    "policy drop": (INPUT.format("drop", USUAL + "tcp dport 22 accept", ""), ("drop", "drop"), False),
    "policy drop, accept anything from anywhere": (INPUT.format("drop", USUAL + "accept", ""), ("accept", "accept"), True),
    "policy drop, all of tcp": (INPUT.format("drop", USUAL + "meta l4proto tcp accept", ""), ("accept", "accept"), True),
    "policy drop, every port": (INPUT.format("drop", USUAL + "tcp dport 1-65535 accept", ""), ("accept", "accept"), True),
    "policy drop, new connections too": (
        INPUT.format("drop", USUAL + "ct state new,established accept", ""), ("accept", "accept"), True,
    ),
    "policy accept, drop at the end": (INPUT.format("accept", USUAL + "tcp dport 22 accept; counter drop", ""), ("drop", "drop"), False),
    "policy accept, reject at the end": (INPUT.format("accept", USUAL + "log prefix \"no \" level info meta l4proto tcp reject with tcp reset", ""), ("reject", "reject"), False),
    "policy accept, only what does not come in by lo is dropped": (INPUT.format("accept", USUAL + "iifname != lo drop", ""), ("drop", "drop"), False),
    "only rules for loopback": (INPUT.format("accept", "iifname lo accept; iifname lo drop", ""), ("accept", "accept"), False),
    "drop in a chain that is jumped to": (
        INPUT.format("accept", USUAL + "jump rest", "chain rest { tcp dport 22 accept; drop; }"), ("drop", "drop"), False,
    ),
    "a chain that returns before its drop": (
        INPUT.format("accept", USUAL + "jump rest", "chain rest { return; drop; }"), ("accept", "accept"), False,
    ),
    "a trusted interface": (INPUT.format("drop", USUAL + 'iifname "va" accept', ""), ("accept", "accept"), True),
    "another interface is trusted": (INPUT.format("drop", USUAL + 'iifname "docker0" accept', ""), ("drop", "drop"), False),
    "IPv4 only": ("table ip f { chain i { type filter hook input priority 0; policy drop; }\n}", ("drop", "accept"), False),
    "IPv6 only": ("table ip6 f { chain i { type filter hook input priority 0; policy drop; icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept; }\n}", ("accept", "drop"), False),
    "two tables, the second drops": (
        INPUT.format("accept", USUAL + "accept", "") + "table ip z { chain i { type filter hook input priority 10; policy drop; }\n}",
        ("drop", "accept"), True,
    ),
    "forwarding alone": ("table inet f { chain f { type filter hook forward priority 0; policy drop; }\n}", ("accept", "accept"), False),
    "one peer": (INPUT.format("drop", USUAL + "ip saddr 192.0.2.0/24 accept", ""), ("drop", "drop"), False),
    "IPv4 of every peer": (INPUT.format("drop", USUAL + "meta nfproto ipv4 accept", ""), ("accept", "drop"), True),
    "a zone as firewalld has it": (
        INPUT.format("accept", USUAL + "jump zones; meta l4proto tcp reject with tcp reset", 'chain zones { iifname "va" goto public; goto public; }\n'
                     "chain public { tcp dport 22 ct state new accept; }"),
        ("reject", "reject"), False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RULESETS)
def test_the_default_is_what_happens_to_a_packet(rooms: tuple[Room, Room], name: str) -> None:
    text, expected, any_any = RULESETS[name]
    inside, outside = rooms
    value = inside.ask(text)["value"]
    assert (value["inbound"], value["inbound6"]) == expected
    assert tuple(outside.ask("try")) == expected, "what the kernel did"
    assert value["any_any"] is any_any
    assert value["active"] is (name not in ("nothing", "forwarding alone"))


@pytest.mark.parametrize("name", RULESETS)
def test_a_file_is_read_as_the_kernel_reads_it(name: str) -> None:
    text, expected, any_any = RULESETS[name]
    tables = parse(text)
    answers = [default(tables, family, ("va",)) for family in ("ipv4", "ipv6")]
    assert tuple(answer.verdict for answer in answers) == expected
    assert any(answer.explicit for answer in answers) is any_any


def test_an_ordinary_user_learns_nothing_and_is_told_so() -> None:
    assert as_nobody(lambda: collect([KEY], Host())[KEY].to_json())["unknown"] == "privilege"
