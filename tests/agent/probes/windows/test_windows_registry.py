"""Hives of a tree: values with their types, what was never written, what may not be seen, and files that lie."""

import base64
import random
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import Any

import pytest
from hive_writer import Typed, write
from windows_tree import ANN, CONFIG, profile, windows_tree

from agent.looking.host import Host
from agent.probes.windows.base import registry_of
from agent.probes.windows.registry import collect
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

LSA = r"HKLM\SYSTEM\CurrentControlSet\Control\Lsa"
LSA_IN_1 = r"ControlSet001\Control\Lsa"


def fact(host: Host, **args: Any) -> Fact:
    key = FactKey.of("registry", args)
    return collect([key], host)[key]


def value(host: Host, **args: Any) -> Any:
    return fact(host, **args).value["value"]


@pytest.mark.parametrize(
    ("written", "told", "kind"),
    [
        (5, 5, "dword"), ("Größe Łódź", "Größe Łódź", "sz"), (["a", "bb"], ["a", "bb"], "multi_sz"),
        (b"\1\2", "0102", "binary"), (Typed(11, (2**40).to_bytes(8, "little")), 2**40, "qword"),
        (Typed(5, b"\0\0\0\7"), 7, "dword"), (Typed(2, "%SystemRoot%\0".encode("utf-16-le")), "%SystemRoot%", "expand_sz"),
        (Typed(1, "no end".encode("utf-16-le")), "no end", "sz"), (Typed(4, b"\1\2"), {"?": "parse"}, "dword"),
        ("x" * 5000, "x" * 1024, "sz"), (b"\0" * 70_000, {"?": "parse"}, "binary"), (Typed(1, b""), "", "sz"),
        (Typed(99, b"\7"), "07", "other"),
    ],
)  # fmt: skip
def test_each_kind_is_told_as_what_it_is(tmp_path: Path, written: Any, told: Any, kind: str) -> None:
    host = windows_tree(tmp_path, SYSTEM={LSA_IN_1: {"V": written}})
    assert fact(host, key=LSA, value="v").value == {
        "value": told, "type": kind, "written": True, "default": False, "key": LSA,
    }  # fmt: skip


def test_what_was_never_written_takes_the_default_that_the_check_declares(tmp_path: Path) -> None:
    host = windows_tree(tmp_path, SYSTEM={LSA_IN_1: {"Other": 1}})
    assert fact(host, key=LSA, value="Gone").missing
    assert fact(host, key=LSA + r"\No\Such", value="Gone").missing
    told = fact(host, key=LSA, value="Gone", default=3)
    assert (told.value["value"], told.value["default"], told.value["written"]) == (3, True, False)
    assert told.source.endswith("(never written)")


def test_the_control_set_is_the_one_that_is_in_use(tmp_path: Path) -> None:
    host = windows_tree(tmp_path, SYSTEM={LSA_IN_1: {"V": 1}, r"ControlSet002\Control\Lsa": {"V": 2}})
    assert value(host, key=LSA, value="V") == 1
    two = write({"Select": {"Current": 2}, "ControlSet002": {"Control": {"Lsa": {"V": 2}}}})
    (tmp_path / CONFIG / "SYSTEM").write_bytes(two)
    assert value(Host(root=tmp_path), key=LSA, value="V") == 2
    (tmp_path / CONFIG / "SYSTEM").write_bytes(write({"ControlSet001": {"Control": {"Lsa": {"V": 1}}}}))
    assert fact(Host(root=tmp_path), key=LSA, value="V", default=1).value["default"] is True


def test_a_policy_stands_before_a_preference(tmp_path: Path) -> None:
    keys = [r"HKLM\SOFTWARE\Policies\X", r"HKLM\SOFTWARE\X"]
    host = windows_tree(tmp_path, SOFTWARE={r"Policies\X": {"On": 0}, "X": {"On": 1, "Only": 7}})
    assert fact(host, keys=keys, value="On").value["key"] == keys[0]
    assert value(host, keys=keys, value="On") == 0
    assert value(host, keys=keys, value="Only") == 7


def test_names_of_keys_values_files_and_roots_have_no_case(tmp_path: Path) -> None:
    names = {"SYSTEM": "WINDOWS/system32/CONFIG/system", "SOFTWARE": "WINDOWS/system32/CONFIG/Software"}
    host = windows_tree(tmp_path, names=names, SYSTEM={LSA_IN_1: {"LmLevel": 5}})
    assert host.system == "windows"
    assert value(host, key=r"HKEY_LOCAL_MACHINE\System\currentcontrolset\CONTROL\lsa", value="LMLEVEL") == 5


