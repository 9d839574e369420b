"""The agent where Python has no fcntl, pwd, grp or resource and `sys.platform` says win32."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from windows_systems import RECORDED

PROGRAM = Path(__file__).parents[1] / "believing_windows.py"


def on_windows(home: Path, *args: str) -> subprocess.CompletedProcess[str]:
    home.mkdir(mode=0o700, exist_ok=True)
    return subprocess.run(
        [sys.executable, str(PROGRAM), *args], capture_output=True, text=True, timeout=120, cwd="/",
        env={**os.environ, "SHIELDWALL_HOME": str(home), "COLUMNS": "100"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("args", "says", "code"),
    [
        (["--help"], "scan", 0), (["explain", "account-uac-enabled"], "User Account Control", 0), (["show"], "cluster", 0),
        (["scan", "--facts", str(RECORDED / "fr.json"), "--policy", "workstation", "-q"], "experimental", 1),
        (["lint", str(PROGRAM.parents[1] / "checks/accounts/account-uac-enabled.yaml")], "", 0),
    ],
)  # fmt: skip
def test_commands_start(tmp_path: Path, args: list[str], says: str, code: int) -> None:
    done = on_windows(tmp_path / "home", *args)
    assert says in done.stdout + done.stderr
    assert "internal defect" not in done.stderr
    assert done.returncode == code, done.stdout + done.stderr


def test_a_scan_of_the_running_windows_says_what_its_hives_would(tmp_path: Path) -> None:
    done = on_windows(tmp_path / "home", "scan", "--policy", "workstation", "--format", "json", "-q")
    assert "internal defect" not in done.stderr, done.stderr
    told = json.loads(done.stdout)
    assert (told["host"]["family"], told["host"]["name"]) == ("windows", "PC-01")
    seen = {check["id"]: (check["outcome"], check["reason"]) for check in told["checks"]}
    assert not [check for check, (outcome, _) in seen.items() if outcome == "error"]
    for check in ("account-uac-enabled", "firewall-host-active", "windows-lsa-protection", "session-screen-lock",
                  "malware-protection-active", "boot-secure-boot", "exposure-smb-signing", "winrm-encrypted"):  # fmt: skip
        assert seen[check] == ("pass", None), check
    assert seen["log-powershell-scriptblock"] == ("fail", None)
    assert seen["malware-defender-exclusions"] == ("unknown", "privilege")
    # without pywin32 the accounts and BitLocker cannot be asked for
    assert seen["account-password-min-length"] == ("unknown", "tool")
    assert seen["disk-encryption-enabled"] == ("unknown", "tool")
    text = on_windows(tmp_path / "home", "scan", "--policy", "workstation", "-q", "--no-record").stdout
    assert "run as administrator to see" in " ".join(text.split())
    again = on_windows(tmp_path / "home", "show")
    assert again.returncode in (0, 1), again.stdout + again.stderr
