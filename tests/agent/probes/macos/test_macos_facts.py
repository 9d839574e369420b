"""Facts of a Mac's disk: which of two places wins, what absence means, and who counts as whom."""

import plistlib
from pathlib import Path
from typing import Any

import pytest
from mac_tree import (
    ANN,
    GROUPS,
    MANAGED,
    OVERRIDES,
    PREFERENCES,
    SSHD,
    USERS,
    XPROTECT,
    Mac,
    ago,
    bad,
    good,
    person,
)

from agent.scan.collect import collect
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey
from shieldwall.checks.outcome import Reason

UNSUPPORTED = {MARK: "unsupported"}


def seen(mac: Mac, root: Path, probe: str, **args: Any) -> Fact:
    key = FactKey.of(probe, args)
    got = collect([key], mac.plant(root))
    assert got.defects == {}
    return got.facts[key]


def people(mac: Mac, root: Path) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in seen(mac, root, "account", part="users").value}


def test_a_profile_wins_over_preferences_and_says_so(tmp_path: Path) -> None:
    mac = bad()
    mac.force("com.apple.SoftwareUpdate", {"AutomaticallyInstallMacOSUpdates": True})
    fact = seen(mac, tmp_path, "updates")
    assert fact.value["automatic"] == {"enabled": True, "security": True, "tool": "softwareupdate"}
    assert fact.origins["automatic"] == f"{MANAGED}/com.apple.SoftwareUpdate.plist"


@pytest.mark.parametrize(
    ("change", "security"),
    [
        ({"AutomaticallyInstallMacOSUpdates": None}, UNSUPPORTED),
        ({"CriticalUpdateInstall": False}, False),
        ({"ConfigDataInstall": 0}, False),
        ({"AutomaticCheckEnabled": None, "AutomaticDownload": None}, True),
        ({"AutomaticDownload": False, "AutomaticallyInstallMacOSUpdates": None}, False),
    ],
)
def test_updates_install_themselves_only_when_every_switch_is_on(
    change: dict[str, Any], security: Any, tmp_path: Path
) -> None:
    mac = good()
    settings = mac.prefs("com.apple.SoftwareUpdate")
    settings.update(change)
    mac.lists[f"{PREFERENCES}/com.apple.SoftwareUpdate.plist"] = {k: v for k, v in settings.items() if v is not None}
    assert seen(mac, tmp_path, "updates").value["automatic"]["security"] == security


def test_a_new_release_is_no_security_update_and_waiting_counts_from_the_first_offer(tmp_path: Path) -> None:
    mac = good()
    major, minor = "MSU_UPDATE_25A1_patch_26.0_major", "MSU_UPDATE_24H1_patch_15.8_minor"
    mac.prefs("com.apple.SoftwareUpdate").update(
        RecommendedUpdates=[{"Product Key": major}, {"Product Key": minor}],
        FirstOfferDateDictionary={major: ago(days=300), minor: ago(days=5)},
    )
    value = seen(mac, tmp_path, "updates").value
    assert (value["pending"], value["pending_security"], value["oldest_security_days"]) == (2, 1, 5)


@pytest.mark.parametrize(
    ("version", "state", "active"), [("14.7", 0, False), ("14.7", 1, True), ("13.0", 2, True), ("14.7", None, False)]
)
def test_the_firewall_of_older_releases_stands_in_a_file(
    version: str, state: int | None, active: bool, tmp_path: Path
) -> None:
    mac = good("en", version)
    del mac.lists[f"{MANAGED}/com.apple.security.firewall.plist"]
    mac.lists[f"{PREFERENCES}/com.apple.alf.plist"] = {} if state is None else {"globalstate": state}
    fact = seen(mac, tmp_path, "firewall")
    assert (fact.value["active"], fact.value["inbound"]) == (active, "drop" if active else "accept")


def test_what_an_upgrade_left_behind_says_nothing_of_the_firewall(tmp_path: Path) -> None:
    mac = good("en", "15.7.3")
    del mac.lists[f"{MANAGED}/com.apple.security.firewall.plist"]
    assert seen(mac, tmp_path, "firewall").reason is Reason.UNSUPPORTED


