"""Probe `os`: which operating system this is, and until when it is supported (os-release(5))."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.data.eol import end_of_life
from agent.probes.words import shell_words
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

FILES = ("/etc/os-release", "/usr/lib/os-release")
FAMILIES = {
    "debian": {"debian", "ubuntu"},
    "rhel": {"rhel", "fedora", "centos", "almalinux", "rocky", "ol"},
    "suse": {"suse", "sles", "opensuse"},
}
CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv", "/run/systemd/container")


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    fact = looked(lambda: _look(host))
    return dict.fromkeys(keys, fact)


def family(host: Host) -> str:
    """debian | rhel | suse | other; other also when os-release cannot be read."""
    try:
        _, fields = _release(host)
    except (AbsentError, UnreadableError):
        return "other"
    return _family(fields)


def _look(host: Host) -> Fact:
    source, fields = _release(host)
    version = fields.get("VERSION_ID", "")
    end = end_of_life(_distribution(fields), version)
    value: dict[str, Any] = {
        "id": fields.get("ID", "linux"),
        "id_like": fields.get("ID_LIKE", "").split(),
        "version": version or {MARK: ABSENT},
        "version_codename": fields.get("VERSION_CODENAME") or {MARK: ABSENT},
        "name": fields.get("PRETTY_NAME") or fields.get("NAME", "Linux"),
        "family": _family(fields),
        "kernel": host.text("/proc/sys/kernel/osrelease").strip() if host.live else unseen(Reason.UNSUPPORTED),
        "arch": os.uname().machine if host.live else unseen(Reason.UNSUPPORTED),
        "container": any(_there(host, mark) for mark in CONTAINER_MARKS),
        "eol": f"{end}T00:00:00Z" if end else {MARK: ABSENT},
    }
    return Fact.known(value, source=source)


def _release(host: Host) -> tuple[str, dict[str, str]]:
    for path in FILES:
        try:
            return path, _parse(host.text(path))
        except AbsentError:
            continue
    raise AbsentError(FILES[0])


def _parse(text: str) -> dict[str, str]:
    """Shell-like assignments; a line that a shell would refuse is left out."""
    fields: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if not equals or name.startswith("#"):
            continue
        try:
            fields[name] = " ".join(shell_words(value, comments=True))
        except ValueError:
            continue
    return fields


def _distribution(fields: Mapping[str, str]) -> str:
    name = fields.get("ID", "")
    return "centos-stream" if name == "centos" and "Stream" in fields.get("NAME", "") else name


def _family(fields: Mapping[str, str]) -> str:
    names = [fields.get("ID", ""), *fields.get("ID_LIKE", "").split()]
    for name in names:
        for group, members in FAMILIES.items():
            if name in members or name.partition("-")[0] in members:
                return group
    return "other"


def _there(host: Host, path: str) -> bool:
    try:
        return host.exists(path)
    except UnreadableError:
        return False
