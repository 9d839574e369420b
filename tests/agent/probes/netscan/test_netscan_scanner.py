"""The real nmap against real listeners on loopback."""

import ipaddress
import json
import os
import socket
from dataclasses import asdict
from typing import Any

import nmap  # noqa: F401  an ordinary user may not be able to read where it lies once the test has become one
from greeting import greeting
from unprivileged import as_nobody

from agent.probes.netscan.report import Device, Report, Service
from agent.probes.netscan.scanner import merge, safe_for_root, survey

QUIET = "127.77.0.2"
OPEN = "127.77.0.3"


def silent(done: int, total: int) -> None:
    """Nobody watches."""


def test_an_open_port_is_seen_and_a_closed_one_is_not() -> None:
    steps: list[tuple[int, int]] = []
    targets = [ipaddress.ip_address(QUIET), ipaddress.ip_address(OPEN)]
    with greeting(OPEN) as port:
        seen = survey(targets, industrial=False, progress=lambda d, t: steps.append((d, t)), ports=[port])
    assert [device.host for device in seen.devices] == [QUIET, OPEN]
    assert seen.services == (Service(OPEN, port, "tcp", "ftp", "vsftpd", "open"),)
    assert steps == [(0, 2), (2, 2)]


def test_an_ordinary_user_sees_what_root_sees() -> None:
    with greeting(OPEN) as port:

        def look() -> dict[str, Any]:
            targets = [ipaddress.ip_address(QUIET), ipaddress.ip_address(OPEN)]
            return asdict(survey(targets, industrial=False, progress=silent, ports=[port]))

        here = look()
        assert here["services"] and as_nobody(look) == json.loads(json.dumps(here))


def test_controls_are_asked_only_when_the_firm_says_so() -> None:
    address = [ipaddress.ip_address("127.77.0.4")]
    with socket.create_server(("127.77.0.4", 4840)):
        without = survey(address, industrial=False, progress=silent, ports=[9])
        with_controls = survey(address, industrial=True, progress=silent, ports=[9])
    assert without.services == ()
    assert [service.port for service in with_controls.services] == [4840]


def test_ipv6_is_asked_in_runs_of_its_own() -> None:
    targets = [ipaddress.ip_address("::1"), ipaddress.ip_address(QUIET)]
    assert [d.host for d in survey(targets, industrial=False, progress=silent, ports=[9]).devices] == [QUIET, "::1"]


def test_merging_keeps_every_door_once_and_every_doubt() -> None:
    door = Service("10.0.0.1", 23, "tcp", "telnet", "", "open")
    first = Report((Device("10.0.0.1", False),), (door,))
    second = Report((Device("10.0.0.1", True), Device("10.0.0.2", True)), (door,))
    expected = Report((Device("10.0.0.1", False), Device("10.0.0.2", True)), (door,))
    assert merge([first, second]) == merge([second, first]) == expected


def test_root_runs_no_program_that_others_can_change() -> None:
    """As with Homebrew on a Mac, which gives /usr/local/bin to whoever installed it."""
    for uid, mode, safe in ((0, 0o100755, True), (501, 0o100755, False), (0, 0o100775, False), (0, 0o100757, False)):
        assert safe_for_root(os.stat_result((mode, 1, 1, 1, uid, 0, 1, 0, 0, 0))) is safe