def test_a_password_is_only_ever_told_to_be_empty_or_not(tmp_path: Path) -> None:
    mac = good()
    mac.lists[f"{USERS}/ann.plist"] = person("ann", 501, "Ann", ANN, password="")
    rows = people(mac, tmp_path)
    assert [rows[n]["empty_password"] for n in ("ann", "keeper", "root", "daemon")] == [True, False, False, False]
    said = str(seen(mac, tmp_path, "account", part="users").to_json())
    assert "ShadowHash" not in said and "SALTED" not in said and "********" not in said


@pytest.mark.parametrize("rounds", [0, -1, 2**40])
def test_a_hash_that_would_keep_the_agent_busy_is_not_computed(rounds: int, tmp_path: Path) -> None:
    mac = good()
    record = mac.lists[f"{USERS}/ann.plist"]
    shadow = {"SALTED-SHA512-PBKDF2": {"entropy": b"x" * 128, "salt": b"y" * 32, "iterations": rounds}}
    record["ShadowHashData"] = [plistlib.dumps(shadow, fmt=plistlib.FMT_BINARY)]
    assert people(mac, tmp_path)["ann"]["empty_password"] == {MARK: "parse"}


def test_administrators_are_group_80_by_name_by_identifier_and_by_first_group(tmp_path: Path) -> None:
    mac = good()
    group = mac.lists[f"{GROUPS}/admin.plist"]
    group["name"], group["users"], group["groupmembers"] = ["verwaltung"], ["root"], [ANN]
    mac.lists["/private/etc/sudoers"] = b"root ALL = (ALL) ALL\n"
    mac.lists[f"{USERS}/zoe.plist"] = {**person("zoe", 503, "Zoë", "Z"), "gid": ["80"]}
    rows = people(mac, tmp_path)
    assert {name for name, row in rows.items() if row["admin"] is True} == {"root", "ann", "zoe"}
    assert seen(mac, tmp_path, "account", part="admins").value == {"human": ["ann", "zoe"]}


def test_a_switched_off_account_is_locked_and_the_guest_counts_only_where_let_in(tmp_path: Path) -> None:
    mac = good()
    mac.lists[f"{USERS}/ann.plist"]["authentication_authority"].append(";DisabledUser;;ShadowHash;")
    mac.lists[f"{USERS}/Guest.plist"] = {
        "name": ["Guest"], "uid": ["201"], "gid": ["201"], "home": ["/Users/Guest"], "shell": ["/bin/bash"], "passwd": [""],
    }  # fmt: skip
    rows = people(mac, tmp_path / "shut")
    assert (rows["ann"]["locked"], rows["keeper"]["locked"]) == (True, False)
    assert (rows["Guest"]["interactive"], rows["Guest"]["human"]) == (False, False)
    mac.prefs("com.apple.loginwindow")["GuestEnabled"] = True
    guest = people(mac, tmp_path / "open")["Guest"]
    assert (guest["interactive"], guest["empty_password"], guest["human"]) == (True, True, False)


@pytest.mark.parametrize(
    ("override", "own", "state"),
    [(None, True, "disabled"), (None, None, "enabled"), (False, True, "enabled"), (True, None, "disabled")],
)
def test_what_was_switched_since_wins_over_the_jobs_own_word(
    override: bool | None, own: bool | None, state: str, tmp_path: Path
) -> None:
    mac = good()
    mac.lists[OVERRIDES] = {} if override is None else {"com.openssh.sshd": override}
    mac.lists[SSHD] = {"Label": "com.openssh.sshd"} | ({} if own is None else {"Disabled": own})
    value = seen(mac, tmp_path, "service", name="com.openssh.sshd").value
    assert (value["enabled"], value["loaded"], value["active"]) == (state, True, UNSUPPORTED)


def test_a_job_nobody_installed_is_absent(tmp_path: Path) -> None:
    assert seen(good(), tmp_path, "service", name="com.example.none").value["enabled"] == "absent"
    assert seen(good(), tmp_path, "service", names=["com.example.none"]).value == []