def test_the_view_of_32_bit_programs(tmp_path: Path) -> None:
    host = windows_tree(tmp_path, SOFTWARE={"X": {"V": 64}, r"WOW6432Node\X": {"V": 32}})
    assert [value(host, key=r"HKLM\SOFTWARE\X", value="V", view=view) for view in ("64", "32")] == [64, 32]


def test_each_person_has_settings_of_their_own(tmp_path: Path) -> None:
    other = ANN[:-1] + "2"
    host = windows_tree(
        tmp_path,
        SOFTWARE={**profile(ANN, "Ann"), **profile(other, "Bob"), **profile("S-1-5-18", "x")},
        Ann={r"Control Panel\Desktop": {"ScreenSaveTimeOut": "600"}}, Bob={"Software": {}},
    )  # fmt: skip
    asked = {"key": r"HKU\*\Control Panel\Desktop", "value": "ScreenSaveTimeOut"}
    assert [row["value"] for row in fact(host, **asked).value] == ["600"]
    assert [row["value"] for row in fact(host, **asked, default="900").value] == ["600", "900"]
    (tmp_path / "Users/Ann/NTUSER.DAT").unlink()
    (tmp_path / "Users/Bob/NTUSER.DAT").write_bytes(b"regf")
    assert fact(Host(root=tmp_path), **asked).value == [{"?": "parse"}]


def test_a_star_stands_for_each_key_there(tmp_path: Path) -> None:
    host = windows_tree(tmp_path, SYSTEM={r"ControlSet001\I\a": {"V": 1}, r"ControlSet001\I\b": {}})
    rows = fact(host, key=r"HKLM\SYSTEM\CurrentControlSet\I\*", value="V", default=0).value
    assert [(row["key"][-1], row["value"]) for row in rows] == [("a", 1), ("b", 0)]
    assert fact(host, key=r"HKLM\SYSTEM\CurrentControlSet\None\*", value="V").value == []


def test_a_key_tells_names_and_no_contents(tmp_path: Path) -> None:
    host = windows_tree(tmp_path, SOFTWARE={r"X\Below": {}, "X": {"B": "secret", "A": 1}})
    assert fact(host, key=r"HKLM\SOFTWARE\X").value == {"values": ["A", "B"], "keys": ["Below"]}


@pytest.mark.parametrize(
    "key",
    [
        r"HKLM\SAM\SAM\Domains\Account", r"HKLM\sam", r"HKEY_LOCAL_MACHINE\SECURITY\Policy\Secrets",
        r"HKLM\\SAM\\SAM", r"\HKLM\SAM\SAM", r"HKLM\SYSTEM\CurrentControlSet\Services\SNMP\Parameters\ValidCommunities",
        r"HKU\*\Software\Microsoft\Windows\CurrentVersion\Explorer\RecentDocs", r"HKU\*\Software\SimonTatham\PuTTY\Sessions\*",
        r"HKU\S-1-5-21-1-2-3-1001", r"HKU\*\Software\Microsoft\Office\16.0\..\..\X", r"HKU\*",
    ],
)  # fmt: skip
def test_no_check_looks_where_secrets_and_private_matters_lie(tmp_path: Path, key: str) -> None:
    host = windows_tree(
        tmp_path, SAM={"SAM": {"V": "x"}}, SECURITY={"Policy": {}}, SOFTWARE=profile(ANN, "Ann"), Ann={}
    )
    assert fact(host, key=key, value="V").reason is Reason.REFUSED or fact(host, key=key, value="V").value == []


def test_a_password_is_there_and_is_never_told(tmp_path: Path) -> None:
    winlogon = r"Microsoft\Windows NT\CurrentVersion\Winlogon"
    host = windows_tree(tmp_path, SOFTWARE={winlogon: {"DefaultPassword": "hunter2", "PasswordExpiryWarning": 5}})
    told = fact(host, key="HKLM\\SOFTWARE\\" + winlogon, value="DefaultPassword")
    assert told.value["value"] == {"?": "refused"}
    assert told.value["written"] is True
    assert "hunter2" not in str(told)
    assert value(host, key="HKLM\\SOFTWARE\\" + winlogon, value="PasswordExpiryWarning") == 5


def test_a_hive_that_may_not_be_read_is_unknown_and_never_absent(tmp_path: Path) -> None:
    host = windows_tree(tmp_path, SOFTWARE={"X": {"V": 1}})
    file = tmp_path / CONFIG / "SOFTWARE"
    file.unlink()
    file.mkdir()
    assert fact(host, key=r"HKLM\SOFTWARE\X", value="V", default=1).reason is Reason.REFUSED
    file.rmdir()
    file.symlink_to("/dev/zero")
    assert (
        fact(Host(root=tmp_path), key=r"HKLM\SOFTWARE\X", value="V", default=1).reason is None
    )  # a link to nothing here
    assert fact(Host(root=tmp_path), key=r"HKLM\SOFTWARE\X", value="V").missing


