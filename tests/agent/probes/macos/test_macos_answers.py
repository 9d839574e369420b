"""Answers of Apple's tools, as their manual pages and users show them, through the parsers that a live scan uses."""

import plistlib
from collections.abc import Callable

import pytest

from agent.looking.commands import CommandResult
from agent.looking.looked import UnreadableError
from agent.probes.macos import disk_encryption, firewall, launchd, listen, malware, mandatory_access, mdm, screen_lock
from agent.probes.macos.directory import records_of
from agent.probes.macos.listen import Socket
from shieldwall.checks.fact import ABSENT, MARK
from shieldwall.checks.outcome import Reason

CUSTOM = """System Integrity Protection status: unknown (Custom Configuration).

Configuration:
\tApple Internal: disabled
\tKext Signing: disabled
"""
ENCRYPTING = "FileVault is On.\nEncryption in progress: Percent completed = 47.3\n"
NOT_YET = "FileVault is Off.\nDeferred enablement appears to be active for user 'ann'.\n"
CASES: list[tuple[Callable[[str], object], str, object]] = [
    (disk_encryption.state_of, "FileVault is On.\n", "encrypted"),
    (disk_encryption.state_of, "FileVault is Off.\n", "plain"),
    (disk_encryption.state_of, ENCRYPTING, "plain"),
    (disk_encryption.state_of, "Decryption in progress: Percent completed = 12\n", "plain"),
    (disk_encryption.state_of, NOT_YET, "plain"),
    (mandatory_access.state_of, "System Integrity Protection status: enabled.\n", "enabled"),
    (mandatory_access.state_of, "System Integrity Protection status: disabled.\n", "disabled"),
    (mandatory_access.state_of, CUSTOM, "custom"),
    (firewall.state_of, "Firewall is enabled. (State = 1)\n", 1),
    (firewall.state_of, "Firewall is disabled. (State = 0)\n", 0),
    (firewall.state_of, "Firewall is blocking all non-essential incoming connections. (State = 2)\n", 2),
    (firewall.stealth_of, "Firewall stealth mode is on\n", True),
    (firewall.stealth_of, "Stealth mode disabled \n", False),
    (firewall.stealth_of, "", {MARK: "parse"}),
    (mdm.state_of, "Enrolled via DEP: No\nMDM enrollment: Yes (User Approved)\n", (True, True)),
    (mdm.state_of, "Enrolled via DEP: No\nMDM enrollment: Yes\n", (True, False)),
    (mdm.state_of, "Enrolled via DEP: Yes\nMDM enrollment: No\n", (False, False)),
    (screen_lock.lock_of, "2026-11-01 12:00:00.000 sysadminctl[1:2] screenLock delay is immediate\n", (True, 0)),
    (screen_lock.lock_of, "sysadminctl[1:2] screenLock delay is 300 seconds\n", (True, 300)),
    (screen_lock.lock_of, "sysadminctl[1:2] screenLock is off\n", (False, {MARK: ABSENT})),
    (screen_lock.lock_of, "?", ({MARK: "parse"}, {MARK: "parse"})),
    (launchd.running, "PID\tStatus\tLabel\n-\t0\tcom.apple.a\n312\t0\tcom.openssh.sshd\n", frozenset({"com.openssh.sshd"})),
]  # fmt: skip


@pytest.mark.parametrize(("parse", "answer", "meant"), CASES)
def test_an_answer_is_understood(parse: Callable[[str], object], answer: str, meant: object) -> None:
    assert parse(answer) == meant


@pytest.mark.parametrize(
    "parse", [disk_encryption.state_of, mandatory_access.state_of, firewall.state_of, mdm.state_of]
)
@pytest.mark.parametrize("answer", ["", "usage: tool [verb]\n", "FileVault ist aktiviert.\n", "enabled", "Yes"])
def test_any_other_answer_is_unknown_and_no_guess(parse: Callable[[str], object], answer: str) -> None:
    with pytest.raises(UnreadableError) as raised:
        parse(answer)
    assert raised.value.reason is Reason.PARSE


@pytest.mark.parametrize(
    ("output", "errors", "on"),
    [("assessments enabled\n", "", True), ("assessments disabled\n", "", False), ("", "assessments disabled\n", False)],
)
def test_gatekeeper_answers_on_either_stream(output: str, errors: str, on: bool) -> None:
    assert malware.assessed(CommandResult(0, output, errors)) is on


def test_the_directory_tells_the_same_records_as_its_files() -> None:
    answer = plistlib.dumps([
        {"dsAttrTypeStandard:RecordName": ["ann", "Änne"], "dsAttrTypeStandard:UniqueID": ["501"],
         "dsAttrTypeNative:IsHidden": ["1"], "dsAttrTypeStandard:AuthenticationAuthority": [";ShadowHash;"]},
    ])  # fmt: skip
    assert records_of(answer) == [
        {"name": ["ann", "Änne"], "uid": ["501"], "IsHidden": ["1"], "authentication_authority": [";ShadowHash;"]}
    ]
    with pytest.raises(UnreadableError):
        records_of(b"No such key: UniqueID")


def test_listeners_are_told_as_on_linux() -> None:
    found = listen.rows(
        [
            Socket("tcp", "::ffff:10.0.0.1", 445, "smbd"), Socket("tcp", "fe80::1%en0", 22, "launchd"),
            Socket("tcp", "::1", 631, "cupsd"), Socket("tcp", "::1", 631, "cupsd"), Socket("udp", "", 5353, ""),
        ]
    )  # fmt: skip
    assert [(r["address"], r["port"], r["loopback"], r["process"]) for r in found] == [
        ("fe80::1", 22, False, "launchd"), ("10.0.0.1", 445, False, "smbd"), ("::1", 631, True, "cupsd"),
        ("::", 5353, False, {MARK: "privilege"}),
    ]  # fmt: skip
