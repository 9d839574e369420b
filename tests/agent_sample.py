"""A small pack, a host as it was seen, and the result they give: what the agent's tests of reports share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from agent.records.waivers import Waiver
from agent.scan.result import ScanResult
from agent.scan.run import judged
from agent.scan.snapshot import Snapshot
from agent.scan.subject import Identity
from shieldwall.checks.fact import Fact
from shieldwall.checks.judgement import Subject
from shieldwall.checks.outcome import Reason
from shieldwall.packs.pack import Pack, compile_pack
from shieldwall.packs.policy import whole_library

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
RUN = "3f0d7b3e-9c1d-4e53-8a6e-0d5c3b6f2a11"

CHECK = """
id: {id}
rev: {rev}
title: {title}
why: {why}
topic: {topic}
theme: {theme}
scope: {scope}
severity: {severity}
gate: {gate}
platforms: {platforms}
test: {test}
on_missing: fail
max_age: 365d
fix:
  - {{platforms: [debian], text: Edit the file and reload., snippet: "Setting no\\n# then: systemctl reload it"}}
  - {{text: Change the setting.}}
effort: {effort}
refs: {{cis_v8_1: ["5.4"], nist_csf_2_0: [PR.AA-05]}}
lifecycle: stable
examples:
  - {{facts: {{"{key}": {{"?": absent}}}}, result: fail}}
  - {{facts: {{"{key}": {good}}}, result: pass}}
"""


def check(check_id: str, key: str, expect: str, good: str, **words: Any) -> tuple[str, bytes]:
    """One check file; key as a fact is written, such as `config(app=sshd)`."""
    probe, _, args = key.rstrip(")").partition("(")
    fields = {
        "id": check_id, "rev": 1, "title": f"{check_id} is as it should be", "why": "Because attackers try it first.",
        "topic": "sample", "theme": "access", "scope": "host", "severity": "medium", "gate": "false", "platforms": "[linux]",
        "effort": "minutes", "key": key, "good": good,
        "test": f"{{{probe}: {{{args.replace('=', ': ')}}}, {expect}}}",
    }  # fmt: skip
    filled = {**fields, **words}
    return f"checks/{filled['topic']}/{check_id}.yaml", CHECK.format_map(filled).encode()


SOURCES = [
    check(
        "ssh-root", "config(app=sshd)", "get: permitrootlogin, expect: no", "{permitrootlogin: no}",
        severity="critical", gate="true", title="Nobody can log in to root by SSH with a password",
    ),
    check("ssh-tries", "config(app=sshd)", "get: maxauthtries, expect: {le: 4}", '{maxauthtries: "3"}', severity="low"),
    check("fw-on", "firewall()", "get: active, expect: true", "{active: true}", theme="systems-network", effort="hours"),
    check(
        "no-telnet", "service(name=telnet)", "get: state, expect: stopped", "{state: stopped}",
        theme="device-protection", severity="high", effort="days",
    ),
    check(
        "patched", "updates()", "get: security, expect: {le: 0}", "{security: 0}", theme="updates", severity="high",
        topic="updates",
    ),
    check("shadow", "account(part=passwords)", "expect: {empty: true}", "[]", severity="high"),
    check(
        "restore-tested", "attest(question=restore-tested)", "expect: yes", "yes", scope="organisation",
        theme="backup-recovery", effort="hours", platforms="[any]",
    ),
    check(
        "staff-trained", "attest(question=staff)", "expect: yes", "yes", scope="organisation",
        theme="people-organisation", effort="days", platforms="[any]",
    ),
    check("win-only", "registry(key=HKLM)", "expect: {exists: true}", "1", platforms="[windows]"),
    check("broken", "mount(path=/tmp)", "get: options, expect: {has: nodev}", "{options: [nodev]}", severity="info"),
]  # fmt: skip

FACTS = {
    "config(app=sshd)": Fact.known(
        {"permitrootlogin": "yes", "maxauthtries": "6"},
        source="/etc/ssh/sshd_config",
        origins={"permitrootlogin": "/etc/ssh/sshd_config.d/10-lab.conf:3", "maxauthtries": "built-in default"},
    ),
    "firewall()": Fact.known({"active": True}, source="nft"),
    "service(name=telnet)": Fact.known({"state": "running"}, source="systemd"),
    "updates()": Fact.known({"security": 0}, source="/var/lib/apt/lists"),
    "account(part=passwords)": Fact.unknown(Reason.PRIVILEGE, "/etc/shadow is not readable for this user"),
    "attest(question=restore-tested)": Fact.known("yes", source="answer of Anna Weber, 2026-01-15"),
    "attest(question=staff)": Fact.unknown(Reason.UNANSWERED, "nobody answered yet"),
}
WAIVER = Waiver("no-telnet", "Anna Weber", "the old lathe speaks nothing else", AT, date(2026, 6, 30))


def sample_pack() -> Pack:
    return replace(compile_pack(SOURCES), version="1.0.0")


def sample_snapshot(**facts: Fact) -> Snapshot:
    """facts: text of a fact key -> what was seen instead."""
    seen = {**FACTS, **facts}
    keys = {str(key): key for item in whole_library(sample_pack()).selected for key in item.bound.keys()}  # noqa: SIM118
    return Snapshot(
        AT,
        Identity(Subject("debian", "server"), "Debian GNU/Linux 12 (bookworm)", "büro-1"),
        elevated=False,
        live=True,
        facts={keys[text]: fact for text, fact in seen.items()},
        defects={"mount": "KeyError at mount.py:12: 'options'"},
    )


def sample_result(snapshot: Snapshot | None = None, *, waivers: bool = True) -> ScanResult:
    pack = sample_pack()
    return judged(
        whole_library(pack), pack, snapshot or sample_snapshot(), {"no-telnet": WAIVER} if waivers else {},
        run=RUN, now=AT + timedelta(seconds=2.25),
    )  # fmt: skip
