"""Confinement, audit rules and disk encryption."""

from pathlib import Path
from typing import Any

from planted import planted

from agent.looking.host import Host
from agent.probes import audit, disk_encryption, mandatory_access
from shieldwall.checks.fact import FactKey

RULES = """
## a comment
-D
-w /etc/passwd -p wa -k identity
-a always,exit -F arch=b64 -S adjtimex,settimeofday -S clock_settime -F key=time
-a always,exit -F path=/usr/bin/sudo -F perm=x -k privileged
-e 2
"""


def value(probe: Any, name: str, host: Host) -> Any:
    key = FactKey.of(name, {})
    return probe.collect([key], host)[key].value


def test_audit_rules_are_counted_by_what_they_watch(tmp_path: Path) -> None:
    status = "Package: auditd\nStatus: install ok installed\nVersion: 1:3.0.9-1\nArchitecture: amd64\n"
    host = planted(
        tmp_path,
        {"/var/lib/dpkg/status": status, "/etc/audit/rules.d/x.rules": RULES, "/etc/audit/audit.rules": "-w /x"},
    )
    seen = value(audit, "audit", host)
    assert seen["installed"] is True
    assert (seen["rules"], seen["watches"]) == (3, ["/etc/passwd", "/usr/bin/sudo"])
    assert seen["calls"] == ["adjtimex", "clock_settime", "settimeofday"]
    assert (seen["keys"], seen["locked"]) == (["identity", "privileged", "time"], True)


def test_without_a_folder_of_rules_the_one_file_counts(tmp_path: Path) -> None:
    host = planted(tmp_path, {"/var/lib/dpkg/status": "", "/etc/audit/audit.rules": "-e 2\n-w /x -p wa\n-e 1\n"})
    seen = value(audit, "audit", host)
    assert (seen["rules"], seen["locked"]) == (1, False)


def test_a_tree_tells_only_what_selinux_is_configured_to_do(tmp_path: Path) -> None:
    host = planted(tmp_path, {"/etc/selinux/config": "# SELINUX=disabled\nSELINUX=Enforcing\nSELINUXTYPE=targeted\n"})
    seen = value(mandatory_access, "mandatory_access", host)
    assert seen["selinux"] == {"running": {"?": "unsupported"}, "persistent": "enforcing"}
    assert seen["active"] == {"?": "unsupported"}


def test_the_running_host_has_an_answer_to_each(tmp_path: Path) -> None:
    host = Host()
    assert value(mandatory_access, "mandatory_access", host)["active"] in ("selinux", "apparmor", "none")
    assert value(disk_encryption, "disk_encryption", host)["swap"] in (
        "encrypted",
        "plain",
        "none",
        "zram",
        {"?": "unsupported"},
    )


def test_a_tree_is_encrypted_when_crypttab_opens_its_root(tmp_path: Path) -> None:
    files = {
        "/etc/crypttab": "# old UUID=y\ncrypt UUID=x none luks\n",
        "/etc/fstab": "/dev/mapper/crypt / ext4 defaults 0 1\n",
    }
    seen = value(disk_encryption, "disk_encryption", planted(tmp_path, files))
    assert (seen["root"], seen["home"]) == ("encrypted", "encrypted")
    plain = {**files, "/etc/fstab": "/dev/mapper/vg-root / ext4 defaults 0 1\n"}
    assert value(disk_encryption, "disk_encryption", planted(tmp_path / "b", plain))["root"] == {"?": "unsupported"}