def test_gatekeeper_by_profile_by_either_file_and_unknown_without(tmp_path: Path) -> None:
    place = "/private/var/db/SystemPolicyConfiguration/SystemPolicy-prefs.plist"
    mac = good()
    del mac.lists[place]
    assert seen(mac, tmp_path / "a", "malware").value["reputation"] == UNSUPPORTED
    mac.lists["/private/var/db/SystemPolicy-prefs.plist"] = {"enabled": "no"}
    assert seen(mac, tmp_path / "b", "malware").value["reputation"] is False
    mac.force("com.apple.systempolicy.control", {"EnableAssessment": True, "AllowIdentifiedDevelopers": False})
    value = seen(mac, tmp_path / "c", "malware").value
    assert (value["reputation"], value["store_only"]) == (True, True)


def test_definitions_are_as_recent_as_the_last_search_for_them(tmp_path: Path) -> None:
    mac = good()
    assert seen(mac, tmp_path / "a", "malware").value["definitions"] == "2026-11-01T09:00:00Z"
    mac.prefs("com.apple.SoftwareUpdate")["ConfigDataInstall"] = False
    assert seen(mac, tmp_path / "b", "malware").value["definitions"] == "2026-10-12T12:00:00Z"
    del mac.lists[XPROTECT]
    assert seen(mac, tmp_path / "c", "malware").value["active"] is False


def test_another_product_counts_by_its_job(tmp_path: Path) -> None:
    mac = good()
    mac.lists["/Library/LaunchDaemons/com.crowdstrike.falcond.plist"] = {"Label": "com.crowdstrike.falcond"}
    names = [product["name"] for product in seen(mac, tmp_path, "malware").value["products"]]
    assert names == ["XProtect", "CrowdStrike Falcon"]


def test_the_newest_backup_of_any_destination_counts(tmp_path: Path) -> None:
    mac = good()
    mac.prefs("com.apple.TimeMachine")["Destinations"] += [
        {"DestinationID": "E", "NetworkURL": "smb://nas/b", "SnapshotDates": [ago(hours=2)]},
    ]
    value = seen(mac, tmp_path, "backup").value
    assert value["last_success"] == "2026-11-01T10:00:00Z"
    assert [target["remote"] for target in value["targets"]] == [False, True]
    assert "nas" not in str(value)


def test_another_backup_program_is_known_and_its_success_is_not(tmp_path: Path) -> None:
    mac = bad()
    mac.lists["/Library/LaunchDaemons/com.backblaze.bzserv.plist"] = {"Label": "com.backblaze.bzserv"}
    value = seen(mac, tmp_path, "backup").value
    assert (value["tools"], value["scheduled"], value["last_success"]) == (["backblaze"], True, UNSUPPORTED)


def test_a_persons_own_idle_time_is_read_and_nothing_else_of_theirs(tmp_path: Path) -> None:
    mac = good()
    del mac.lists[f"{MANAGED}/com.apple.screensaver.plist"]
    mac.lists["/Users/ann/Library/Preferences/ByHost/com.apple.screensaver.0A1B.plist"] = {
        "idleTime": 300, "moduleDict": {"moduleName": "private words"},
    }  # fmt: skip
    fact = seen(mac, tmp_path, "config", app="screen-lock")
    assert {p["name"]: p["idle_seconds"] for p in fact.value["people"]} == {"ann": 300, "keeper": {MARK: ABSENT}}
    assert all(p["lock"] == UNSUPPORTED for p in fact.value["people"])
    assert "private words" not in str(fact.to_json())


def test_a_profile_for_one_person_wins_over_that_for_the_computer(tmp_path: Path) -> None:
    mac = good()
    mac.force("ann/com.apple.screensaver", {"idleTime": 120, "askForPassword": False})
    value = seen(mac, tmp_path, "config", app="screen-lock").value
    assert {p["name"]: (p["idle_seconds"], p["lock"]) for p in value["people"]} == {
        "ann": (120, False), "keeper": (600, True),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("version", "end"),
    [("15.7.3", "2027-09-30"), ("26.1", "2028-09-30"), ("12.7.6", "2024-09-16"), ("10.15.7", "2022-10-24"), ("99.0", "")],
)  # fmt: skip
def test_each_release_has_its_end_or_none_that_we_know(version: str, end: str, tmp_path: Path) -> None:
    value = seen(good("en", version), tmp_path, "os").value
    assert value["eol"] == (f"{end}T00:00:00Z" if end else {MARK: ABSENT})
    assert (value["family"], value["version"]) == ("macos", version)
