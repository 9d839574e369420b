"""What each probe makes of the hives of a Windows 11, and of the ways in which one may be set otherwise."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sam_writer import domain, filetime, sam, user
from windows_systems import NOW, SID, Typed, windows

from agent.looking.host import Host
from agent.probes.data.windows_eol import TABLE, end_of_updates
from agent.probes.windows.base import Key
from agent.probes.windows.disk_encryption import state
from agent.probes.windows.malware import product
from agent.probes.windows.updates import _patch_day, _waits
from agent.scan.collect import collect
from agent.scan.subject import detect_role, identify
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

SERVICES = r"ControlSet001\Services"
RULES = rf"{SERVICES}\SharedAccess\Parameters\FirewallPolicy"
AU = r"Policies\Microsoft\Windows\WindowsUpdate\AU"
VERSION = r"Microsoft\Windows\CurrentVersion"
NT = r"Microsoft\Windows NT\CurrentVersion"


def fact(host: Host, probe: str, **args: Any) -> Fact:
    key = FactKey.of(probe, args)
    found = collect([key], host)
    assert found.defects == {}
    return found.facts[key]


def changed(root: Path, hive: str, key: str, values: dict[str, Any] | None) -> Host:
    return windows(root, change={hive: {key: values}})


def test_the_system_and_its_role(tmp_path: Path) -> None:
    host = windows(tmp_path)
    told = fact(host, "os")
    assert (told.value["name"], told.value["family"], told.value["build"]) == ("Windows 11 Pro", "windows", 26100)
    assert told.value["eol"] == "2026-10-13T00:00:00Z"
    who = identify(host, told, None)
    assert (who.subject.family, who.subject.role, who.name) == ("windows", "workstation", "PC-01")
    server = changed(tmp_path / "s", "SYSTEM", r"ControlSet001\Control\ProductOptions", {"ProductType": "ServerNT"})
    assert detect_role(server) == "server"
    older = changed(tmp_path / "o", "SOFTWARE", NT, {"CurrentBuild": "19045", "EditionID": "Enterprise"})
    assert fact(older, "os").value["name"] == "Windows 10 Pro"
    odd = changed(tmp_path / "x", "SOFTWARE", NT, {"CurrentBuild": "99999"})
    assert fact(odd, "os").value["eol"] == {"?": "absent"}


@pytest.mark.parametrize(
    ("build", "edition", "day"),
    [
        (19045, "Core", "2025-10-14"), (19044, "Professional", "2023-06-13"), (19044, "EnterpriseS", "2027-01-12"),
        (22631, "Professional", "2025-11-11"), (22631, "Enterprise", "2026-11-10"), (17763, "ServerStandard", "2029-01-09"),
        (20348, "ServerDatacenter", "2031-10-14"), (22621, "ServerRdsh", "2025-10-14"), (1, "Core", None),
        (19045, "ServerStandard", None),
    ],
)  # fmt: skip
def test_updates_of_a_build_end_by_its_edition(build: int, edition: str, day: str | None) -> None:
    assert end_of_updates(build, edition) == day


def test_the_table_of_ends_is_in_order() -> None:
    days = [day for row in TABLE.values() for day in row if day]
    assert all(datetime.fromisoformat(day).weekday() in (1, 4) for day in days)  # patch days; one server ended a Friday
    assert list(TABLE) == sorted(TABLE)
    assert all(pro <= more for pro, more, *_ in TABLE.values() if pro and more)


@pytest.mark.parametrize(
    ("hive", "key", "values", "expected"),
    [
        ("SYSTEM", RULES, {}, ("drop", True)),
        ("SYSTEM", rf"{RULES}\PublicProfile", {"EnableFirewall": 0}, ("accept", True)),
        ("SYSTEM", rf"{RULES}\PublicProfile", {"DefaultInboundAction": 0}, ("accept", True)),
        ("SYSTEM", rf"{RULES}\PublicProfile", {"DefaultInboundAction": 1}, ("drop", True)),
        ("SYSTEM", rf"{RULES}\PublicProfile", None, ("drop", True)),
        ("SOFTWARE", r"Policies\Microsoft\WindowsFirewall\PrivateProfile", {"EnableFirewall": 0}, ("accept", True)),
        ("SOFTWARE", r"Policies\Microsoft\WindowsFirewall\StandardProfile", {"EnableFirewall": 0}, ("accept", True)),
        ("SOFTWARE", r"Policies\Microsoft\WindowsFirewall\DomainProfile", {"EnableFirewall": 1}, ("drop", True)),
        ("SYSTEM", rf"{SERVICES}\MpsSvc", {"Start": 4}, ("accept", False)),
        ("SYSTEM", rf"{SERVICES}\MpsSvc", None, ("accept", False)),
    ],
)  # fmt: skip
def test_the_firewall_is_as_weak_as_its_weakest_profile(
    tmp_path: Path, hive: str, key: str, values: dict[str, Any] | None, expected: tuple[str, bool]
) -> None:
    told = fact(changed(tmp_path, hive, key, values), "firewall").value
    assert (told["inbound"], told["active"]) == expected


def test_a_policy_switches_on_what_a_setting_switched_off(tmp_path: Path) -> None:
    change = {
        "SYSTEM": {rf"{RULES}\PublicProfile": {"EnableFirewall": 0}},
        "SOFTWARE": {r"Policies\Microsoft\WindowsFirewall\PublicProfile": {"EnableFirewall": 1}},
    }
    assert fact(windows(tmp_path, change=change), "firewall").value["inbound"] == "drop"


@pytest.mark.parametrize(
    ("rule", "opens"),
    [
        ("Action=Allow|Active=TRUE|Dir=In|Name=@x.dll,-1|", True), ("Action=Allow|Active=TRUE|Dir=In|Profile=Public|Protocol=6|", True),
        ("Action=Allow|Active=TRUE|Dir=In|Profile=Domain|", False), ("Action=Allow|Active=FALSE|Dir=In|", False),
        ("Action=Block|Active=TRUE|Dir=In|", False), ("Action=Allow|Active=TRUE|Dir=Out|", False),
        ("Action=Allow|Active=TRUE|Dir=In|LPort=3389|", False), ("Action=Allow|Active=TRUE|Dir=In|App=C:\\x.exe|", False),
        ("Action=Allow|Active=TRUE|Dir=In|RA4=LocalSubnet|", False), ("", False), ("|||=|", False),
    ],
)  # fmt: skip
def test_a_rule_that_narrows_nothing_lets_everybody_in(tmp_path: Path, rule: str, opens: bool) -> None:
    host = changed(tmp_path, "SYSTEM", rf"{RULES}\FirewallRules", {"{x}": f"v2.33|{rule}"})
    assert fact(host, "firewall").value["any_any"] is opens


@pytest.mark.parametrize(
    ("hive", "key", "values", "automatic"),
    [
        ("SOFTWARE", AU, {}, True), ("SOFTWARE", AU, {"NoAutoUpdate": 1}, False), ("SOFTWARE", AU, {"AUOptions": 2}, False),
        ("SOFTWARE", AU, {"AUOptions": 3}, False), ("SOFTWARE", AU, {"AUOptions": 4}, True), ("SOFTWARE", AU, {"AUOptions": 5}, {"?": "unsupported"}),
        ("SYSTEM", rf"{SERVICES}\wuauserv", {"Start": 4}, False),
        ("SOFTWARE", r"Microsoft\WindowsUpdate\UX\Settings", {"PauseUpdatesExpiryTime": "2026-02-01T08:00:00Z"}, False),
        ("SOFTWARE", r"Microsoft\WindowsUpdate\UX\Settings", {"PauseUpdatesExpiryTime": "2026-01-01T08:00:00Z"}, True),
        ("SOFTWARE", r"Microsoft\WindowsUpdate\UX\Settings", {"PauseUpdatesExpiryTime": "soon"}, True),
    ],
)  # fmt: skip
def test_windows_updates_itself_unless_told_not_to(
    tmp_path: Path, hive: str, key: str, values: dict[str, Any], automatic: Any
) -> None:
    assert fact(changed(tmp_path, hive, key, values), "updates").value["automatic"]["security"] == automatic


def test_the_newest_cumulative_update_says_since_when_one_waits(tmp_path: Path) -> None:
    told = fact(windows(tmp_path), "updates").value
    assert (told["last_run"], told["oldest_security_days"]) == ("2026-01-15T09:00:00Z", 0)
    package = (
        rf"{VERSION}\Component Based Servicing\Packages\Package_for_RollupFix~31bf3856ad364e35~amd64~~26100.4061.1.8"
    )
    staged = changed(tmp_path / "staged", "SOFTWARE", package, {"CurrentState": 0x40})
    told = fact(staged, "updates").value
    assert (told["last_run"], told["oldest_security_days"]) == ("2025-12-11T09:00:00Z", 6)
    without = windows(
        tmp_path / "none", change={"SOFTWARE": {package: None, package.replace("4061.1.8", "3000.1.2"): None}}
    )
    assert fact(without, "updates").value["oldest_security_days"] == {"?": "unsupported"}


def test_patch_days_are_second_tuesdays() -> None:
    days = {(2026, 1): 13, (2026, 2): 10, (2026, 9): 8, (2026, 12): 8, (2025, 7): 8, (2025, 4): 8, (2024, 10): 8}
    assert {month: _patch_day(*month).day for month in days} == days
    december = datetime(2025, 12, 9, 19, tzinfo=UTC)
    assert _waits(december, datetime(2026, 1, 13, 17, tzinfo=UTC)) == 0
    assert _waits(december, datetime(2026, 1, 20, 19, tzinfo=UTC)) == 7
    assert _waits(december - timedelta(hours=2), datetime(2026, 1, 20, 19, tzinfo=UTC)) == 42


def test_a_restart_is_due_since_its_key_is_there(tmp_path: Path) -> None:
    assert fact(windows(tmp_path), "updates").value["reboot_required"] is False
    host = changed(tmp_path / "due", "SOFTWARE", rf"{VERSION}\WindowsUpdate\Auto Update\RebootRequired", {"x": 1})
    told = fact(host, "updates").value
    assert told["reboot_required"] is True
    assert told["reboot_required_since"] == "2024-09-05T08:53:20Z"  # when the key was written


DEFENDER = r"Microsoft\Windows Defender"


@pytest.mark.parametrize(
    ("hive", "key", "values", "active"),
    [
        ("SOFTWARE", DEFENDER, {}, True), ("SYSTEM", rf"{SERVICES}\WinDefend", {"Start": 4}, False),
        ("SOFTWARE", DEFENDER, {"DisableAntiSpyware": 1}, False), ("SOFTWARE", DEFENDER, {"PassiveMode": 1}, False),
        ("SOFTWARE", rf"{DEFENDER}\Real-Time Protection", {"DisableRealtimeMonitoring": 1}, False),
        ("SOFTWARE", rf"Policies\{DEFENDER}\Real-Time Protection", {"DisableRealtimeMonitoring": 1}, False),
        ("SOFTWARE", rf"Policies\{DEFENDER}", {"DisableAntiSpyware": 1}, False),
        ("SYSTEM", rf"{SERVICES}\WinDefend", None, False),
    ],
)  # fmt: skip
def test_defender_guards_unless_something_stops_it(
    tmp_path: Path, hive: str, key: str, values: dict[str, Any] | None, active: bool
) -> None:
    assert fact(changed(tmp_path, hive, key, values), "malware").value["active"] is active


def test_another_product_guards_in_place_of_defender(tmp_path: Path) -> None:
    change = {"SYSTEM": {rf"{SERVICES}\ekrn": {"Start": 2}}, "SOFTWARE": {DEFENDER: {"PassiveMode": 1}}}
    told = fact(windows(tmp_path, change=change), "malware").value
    assert told["active"] is True
    assert [row["name"] for row in told["products"] if row["enabled"]] == ["ESET"]


@pytest.mark.parametrize(
    ("number", "on", "definitions"),
    [(397568, True, {"?": "absent"}), (266240, True, {"?": "absent"}), (266256, True, {"?": "stale"}), (262144, False, {"?": "absent"}),
     (393472, False, {"?": "absent"})],
)  # fmt: skip
def test_the_state_of_a_product_is_read_from_its_number(number: int, on: bool, definitions: Any) -> None:
    row = {"displayName": "X", "instanceGuid": "{1}", "productState": number}
    told = product(row)
    assert told is not None
    assert (told["enabled"], told["definitions"]) == (on, definitions)
    assert product({**row, "instanceGuid": "{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}"}) is None


def test_definitions_that_tell_no_time_are_stale(tmp_path: Path) -> None:
    host = changed(tmp_path, "SOFTWARE", rf"{DEFENDER}\Signature Updates", {"SignaturesLastUpdated": b"\0\1"})
    assert fact(host, "malware").value["products"][0]["definitions"] == {"?": "stale"}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([(0, 1, 1, 6)], ("encrypted", "xts-aes-128")), ([(0, 1, 1, 7)], ("encrypted", "xts-aes-256")),
        ([(0, 0, 1, 4)], ("plain", "aes-256")), ([(0, 1, 2, 6)], ("plain", "xts-aes-128")), ([(0, 0, 0, 0)], ("plain", "none")),
        ([(1, 1, 1, 6)], ({"?": "unsupported"}, {"?": "unsupported"})), ([], ({"?": "unsupported"}, {"?": "unsupported"})),
        ([(1, 0, 0, 0), (0, 1, 1, 3)], ("encrypted", "aes-128")),
    ],
)  # fmt: skip
def test_the_volume_windows_starts_from_is_what_counts(rows: list[tuple[int, ...]], told: tuple[Any, Any]) -> None:
    names = ("VolumeType", "ProtectionStatus", "ConversionStatus", "EncryptionMethod")
    seen = state([dict(zip(names, row, strict=True)) for row in rows])
    assert (seen["state"], seen["method"]) == told


def test_a_tree_says_nothing_about_its_disk_and_much_about_the_case(tmp_path: Path) -> None:
    told = fact(windows(tmp_path), "disk_encryption").value
    assert (told["root"], told["portable"]) == ({"?": "unsupported"}, True)
    desk = changed(tmp_path / "desk", "SYSTEM", r"HardwareConfig\Current", {"EnclosureType": 3})
    assert fact(desk, "disk_encryption").value["portable"] is False


def test_accounts_are_known_by_numbers(tmp_path: Path) -> None:
    told = {row["rid"]: row for row in fact(windows(tmp_path, "pl"), "account", part="users").value}
    assert (told[501]["name"], told[501]["locked"], told[501]["empty_password"]) == ("Gość", True, False)
    assert (told[500]["locked"], told[500]["admin"], told[500]["human"]) == (True, True, True)
    assert (told[1001]["admin"], told[1001]["human"], told[1001]["last_seen"]) == (False, True, "2026-01-19T09:00:00Z")
    assert told[503]["human"] is False
    assert fact(windows(tmp_path / "a"), "account", part="admins").value == {"human": ["IT"]}


def test_an_empty_password_shows_and_no_hash_does(tmp_path: Path) -> None:
    users = {
        1001: user(1001, "a", empty=True), 1002: user(1002, "b", empty=True, old_hash=True), 1003: user(1003, "c", old_hash=True),
        1004: user(1004, "d"), 1005: {"F": user(1, "x")["F"], "V": user(1, "x")["V"][:0xCC]},
    }  # fmt: skip
    del users[1005]
    host = windows(tmp_path, change={"SAM": {}})
    from windows_tree import windows_tree

    windows_tree(tmp_path / "t", SAM=sam(domain(), users, [f"{SID}-1001", "S-1-5-21-7-7-7-512", "S-1-5-21-7-7-7-1104"]))
    host = Host(root=tmp_path / "t", now=NOW)
    told = fact(host, "account", part="users").value
    assert [row["empty_password"] for row in told] == [True, True, False, False]
    assert fact(host, "account", part="admins").value == {"human": ["a", "S-1-5-21-7-7-7-1104"]}


@pytest.mark.parametrize("cut", [0, 0x20, 0x50, 0xA0, 0xCC, 0xD8])
def test_a_sam_that_is_cut_is_unknown(tmp_path: Path, cut: int) -> None:
    key = r"SAM\Domains\Account\Users\000003E9"
    for part in ("F", "V"):
        whole = user(1001, "Ann")[part]
        if cut >= len(whole):
            continue
        host = changed(tmp_path / f"{part}{cut}", "SAM", key, {part: whole[:cut]})
        assert fact(host, "account", part="users").reason is Reason.PARSE
    alias = changed(tmp_path / f"C{cut}", "SAM", r"SAM\Domains\Builtin\Aliases\00000220", {"C": b"\xff" * cut})
    assert fact(alias, "account", part="admins").reason is Reason.PARSE


def test_rules_for_passwords(tmp_path: Path) -> None:
    host = windows(tmp_path)
    assert fact(host, "winpolicy", area="password").value == {
        "min_length": 12, "history": 0, "min_days": 0, "max_days": {"?": "absent"}, "complexity": False,
    }  # fmt: skip
    assert fact(host, "winpolicy", area="lockout").value == {"threshold": 10, "window_minutes": 10, "minutes": 10}
    assert fact(host, "winpolicy", area="audit").reason is Reason.UNSUPPORTED
    rules = domain(length=8, history=24, max_days=42, complex_=True, threshold=0, lockout_minutes=None)
    host = changed(tmp_path / "x", "SAM", r"SAM\Domains\Account", {"F": rules})
    assert fact(host, "winpolicy", area="password").value["max_days"] == 42
    assert fact(host, "winpolicy", area="password").value["complexity"] is True
    assert fact(host, "winpolicy", area="lockout").value["minutes"] == {"?": "absent"}


def test_without_a_sam_nothing_is_known_of_accounts(tmp_path: Path) -> None:
    from windows_tree import windows_tree

    host = windows_tree(tmp_path)
    assert fact(host, "account", part="users").missing
    (tmp_path / "Windows/System32/config/SAM").write_bytes(b"regf")
    assert fact(Host(root=tmp_path), "account", part="users").reason is Reason.PARSE


def test_services_and_programs_go_by_their_keys(tmp_path: Path) -> None:
    host = windows(tmp_path, "fr")
    states = {
        row["name"]: row["enabled"]
        for row in fact(host, "service", names=("MPSSVC", "WinRM", "remoteregistry", "no")).value
    }
    assert states == {"MPSSVC": "enabled", "WinRM": "static", "remoteregistry": "disabled"}
    assert fact(host, "service", name=r"..\X").value["enabled"] == "absent"
    (firefox,) = fact(host, "package", names=("Mozilla Firefox*",)).value
    assert firefox["version"] == "147.0"
    assert fact(host, "package", name="Mozilla Firefox").value["name"] == "Mozilla Firefox (x64 fr)"
    assert fact(host, "package", names=("Hidden",)).value == []


@pytest.mark.parametrize(
    ("hive", "key", "values", "servers", "enabled"),
    [
        ("SYSTEM", rf"{SERVICES}\W32Time", {}, ["time.windows.com"], True),
        ("SYSTEM", rf"{SERVICES}\W32Time", {"Start": 4}, ["time.windows.com"], False),
        ("SYSTEM", rf"{SERVICES}\W32Time\Parameters", {"Type": "NT5DS"}, ["(domain)"], True),
        ("SYSTEM", rf"{SERVICES}\W32Time\Parameters", {"Type": "NoSync"}, [], True),
        ("SOFTWARE", r"Policies\Microsoft\W32Time\Parameters", {"NtpServer": "a,0x1 b,0x9"}, ["a", "b"], True),
    ],
)  # fmt: skip
def test_who_tells_the_time(
    tmp_path: Path, hive: str, key: str, values: dict[str, Any], servers: list[str], enabled: bool
) -> None:
    told = fact(changed(tmp_path, hive, key, values), "time_sync").value
    assert (told["servers"], told["enabled"]) == (servers, enabled)


def test_what_a_number_is_and_is_not() -> None:
    from agent.probes.windows.base import Value

    key = Key("K", {"a": Value("A", 1, "1"), "b": Value("B", 4, 1)})
    assert (key.number("a"), key.number("b"), key.text("b"), key.text("A"), key.raw("a")) == (None, 1, None, "1", None)


def test_filetimes_reach_both_ends() -> None:
    from agent.probes.windows.people import moment

    assert [moment(n) for n in (0, -5, 2**63 - 1)] == [None, None, None]
    assert moment(filetime(NOW)) == NOW


def test_a_person_s_setting_of_another_kind_is_no_crash(tmp_path: Path) -> None:
    host = changed(tmp_path, "SOFTWARE", NT, {"UBR": "text", "CurrentBuild": Typed(3, b"\0"), "CurrentBuildNumber": 7})
    assert fact(host, "os").value["eol"] == {"?": "absent"}
