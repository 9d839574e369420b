from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pytest
from planted import planted
from unprivileged import as_nobody

from agent.looking.host import Host
from agent.probes.time_sync import Timex, collect
from shieldwall.checks.fact import FactKey
from shieldwall.checks.outcome import Reason

KEY = FactKey.of("time_sync", {})
WANTS = "/etc/systemd/system/multi-user.target.wants"
CHRONY = {"/etc/chrony/chrony.conf": "pool ntp.example iburst\n"}


def look(root: Path, files: dict[str, str | bytes], *units: str) -> Any:
    links = {f"{WANTS}/{unit}.service": f"/lib/systemd/system/{unit}.service" for unit in (*units, "cron")}
    return collect([KEY], planted(root, files, links))[KEY].value


@pytest.mark.parametrize(
    ("files", "units", "expected"),
    [
        (CHRONY, ["chrony"], ("chrony", True, ["ntp.example"])),
        (CHRONY, [], ("", False, [])),
        ({"/etc/chrony/chrony.conf": "# pool x\n"}, ["chrony"], ("chrony", True, [])),
        ({}, ["systemd-timesyncd"], ("systemd-timesyncd", True, ["(built in)"])),
        ({"/etc/ntp.conf": "server t.example\n"}, ["ntp"], ("ntp", True, ["t.example"])),
    ],
)
def test_service_and_servers(
    tmp_path: Path, files: dict[str, str | bytes], units: list[str], expected: tuple[str, bool, list[str]]
) -> None:
    value = look(tmp_path, files, *units)
    assert (value["service"], value["enabled"], value["servers"]) == expected
    assert value["synchronised"] == value["offset_seconds"] == {"?": "unsupported"}


def test_timesyncd_without_servers_has_none(tmp_path: Path) -> None:
    value = look(tmp_path, {"/etc/systemd/timesyncd.conf": "[Time]\nNTP=\nFallbackNTP=\n"}, "systemd-timesyncd")
    assert value["servers"] == []


def test_the_kernel_answers_an_ordinary_user_too() -> None:
    value = as_nobody(lambda: collect([KEY], Host())[KEY].to_json()).get("value")
    assert value is None or isinstance(value["synchronised"], bool)


def test_the_structure_is_as_long_as_the_kernels() -> None:
    assert ctypes.sizeof(Timex) >= 208, "the kernel writes 208 bytes on 64-bit Linux"


def test_no_services_at_all_is_unknown(tmp_path: Path) -> None:
    assert collect([KEY], planted(tmp_path, {"/etc/x": ""}))[KEY].reason is Reason.UNSUPPORTED