def test_hivex_reads_the_same_from_the_same_file(tmp_path: Path) -> None:
    """libhivex is the judge: another reader, by other people."""
    tree = {
        "A": {"n": 5, "s": "Größe Łódź", "b": b"\0\1\2", "big": b"y" * 40_000, "q": Typed(11, b"\1" + bytes(7)), "Ł": {}},
        "Many": {f"key {at:04}": {"at": at} for at in range(1200)},
    }  # fmt: skip
    host = windows_tree(tmp_path, SOFTWARE=tree)
    listed = subprocess.run(["hivexml", tmp_path / CONFIG / "SOFTWARE"], capture_output=True, check=True, timeout=60)
    registry, seen = registry_of(host), 0

    def compare(node: xml.Element, path: str) -> None:
        nonlocal seen
        here = registry.key(path) if path != r"HKLM\SOFTWARE" else None
        if here:
            assert sorted(child.attrib["name"] for child in node.findall("node")) == sorted(here.keys)
            for one in node.findall("value"):
                data = here.values[one.attrib["key"].lower()].data
                text = one.attrib["value"]
                assert data == (base64.b64decode(text) if one.attrib["type"] == "binary" else type(data)(text))  # type: ignore[operator]
                seen += 1
        for child in node.findall("node"):
            compare(child, f"{path}\\{child.attrib['name']}")

    top = xml.fromstring(listed.stdout).find("node")
    assert top is not None
    compare(top, r"HKLM\SOFTWARE")
    assert seen == 1205


@pytest.mark.parametrize("seed", range(4))
def test_a_hive_that_was_tampered_with_ends_in_an_answer_and_soon(tmp_path: Path, seed: int) -> None:
    whole = write({"X": {"V": 5, "S": "text", "Big": b"y" * 40_000}, "Many": {f"k{i}": {"v": i} for i in range(600)}})
    dice, reasons = random.Random(seed), set()
    started = time.monotonic()
    host = windows_tree(tmp_path)
    for _ in range(250):
        bent = bytearray(whole)
        if dice.random() < 0.2:
            bent = bent[: dice.randrange(len(bent))]
        for _ in range(dice.randrange(1, 20)):
            near = 4096 + dice.randrange(1024) if dice.random() < 0.6 else dice.randrange(len(whole))
            if near < len(bent):
                bent[near] = dice.choice((0, 255, dice.randrange(256)))
        (tmp_path / CONFIG / "SOFTWARE").write_bytes(bent)
        host = Host(root=tmp_path)
        for asked in (
            {"key": r"HKLM\SOFTWARE\X", "value": "V"},
            {"key": r"HKLM\SOFTWARE\Many"},
            {"key": r"HKLM\SOFTWARE\*\x"},
        ):
            reasons.add(fact(host, **asked).reason)
    assert time.monotonic() - started < 60
    assert reasons <= {None, Reason.PARSE, Reason.REFUSED}
    assert Reason.PARSE in reasons


@pytest.mark.parametrize("patch", ["self", "parent", "list"])
def test_keys_that_contain_themselves_end(tmp_path: Path, patch: str) -> None:
    whole = bytearray(write({"A": {"B": {"C": {"V": 1}}}}))
    lists = [at for at in range(4096, len(whole) - 2) if whole[at : at + 2] == b"lh"]
    keys = [at - 4 - 4096 for at in range(4096, len(whole) - 2) if whole[at : at + 2] == b"nk"]
    for at in lists:
        target = {"self": keys[0], "parent": keys[-1], "list": at - 4 - 4096}[patch]
        whole[at + 4 : at + 8] = target.to_bytes(4, "little")
        if patch == "list":
            whole[at : at + 2] = b"ri"
    host = windows_tree(tmp_path)
    (tmp_path / CONFIG / "SOFTWARE").write_bytes(whole)
    started = time.monotonic()
    told = fact(host, key=r"HKLM\SOFTWARE\A" + r"\A" * 200, value="V")
    assert told.missing or told.reason is Reason.PARSE
    assert time.monotonic() - started < 10


def test_without_the_reader_of_hives_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = windows_tree(tmp_path, SYSTEM={LSA_IN_1: {"V": 1}})
    monkeypatch.setitem(sys.modules, "pyregf", None)
    told = fact(host, key=LSA, value="V", default=1)
    assert told.reason is Reason.TOOL
    assert "shieldwall[windows-offline]" in told.detail
