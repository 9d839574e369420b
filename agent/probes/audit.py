"""Probe `audit`: the kernel's audit trail: installed, started with the host, and what its rules watch (auditctl(8))."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes import package, service
from agent.probes.config.base import drop_ins, numbered
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, unseen

FOLDER: Final = "/etc/audit/rules.d"
COMPILED: Final = "/etc/audit/audit.rules"
PACKAGES: Final = ("auditd", "audit")


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return dict.fromkeys(keys, looked(lambda: _look(host)))


def _look(host: Host) -> Fact:
    """{installed, enabled, active, rules, watches, calls, keys, locked}.

    rules: how many; watches: watched paths; calls: system calls; keys: names given with -k; locked: ends with -e 2.
    """
    names = FactKey.of("package", {"names": list(PACKAGES)})
    unit = FactKey.of("service", {"name": "auditd"})
    packages, units = package.collect([names], host)[names], service.collect([unit], host)[unit]
    value: dict[str, Any] = {
        "installed": unseen(packages.reason) if packages.reason else bool(packages.value),
        **{part: _part(units, part) for part in ("enabled", "active")},
        **_rules(host),
    }
    return Fact.known(value, source=FOLDER)


def _part(fact: Fact, name: str) -> Any:
    if fact.reason is not None:
        return unseen(fact.reason)
    return fact.value.get(name, {MARK: ABSENT}) if isinstance(fact.value, dict) else {MARK: ABSENT}


def _rules(host: Host) -> dict[str, Any]:
    try:
        lines = [words for words in _lines(host) if words]
    except UnreadableError as error:
        return dict.fromkeys(("rules", "watches", "calls", "keys", "locked"), unseen(error.reason))
    rules = [words for words in lines if words[0] in ("-w", "-a", "-A")]
    paths = [w for words in rules for w in (_after(words, "-w"), _field(words, "path"), _field(words, "dir")) if w]
    calls = {
        call for words in rules for i, word in enumerate(words[:-1]) if word == "-S" for call in words[i + 1].split(",")
    }
    marks = {key for words in rules for key in (_after(words, "-k"), _field(words, "key")) if key}
    switches = [words[1] for words in lines if words[0] == "-e" and len(words) > 1]
    return {
        "rules": len(rules), "watches": sorted(set(paths)), "calls": sorted(calls), "keys": sorted(marks),
        "locked": bool(switches) and switches[-1] == "2",
    }  # fmt: skip


def _lines(host: Host) -> Iterator[list[str]]:
    """augenrules joins the folder into the one file; without a folder the one file is what counts."""
    files = drop_ins(host, (FOLDER,), ".rules") or [COMPILED]
    for file in files:
        try:
            text = host.text(file)
        except AbsentError:
            continue
        for _, line in numbered(text):
            if not line.lstrip().startswith("#"):
                yield line.split()


def _after(words: Sequence[str], flag: str) -> str:
    return words[words.index(flag) + 1] if flag in words[:-1] else ""


def _field(words: Sequence[str], name: str) -> str:
    return next((word.partition("=")[2] for word in words if word.startswith(f"{name}=")), "")
