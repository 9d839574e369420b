"""The command line where Python says it runs on a Mac, without what Python has on Linux alone."""

import json
import plistlib
import subprocess
import sys
from pathlib import Path

import pytest
from mac_recorded import FOLDER
from mac_tree import bad, good

from agent.schedule.base import Where, scheduler

ROOT = Path(__file__).parents[3]
BEFORE = """
import os, select, socket, sys
import psutil, urllib.request  # have their own ways on each system, and a Mac's are not on this machine
LINUX = {
    os: "posix_fadvise getxattr setxattr listxattr removexattr memfd_create sched_getaffinity sched_setaffinity "
        "pidfd_open getrandom copy_file_range splice eventfd getresuid setresuid getresgid setresgid O_PATH O_TMPFILE "
        "O_RSYNC O_DIRECT O_NOATIME unshare setns",
    select: "epoll EPOLLIN", socket: "AF_NETLINK AF_PACKET AF_ALG AF_VSOCK SO_PEERCRED",
}
for module, names in LINUX.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
sys.platform = "darwin"
from agent.cli import main
main()
"""


def shieldwall(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "SHIELDWALL_HOME": str(home), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-c", BEFORE, *words], capture_output=True, text=True, check=False, env=environment, cwd=ROOT,
        timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "de", "fr", "pl"])
def test_a_mounted_mac_is_audited(language: str, tmp_path: Path) -> None:
    (tmp_path / "mac").mkdir()
    bad(language).plant(tmp_path / "mac")
    done = shieldwall(
        tmp_path / "home", "scan", "--root", str(tmp_path / "mac"), "--policy", "workstation", "--format", "json"
    )
    assert (done.returncode, done.stderr) == (1, ""), done.stderr
    told = json.loads(done.stdout)
    outcomes = {item["id"]: item["outcome"] for item in told["checks"]}
    failed = {check for check, outcome in outcomes.items() if outcome == "fail"}
    assert failed >= {
        "account-autologin-disabled", "account-daily-user-not-admin", "account-guest-disabled",
        "account-no-empty-passwords", "account-only-root-uid0", "backup-recent", "backup-scheduled",
        "exposure-remote-desktop-tools", "firewall-host-active", "malware-smartscreen", "patch-auto-updates-enabled",
        "patch-os-supported", "patch-security-updates-current", "session-screen-lock", "ssh-root-login-disabled",
        "sudo-no-nopasswd-all", "time-sync-active",
    }  # fmt: skip
    unseen = {check for check, outcome in outcomes.items() if outcome == "unknown" and not check.endswith("-attested")}
    assert unseen >= {"disk-encryption-enabled", "macos-sip-enabled", "mdm-enrolled"}
    assert "error" not in outcomes.values()


def test_a_recorded_mac_is_judged_again(tmp_path: Path) -> None:
    done = shieldwall(tmp_path, "scan", "--facts", str(FOLDER / "pl.json"), "--policy", "workstation")
    assert done.returncode == 0, done.stderr
    assert "macOS 15.7.3" in done.stdout and "0 failed" in done.stdout


def test_looking_at_this_machine_ends_in_unknown_where_the_tools_are_not_there(tmp_path: Path) -> None:
    done = shieldwall(tmp_path, "scan", "--policy", "workstation", "--no-record", "--format", "json")
    assert done.stderr == "" or "Traceback" not in done.stderr
    outcomes = {item["id"]: item["outcome"] for item in json.loads(done.stdout)["checks"]}
    assert outcomes["macos-sip-enabled"] == outcomes["disk-encryption-enabled"] == "unknown"
    assert "error" not in outcomes.values()


def test_every_module_of_the_agent_can_be_imported_there(tmp_path: Path) -> None:
    code = BEFORE.replace("from agent.cli import main\nmain()\n", "") + (
        "import importlib, pkgutil, agent\n"
        "for module in pkgutil.walk_packages(agent.__path__, 'agent.'):\n"
        "    if not module.name.startswith('agent.probes.windows'):\n"
        "        importlib.import_module(module.name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT, timeout=120
    )
    assert done.returncode == 0, done.stderr


def test_the_doctor_looks_for_the_tools_of_a_mac(tmp_path: Path) -> None:
    said = " ".join(shieldwall(tmp_path, "doctor").stdout.split())
    assert "fdesetup" in said and "apt install" not in said and "auditctl" not in said


def test_the_job_for_launchd_is_a_property_list_that_keeps_out_of_the_way(tmp_path: Path) -> None:
    good().plant(tmp_path)
    done = shieldwall(tmp_path / "home", "schedule", "daily", "--print", "--kind", "launchd")
    assert done.returncode == 0, done.stderr
    job = plistlib.loads(done.stdout[done.stdout.index("<?xml") : done.stdout.index("</plist>") + 8].encode())
    assert (job["ProcessType"], job["LowPriorityIO"], job["Nice"]) == ("Background", True, 19)
    assert job["StartInterval"] == 3600 and job["RunAtLoad"] is True  # asks every hour whether it is time
    assert job["ProgramArguments"][0].startswith("/") and job["Umask"] == 0o077
    assert scheduler("launchd").here(True, Where(root=tmp_path)) is True
