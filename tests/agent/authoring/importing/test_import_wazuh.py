"""Wazuh SCA policies become checks that say what the policy says; nothing of them is run."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import re2
from hypothesis import assume, given
from hypothesis import strategies as st
from planted import planted

from agent.authoring.importing import wazuh
from agent.authoring.importing.bringing import Brought, bring
from agent.authoring.importing.commands import of_command
from agent.authoring.importing.outline import Outline, UnsupportedError
from agent.authoring.importing.pattern import OSREGEX, PCRE2, translated, whole_line
from agent.authoring.library_check import faults_of_check
from agent.looking.host import Host
from agent.scan.collect import collect
from shieldwall.checks.expectation.evaluate import evaluate
from shieldwall.checks.expectation.test import fact_keys
from shieldwall.checks.judgement import EXAMPLE_MOMENT
from shieldwall.checks.outcome import Outcome
from shieldwall.errors import PackError
from shieldwall.packs.pack import load_folders


def policy(rules: list[str], condition: str = "all", more: str = "", head: str = "") -> bytes:
    listed = "".join(f"      - '{rule}'\n" for rule in rules)
    return (
        f'policy:\n  id: "own"\n{head}variables:\n  $conf: /etc/a.conf,/etc/b.conf\nchecks:\n  - id: 7\n    title: "Ours"\n'
        f"{more}    condition: {condition}\n    rules:\n{listed}"
    ).encode()


def outline(*rules: str, condition: str = "all", more: str = "", head: str = "") -> Outline:
    found = wazuh.read(policy(list(rules), condition, more, head), "own.yml")
    assert found.faults == ()
    return found.outlines[0]


def brought(tmp_path: Path, data: bytes) -> Brought:
    (tmp_path / "own.yml").write_bytes(data)
    out = bring("wazuh", tmp_path / "own.yml", tmp_path / "out")
    for file in (tmp_path / "out/checks").rglob("*.yaml"):
        assert faults_of_check(file) == []
    return out


def verdict(tmp_path: Path, files: dict[str, str], *rules: str, condition: str = "all", more: str = "") -> str:
    """Of the imported check on a tree with these files."""
    brought(tmp_path, policy(list(rules), condition, more))
    check = load_folders(tmp_path / "out/checks", None).check("wazuh-7")
    host = planted(tmp_path / "root", {"/etc/passwd": "", **files})
    bound = check.bind()
    facts = collect(list(fact_keys(bound.test)), host).facts
    return str(evaluate(bound.test, facts, EXAMPLE_MOMENT, check.missing).verdict.outcome)


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (r"f:/etc/a.conf -> r:^Port\s+22", "Port 22\n", "pass"),
        (r"f:/etc/a.conf -> r:^Port\s+22", "# Port 22\n", "fail"),
        (r"f:/etc/a.conf -> Port 22", "Port 22\n", "pass"),
        (r"f:/etc/a.conf -> Port 22", "Port 2222\n", "fail"),
        (r"f:/etc/a.conf -> !r:^# && r:Protocol && r:2", "# Protocol 2\nProtocol 1\n", "fail"),
        (r"f:/etc/a.conf -> !r:^# && r:Protocol && r:2", "# Protocol 2\nProtocol 1,2\n", "pass"),
        (r"not f:/etc/a.conf -> !r:^# && r:Port\.+22", "Port      22\n", "fail"),
        (r"not f:/etc/a.conf -> !r:^# && r:Port\.+22", "#Port 22\n", "pass"),
        (r"f:/etc/a.conf -> !r:Port", "Port 1\n", "fail"),
        (r"f:/etc/a.conf -> !r:Port", "Port 1\nOther\n", "pass"),
        (r"f:/etc/a.conf -> n:^Tries\s*\t*(\d+) compare <= 4", "Tries 4\n", "pass"),
        (r"f:/etc/a.conf -> n:^Tries\s*\t*(\d+) compare <= 4", "Tries 14\n", "fail"),
        (r"f:/etc/a.conf -> n:^Tries\s*\t*(\d+) compare <= 4", "Tries 5\nTries 4\n", "pass"),
        (r"f:/etc/a.conf -> !r:^# && n:len=(\d+) compare >= 12", "# len=20\nlen=8\n", "fail"),
        (r"f:/etc/a.conf -> !r:^# && n:len=(\d+) compare >= 12", "x len=120 y\n", "pass"),
        (r"f:/etc/a.conf", "", "pass"),
        (r"not f:/etc/none", "", "pass"),
        (r"f:!/etc/none;", "", "pass"),
        (r"f:/etc/none -> r:x", "", "unknown"),
        (r"f:$conf -> r:^x", "x\n", "pass"),
        (r"f:$conf -> r:^x", "y\n", "unknown"),
        (r"d:/etc", "", "pass"),
        (r"d:/etc/a.conf", "", "fail"),
        (r"not d:/etc -> a.conf", "", "fail"),
        (r"d:/etc -> r:\.conf$ -> r:^x", "x\n", "pass"),
        (r"f:/etc/shadow -> r:^root", "", "unknown"),
    ],
)
def test_a_rule_means_what_it_meant(tmp_path: Path, rule: str, text: str, expected: str) -> None:
    assert verdict(tmp_path, {"/etc/a.conf": text, "/etc/shadow": "root:x"}, rule) == expected


@pytest.mark.parametrize(
    ("condition", "expected"), [("all", "fail"), ("any", "pass"), ("none", "fail"), ("any required", "pass")]
)
def test_conditions_join_rules(tmp_path: Path, condition: str, expected: str) -> None:
    rules = ("f:/etc/a.conf", "f:/etc/none")
    assert verdict(tmp_path, {"/etc/a.conf": ""}, *rules, condition=condition) == expected


def test_both_dialects_of_patterns() -> None:
    assert re2.search(translated(r"a\.b", OSREGEX), "a-b") and not re2.search(translated("a.b", OSREGEX), "a-b")
    assert re2.search(translated("a.b", PCRE2), "a-b") and not re2.search(translated(r"a\.b", PCRE2), "a-b")
    assert re2.search(translated(r"[x]", OSREGEX), "[x]") and re2.search(translated(r"\w+@", OSREGEX), "a-b@")
    with pytest.raises(UnsupportedError, match="RE2"):
        translated(r"^(?!#)x", PCRE2)
    newer = outline(r"f:/etc/a -> r:(?i)^[ab]", more="    regex_type: pcre2\n")
    assert newer.rule.test["text"]["pattern"] == "^(.*?(?:(?i)^[ab]).*)$"
    assert (
        outline(r"f:/etc/a -> r:[ab]", head="  regex_type: pcre2\n").rule.test["text"]["pattern"] == "^(.*?(?:[ab]).*)$"
    )


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20))
def test_a_literal_line_is_found_and_nothing_else(line: str) -> None:
    assume(not any(a in "\\^$|()" and b in "+*" for a, b in pairwise(line)))  # `\$+` is a repetition in OSRegex
    found = whole_line(translated("".join(f"\\{c}" if c in "\\^$|()" else c for c in line), OSREGEX))
    match = re2.search(found, f"<{line}>")
    assert match is not None and match.group(1) == f"<{line}>"


KNOWN: list[tuple[str, str, dict[str, Any]]] = [
    ("sysctl net.ipv4.ip_forward", r"r:^net.ipv4.ip_forward\s*=\s*0$", {"kernel": {"sysctl": "net.ipv4.ip_forward"}, "get": "running", "expect": 0}),
    ("sysctl net.ipv4.ip_forward", r"r:=\s*0$", {"kernel": {"sysctl": "net.ipv4.ip_forward"}, "get": "running", "expect": 0}),
    ("sysctl -n kernel.kptr_restrict", r"n:^(\d+)$ compare >= 1", {"kernel": {"sysctl": "kernel.kptr_restrict"}, "get": "running", "expect": {"ge": 1}}),
    ("systemctl is-enabled cups", "r:^enabled", {"service": {"name": "cups"}, "get": "enabled", "expect": "enabled"}),
    ("systemctl is-enabled cups", "r:masked|disabled|No such file or directory", {"service": {"name": "cups"}, "get": "enabled", "expect": {"in": ["masked", "disabled", "absent"]}}),
    ("systemctl is-active cups", "r:^active", {"service": {"name": "cups"}, "get": "active", "expect": True}),
    ("sshd -T", r"r:^\s*PermitRootLogin\s*\t*no", {"config": {"app": "sshd"}, "get": "permitrootlogin", "expect": "no"}),
    ("sshd -T", r"n:^\s*maxauthtries\s+(\d+) compare <= 4", {"config": {"app": "sshd"}, "get": "maxauthtries", "expect": {"le": 4}}),
    ("sshd -T -C user=root", r"r:loglevel\s+(VERBOSE|INFO)", {"config": {"app": "sshd"}, "get": "loglevel", "expect": {"in": ["VERBOSE", "INFO"]}}),
    ("stat /etc/passwd", r"r:^Access: \(0644/-rw-r--r--\)\s*Uid:\s*\(\s*0/\s*root\)\s*Gid:\s*\(\s*0/\s*root\)$", {"file": {"path": "/etc/passwd"}, "expect": {"fields": {"mode": "0644", "uid": 0, "gid": 0}}}),
    ("dpkg-query -s telnetd", "r:is not installed", {"not": {"package": {"name": "telnetd"}, "expect": {"exists": True}}}),
    ("rpm -q aide", "r:^aide-", {"package": {"name": "aide"}, "expect": {"exists": True}}),
    ("modprobe -n -v cramfs", "r:install /bin/true|Module cramfs not found", {"kernel": {"module": "cramfs"}, "get": "disabled", "expect": True}),
    ("lsmod", "r:cramfs", {"kernel": {"module": "cramfs"}, "get": "loaded", "expect": True}),
]  # fmt: skip


@pytest.mark.parametrize(("command", "content", "test"), KNOWN)
def test_a_command_whose_answer_a_probe_knows_asks_the_probe(command: str, content: str, test: dict[str, Any]) -> None:
    assert of_command(command, content).test == test


@pytest.mark.parametrize(
    ("command", "content"),
    [
        ("cat /etc/passwd", "r:root"), ("sysctl -a", "r:x"), ("sysctl -w kernel.x=1", "r:1"), ("sshd -T", r"!r:^maxauthtries\s+4$"),
        ("systemctl is-enabled x", "r:able"), ("systemctl is-active x", "r:active"), ("stat /etc/x", "r:Access"), ("dpkg -l x", "r:x"),
        ("sh -c 'sshd -T'", "r:x"), ("sshd -T | grep x", r"r:permitrootlogin\s+no"), ("rpm -q 'x", "r:x"), ("modprobe x", "r:install /bin/true"),
    ],
)  # fmt: skip
def test_what_is_not_understood_for_certain_stays_unsupported(command: str, content: str) -> None:
    with pytest.raises(UnsupportedError):
        of_command(command, content)


def test_no_command_is_run_and_the_check_is_unknown(tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    out = brought(tmp_path, policy([f"c:touch {proof} -> r:x", f"c:$(touch {proof}) -> r:x", "p:$none"[:2] + "init"]))
    check = load_folders(tmp_path / "out/checks", None).check("wazuh-7")
    facts = collect(list(fact_keys(check.bind().test)), Host(root=tmp_path)).facts
    assert evaluate(check.bind().test, facts, EXAMPLE_MOMENT, check.missing).verdict.outcome is Outcome.UNKNOWN
    assert not proof.exists()
    assert [o.id for o in out.part] == ["wazuh-7"] and "not run" in "".join(out.report(verbose=False))


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("x:/etc/a", "no rule of type"), ("/etc/a", "begins with"), ("f:/etc/a->r:x", "blanks"), ("f: -> r:x", "empty"),
        ("f:$nobody", "not set"), ("p:x -> r:y", "process"), ("c:id", "command"), (r"f:/a -> n:(\d+) compare =< 3", "compare OP"),
        (r"f:/a -> n:\d+ compare < 3", "brackets"), ("f:/a -> x -> y", "one ' -> '"),
    ],
)  # fmt: skip
def test_a_malformed_rule_is_named_with_its_line_and_left_out(rule: str, says: str) -> None:
    found = wazuh.read(policy(["f:/etc/good", rule]), "own.yml")
    assert found.outlines == () and len(found.faults) == 1
    assert found.faults[0].startswith("own.yml:11: checks.0.rules.1: ") and says in found.faults[0]


def test_a_file_of_another_kind_is_refused_and_writes_nothing(tmp_path: Path) -> None:
    for data in (b"a: 1\n", b"checks: []\n", b"\xff\xfe", b"{{ x }}: [", policy(["x:y"])):
        (tmp_path / "own.yml").write_bytes(data)
        with pytest.raises(PackError):
            bring("wazuh", tmp_path / "own.yml", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_registry_rules_are_for_windows(tmp_path: Path) -> None:
    found = outline(r"r:HKEY_LOCAL_MACHINE\Software\X -> Limit -> 1", r"not r:HKEY_LOCAL_MACHINE\Software\Y")
    assert found.platform == "windows"
    assert found.rule.test["all"][0] == {
        "registry": {"key": r"HKEY_LOCAL_MACHINE\Software\X", "value": "Limit"},
        "get": "value",
        "expect": 1,
    }
