"""English, German, French and Polish Windows: other names everywhere, the same verdicts.

The recorded facts beside this file are what the probes tell of trees made from documented values
(tests/windows_systems.py writes them); nothing was recorded from a real Windows.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from windows_systems import LANGUAGES, RECORDED, recorded, windows

from agent.looking.host import Host
from agent.scan.run import judged, look
from agent.scan.snapshot import load_snapshot
from shieldwall.packs.pack import load_pack
from shieldwall.packs.policy import whole_library

ROOT = Path(__file__).parents[4]
MAIN = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from agent.cli import main; main()"
WORST: dict[str, dict[str, dict[str, Any] | None]] = {
    "SYSTEM": {
        r"ControlSet001\Services\MpsSvc": {"Start": 4}, r"ControlSet001\Services\RemoteRegistry": {"Start": 2},
        r"ControlSet001\Control\Lsa": {"RunAsPPL": 0, "LmCompatibilityLevel": 1},
        r"ControlSet001\Control\Terminal Server": {"fDenyTSConnections": 0},
        r"ControlSet001\Control\Terminal Server\WinStations\RDP-Tcp": {"UserAuthentication": 0},
        r"ControlSet001\Services\LanmanServer\Parameters": {"RequireSecuritySignature": 0},
        r"ControlSet001\Control\SecureBoot\State": {"UEFISecureBootEnabled": 0},
    },
    "SOFTWARE": {
        r"Microsoft\Windows NT\CurrentVersion": {"CurrentBuild": "19045"},
        r"Microsoft\Windows NT\CurrentVersion\Winlogon": {"AutoAdminLogon": "1", "DefaultPassword": "hunter2"},
        r"Microsoft\Windows\CurrentVersion\Policies\System": {"EnableLUA": 0},
        r"Microsoft\Windows Defender": {"DisableAntiSpyware": 1},
        r"Microsoft\Windows\CurrentVersion\Uninstall\AnyDesk": {"DisplayName": "AnyDesk", "DisplayVersion": "8"},
        r"Policies\Microsoft\Windows\WindowsUpdate\AU": {"NoAutoUpdate": 1},
    },
    "Person": {r"Control Panel\Desktop": {"ScreenSaveTimeOut": "0"}},
}  # fmt: skip
FAILS = {
    "account-autologin-disabled", "account-uac-enabled", "boot-secure-boot", "exposure-remote-desktop-tools",
    "exposure-smb-signing", "firewall-host-active", "malware-protection-active", "patch-auto-updates-enabled",
    "patch-os-supported", "rdp-nla-required", "service-remote-registry-off", "session-screen-lock",
    "windows-lsa-protection", "windows-ntlm-level",
}  # fmt: skip


def verdicts(host: Host) -> dict[str, str]:
    pack = load_pack()
    policy = whole_library(pack)
    snapshot = look(policy, host, None, lambda name, done, of: None)
    assert snapshot.defects == {}
    result = judged(policy, pack, snapshot, {}, run="r", now=host.now)
    assert all(item.experimental for item in result.items if item.check.scope == "host")
    return {item.check.id: f"{item.outcome} {item.reason}" for item in result.items}


def scanned(file: Path, home: Path) -> dict[str, Any]:
    """The result of `shieldwall scan --facts`, as the program gives it."""
    home.mkdir(mode=0o700, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "scan", "--facts", str(file), "--policy", "all", "--format", "json"],
        capture_output=True, text=True, timeout=120, env={**os.environ, "SHIELDWALL_HOME": str(home)}, cwd="/",
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_recorded_systems_in_four_languages_get_the_same_verdicts(tmp_path: Path) -> None:
    results = {code: scanned(RECORDED / f"{code}.json", tmp_path / "home") for code in LANGUAGES}
    said = {
        code: {check["id"]: (check["outcome"], check.get("reason")) for check in result["checks"]}
        for code, result in results.items()
    }
    assert said["de"] == said["fr"] == said["pl"] == said["en"]
    decided = [check for check, (outcome, _) in said["en"].items() if outcome in ("pass", "fail")]
    assert len(decided) >= 45
    assert results["pl"]["host"]["family"] == "windows"
    assert all(check["experimental"] for check in results["pl"]["checks"] if check["id"] in decided)


def test_the_names_in_the_recordings_do_differ() -> None:
    texts = {code: (RECORDED / f"{code}.json").read_text() for code in LANGUAGES}
    assert len(set(texts.values())) == len(LANGUAGES)
    guests = {code: json.dumps(words.guest)[1:-1] for code, words in LANGUAGES.items()}
    assert all(guests[code] in texts[code] for code in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_recorded_facts_are_those_of_the_tree(tmp_path: Path, language: str) -> None:
    """When a check asks for something new, `python tests/windows_systems.py` records it."""
    fresh = tmp_path / "fresh.json"
    fresh.write_bytes(recorded(windows(tmp_path / "root", language)))
    known, now = load_snapshot(RECORDED / f"{language}.json"), load_snapshot(fresh)
    seen = [{str(key): fact.to_json() | {"took_ms": 0} for key, fact in one.facts.items()} for one in (known, now)]
    assert seen[0] == seen[1]


def test_weak_systems_fail_alike_in_every_language(tmp_path: Path) -> None:
    said = {code: verdicts(windows(tmp_path / code, code, change=WORST)) for code in LANGUAGES}
    assert said["de"] == said["fr"] == said["pl"] == said["en"]
    assert {check for check, outcome in said["en"].items() if outcome == "fail None"} >= FAILS


def test_no_password_of_a_tree_reaches_the_recording(tmp_path: Path) -> None:
    assert b"hunter2" not in recorded(windows(tmp_path, change=WORST))


def test_a_tree_that_only_root_may_read_is_unknown_and_nothing_is_absent(tmp_path: Path) -> None:
    host = windows(tmp_path)
    for hive in ("SYSTEM", "SOFTWARE", "SAM"):
        (tmp_path / "Windows/System32/config" / hive).write_bytes(b"not a hive")
    said = verdicts(Host(root=host.root, now=host.now))
    judged_ = {check: outcome for check, outcome in said.items() if outcome.startswith(("pass", "fail"))}
    assert judged_ == {}
