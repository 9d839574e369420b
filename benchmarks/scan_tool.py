"""The tools that are compared: how each is started, and how many checks it says it evaluated."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scan_place import Place

SCRATCH = "/tmp/shieldwall-bench"
CIS = "xccdf_org.ssgproject.content_profile_cis_level1_server"
MAIN = "from agent.cli import main; main()"
FILES = {
    "/etc/passwd": "0644", "/etc/passwd-": "0644", "/etc/group": "0644", "/etc/group-": "0644", "/etc/shadow": "0640",
    "/etc/shadow-": "0640", "/etc/gshadow": "0640", "/etc/gshadow-": "0640", "/etc/ssh/sshd_config": "0644",
    "/etc/ssh/ssh_host_rsa_key": "0600", "/etc/ssh/ssh_host_ed25519_key": "0600", "/etc/crontab": "0644",
    "/etc/cron.d": "0755", "/etc/cron.daily": "0755", "/etc/sudoers": "0440", "/etc/login.defs": "0644",
    "/etc/hosts": "0644", "/etc/issue": "0644", "/root": "0700", "/tmp": "1777",
}  # fmt: skip
SYSCTLS = (
    "net.ipv4.ip_forward", "net.ipv4.conf.all.accept_redirects", "net.ipv4.conf.all.send_redirects",
    "net.ipv4.conf.all.accept_source_route", "net.ipv4.conf.all.log_martians", "net.ipv4.conf.all.rp_filter",
    "net.ipv4.icmp_echo_ignore_broadcasts", "net.ipv4.tcp_syncookies", "kernel.randomize_va_space",
    "fs.protected_symlinks",
)  # fmt: skip
PACKAGES = ("openssh-server", "sudo", "cron", "rsyslog", "telnetd", "nis", "vsftpd", "xinetd", "ufw", "auditd")


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    about: str
    argv: Callable[[Place], list[str]]
    count: Callable[[Place, bytes], dict[str, int]]
    """From standard output, and what was left in SCRATCH: {evaluated: …, and what else the tool tells}."""
    runs: int
    ended: frozenset[int] = frozenset({0})
    """Exit codes of a run that reached its end."""
    prepare: Callable[[Place], None] = lambda place: None


def shieldwall() -> Tool:
    def argv(place: Place) -> list[str]:
        home = f"SHIELDWALL_HOME={SCRATCH}/home"
        scan = ["scan", "--policy", "server", "--fail-on", "never", "-q", "--output", f"{SCRATCH}/result.json"]
        return ["/usr/bin/env", f"PYTHONPATH={place.path}", home, place.python, "-c", MAIN, *scan]

    def count(place: Place, output: bytes) -> dict[str, int]:
        counts: dict[str, int] = json.loads(place.file(f"{SCRATCH}/result.json").read_bytes())["counts"]
        return {"evaluated": counts["pass"] + counts["fail"], **counts}

    return Tool("shieldwall", "scan --policy server, kept in the history", argv, count, runs=5)


def lynis() -> Tool:
    log = ["--logfile", f"{SCRATCH}/lynis.log", "--report-file", f"{SCRATCH}/lynis.dat"]

    def count(place: Place, output: bytes) -> dict[str, int]:
        report = place.file(f"{SCRATCH}/lynis.dat").read_text(errors="replace")
        tests = re.findall(r"^lynis_tests_done=(\d+)", report, re.MULTILINE)
        return {"evaluated": int(tests[0])}

    def argv(place: Place) -> list[str]:
        return ["lynis", "audit", "system", "--quick", "--no-colors", *log]

    return Tool("lynis", "audit system --quick", argv, count, runs=1)


def oscap() -> Tool:
    def argv(place: Place) -> list[str]:
        content = f"{place.tools}/usr/share/xml/scap/ssg/content/ssg-debian12-ds.xml"
        return ["oscap", "xccdf", "eval", "--profile", CIS, "--results", f"{SCRATCH}/oscap.xml", content]

    def count(place: Place, output: bytes) -> dict[str, int]:
        results = re.findall(rb"^Result\s+(\S+)", output, re.MULTILINE)
        counts = {name.decode(): results.count(name) for name in sorted(set(results))}
        return {"evaluated": counts.get("pass", 0) + counts.get("fail", 0), **counts}

    return Tool("oscap", "CIS level 1 server of the SCAP Security Guide", argv, count, 1, frozenset({0, 2}))


def goss() -> Tool:
    """As many plain asserts as fit its language: modes, kernel parameters and packages."""

    def prepare(place: Place) -> None:
        asked: dict[str, Any] = {
            "file": {path: {"exists": True, "mode": mode} for path, mode in FILES.items()},
            "kernel-param": {name: {"value": "1"} for name in SYSCTLS},
            "package": {name: {"installed": True} for name in PACKAGES},
        }
        place.file(f"{SCRATCH}/goss.json").write_text(json.dumps(asked))

    def argv(place: Place) -> list[str]:
        return [f"{place.tools}/usr/bin/goss", "-g", f"{SCRATCH}/goss.json", "validate", "--format", "json"]

    def count(place: Place, output: bytes) -> dict[str, int]:
        summary = json.loads(output)["summary"]
        return {"evaluated": int(summary["test-count"]), "fail": int(summary["failed-count"])}

    about = "validate: file modes, kernel parameters, packages"
    return Tool("goss", about, argv, count, 5, frozenset({0, 1}), prepare)


def available(tool: Tool, place: Place) -> bool:
    program = tool.argv(place)[0]
    folders = ("",) if program.startswith("/") else ("/usr/local/sbin", "/usr/sbin", "/usr/bin", "/usr/local/bin")
    return any(place.file(str(Path(folder) / program)).exists() for folder in folders)
