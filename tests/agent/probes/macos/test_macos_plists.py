"""Property lists that were made to hurt: an answer in bounded time and memory, and never a crash."""

import plistlib
import struct
import time
import tracemalloc
from pathlib import Path

import pytest
from mac_tree import good
from planted import NOW, planted

from agent import probes
from agent.looking.looked import UnreadableError
from agent.probes import plist
from agent.scan.collect import collect
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey
from shieldwall.checks.outcome import Reason

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
UPDATES = "/Library/Preferences/com.apple.SoftwareUpdate.plist"


def binary(objects: list[bytes], top: int = 0) -> bytes:
    """A binary list of objects as they are; references are one byte."""
    data, offsets = b"bplist00", []
    for item in objects:
        offsets.append(len(data))
        data += item
    table = b"".join(struct.pack(">I", at) for at in offsets)
    return data + table + struct.pack(">6xBBQQQ", 4, 1, len(objects), top, len(data))


def entities() -> bytes:
    lines = ['<!ENTITY a0 "ha">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))]
    return HEAD + f"<!DOCTYPE plist [{''.join(lines)}]><plist><string>&a11;</string></plist>".encode()


def nested(depth: int) -> bytes:
    return HEAD + b"<plist>" + b"<array>" * depth + b"</array>" * depth + b"</plist>"


WELL = plistlib.dumps({"a": 1, "b": [True, "x"]}, fmt=plistlib.FMT_BINARY)
HOSTILE = {
    "empty": b"",
    "truncated binary": WELL[:-9],
    "binary cut in the middle": WELL[: len(WELL) // 2],
    "truncated xml": plistlib.dumps({"a": 1})[:-20],
    "entities that multiply": entities(),
    "outside entity": HEAD
    + b'<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><plist><string>&x;</string></plist>',
    "a list that holds itself": binary([b"\xa1\x00"]),
    "a dictionary that holds itself": binary([b"\xd1\x01\x00", b"\x51a"]),
    "doubled forty times": binary([bytes([0xA2, n + 1, n + 1]) for n in range(40)] + [b"\x08"]),
    "a count of four thousand million": binary([b"\xaf\x13" + struct.pack(">Q", 2**32)]),
    "deep xml": nested(100_000),
    "deep binary": binary([bytes([0xA1, n + 1]) for n in range(200)] + [b"\x08"]),
    "noise": bytes(range(256)) * 64,
    "a number where a table was": HEAD + b"<plist><integer>" + b"9" * 5_000 + b"</integer></plist>",
    "a date that is none": HEAD + b"<plist><date>2026-13-41T99:99:99Z</date></plist>",
    "names that are no text": binary([b"\xd1\x01\x01", b"\xa0"]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_list_made_to_hurt_is_unknown_soon_and_takes_little(name: str) -> None:
    tracemalloc.start()
    began = time.monotonic()
    try:
        with pytest.raises(UnreadableError) as raised:
            plist.parse(HOSTILE[name], "x")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert raised.value.reason is Reason.PARSE
    assert time.monotonic() - began < 10
    assert peak < 128 * 2**20


def test_what_is_well_formed_is_read_whether_binary_or_not() -> None:
    value = {"on": True, "n": 3, "when": NOW.replace(tzinfo=None), "raw": b"\x00secret", "f": 1.5, "list": ["Łódź"]}
    for form in (plistlib.FMT_XML, plistlib.FMT_BINARY):
        assert plist.parse(plistlib.dumps(value, fmt=form), "x") == {
            "on": True, "n": 3, "when": "2026-11-01T12:00:00Z", "raw": {MARK: "unsupported"}, "f": 1.5, "list": ["Łódź"],
        }  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_mac_with_such_a_list_anywhere_is_unknown_and_stops_nothing(name: str, tmp_path: Path) -> None:
    mac = good()
    for path in mac.lists:
        if path.endswith(".plist"):
            mac.lists[path] = HOSTILE[name]
    host = mac.plant(tmp_path)
    keys = [
        FactKey.of(probe, args)
        for probe, args in [
            *((p, {}) for p in ("os", "updates", "malware", "firewall", "backup", "time_sync")),
            *(("account", {"part": part}) for part in ("users", "groups", "ids", "admins", "ssh_keys")),
            ("service", {"name": "com.openssh.sshd"}), ("package", {"name": "com.google.Chrome"}),
            ("config", {"app": "screen-lock"}), ("config", {"app": "preferences", "domain": "com.google.Chrome"}),
            ("config", {"file": UPDATES}),
        ]
    ]  # fmt: skip
    got = collect(keys, host)
    assert got.defects == {}
    reasons = {key.probe: fact.reason for key, fact in got.facts.items() if key.probe in ("os", "updates", "account")}
    assert reasons == dict.fromkeys(("os", "updates", "account"), Reason.PARSE)


def test_a_hundred_megabytes_are_not_read(tmp_path: Path) -> None:
    host = planted(tmp_path, {UPDATES: b"bplist00"})
    with (tmp_path / UPDATES.lstrip("/")).open("r+b") as file:
        file.truncate(100 * 2**20)
    mark = tmp_path / "System/Library/CoreServices/SystemVersion.plist"
    mark.parent.mkdir(parents=True)
    mark.write_bytes(plistlib.dumps({"ProductVersion": "15.1"}))
    key = FactKey.of("updates", {})
    assert collect([key], host).facts[key].reason is Reason.REFUSED


@pytest.mark.parametrize(
    "path",
    [
        "/private/var/db/dslocal/nodes/Default/users/ann.plist", "/var/db/dslocal/nodes/Default/users/ann.plist",
        "/System/Volumes/Data/private/var/db/dslocal/nodes/Default/users/ann.plist",
        "/system/volumes/DATA/Private/etc/master.passwd", "/private/etc/kcpassword", "/private/./etc/kcpassword",
        "/.vol/16777220/2", "/.nofollow/etc/kcpassword", "/System/Volumes/Data/Users/ann/Library/Mail/x.plist",
        "/Users/ann/Library/Preferences/com.apple.finder.plist", "/Library/Keychains/System.keychain",
        "/Library/Preferences/com.apple.wifi.known-networks.plist",
    ],
)  # fmt: skip
def test_no_check_reads_a_secret_of_a_mac_under_any_of_its_names(path: str, tmp_path: Path) -> None:
    host = good().plant(tmp_path)
    for probe, args in (("text", {"path": path, "pattern": "."}), ("config", {"file": path, "format": "plist"})):
        key = FactKey.of(probe, args)
        fact: Fact = probes.load(probe, "macos")([key], host)[key]
        assert fact.reason is Reason.REFUSED, (probe, fact)


def test_absent_is_not_unreadable(tmp_path: Path) -> None:
    mac = good()
    del mac.lists[UPDATES]
    host = mac.plant(tmp_path)
    key = FactKey.of("config", {"app": "preferences", "domain": "com.apple.SoftwareUpdate"})
    assert collect([key], host).facts[key].missing
    updates = FactKey.of("updates", {})
    value = collect([updates], host).facts[updates].value
    assert (value["last_run"], value["pending_security"]) == ({MARK: ABSENT}, {MARK: "stale"})
