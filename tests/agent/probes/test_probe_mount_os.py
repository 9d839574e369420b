"""Mounts and the operating system's name."""

import csv
from pathlib import Path
from typing import Any

import pytest
from planted import planted

from agent.looking.host import Host
from agent.probes import mount, osinfo
from agent.probes.data.eol import DATES, end_of_life
from agent.probes.mount.persistent import effective
from agent.probes.mountinfo import mounted, parse
from shieldwall.checks.fact import FactKey

UNIT = "[Mount]\nWhat=tmpfs\nWhere=/tmp\nType=tmpfs\nOptions=mode=1777,nosuid,nodev\n"
WANTED = {"/etc/systemd/system/local-fs.target.wants/tmp.mount": "/usr/lib/systemd/system/tmp.mount"}


def look(host: Host, path: str) -> Any:
    key = FactKey.of("mount", {"path": path})
    return mount.collect([key], host)[key].value


@pytest.mark.parametrize(
    ("text", "there", "gone"),
    [
        ("rw,noexec", {"rw", "noexec"}, {"exec", "nodev"}),
        ("noexec,exec", {"exec"}, {"noexec"}),
        ("defaults", {"rw", "exec", "suid", "dev"}, {"noexec", "nosuid", "nodev"}),
        ("nosuid,defaults", {"suid"}, {"nosuid"}),
        ("user", {"noexec", "nosuid", "nodev"}, {"exec"}),
        ("user,exec", {"exec", "nosuid", "nodev"}, {"noexec"}),
        ("x-noexec,x-systemd.automount", set(), {"noexec", "x-noexec"}),
        ("ro,nodev", {"ro", "nodev"}, {"rw"}),
    ],
)
def test_of_two_opposite_options_the_last_counts(text: str, there: set[str], gone: set[str]) -> None:
    options = set(effective(text))
    assert there <= options and not gone & options


def test_fstab_says_how_a_tree_is_mounted(tmp_path: Path) -> None:
    fstab = "# /dev/x /tmp ext4 nodev 0 0\n/dev/sda2 /tmp/ ext4 nodev,nosuid 0 2\n/dev/sda3 /my\\040data ext4 ro 0 2\nshort\n"
    host = planted(tmp_path, {"/etc/fstab": fstab})
    record = look(host, "/tmp")
    assert (record["separate"], record["options"]) == (True, ["rw", "nodev", "nosuid"])
    assert record["persistent"] == {"options": ["rw", "nodev", "nosuid"], "origin": "/etc/fstab:2"}
    assert look(host, "/my data")["options"] == ["ro"]
    assert look(host, "/var/tmp") == {
        "source": {"?": "unsupported"}, "fstype": {"?": "unsupported"}, "options": {"?": "unsupported"},
        "separate": False, "persistent": {"?": "absent"},
    }  # fmt: skip


def test_a_unit_counts_only_when_it_is_enabled_and_not_masked(tmp_path: Path) -> None:
    unit = {"/usr/lib/systemd/system/tmp.mount": UNIT}
    assert look(planted(tmp_path / "a", unit), "/tmp")["separate"] is False
    assert set(look(planted(tmp_path / "b", unit, WANTED), "/tmp")["options"]) >= {"nosuid", "nodev"}
    masked = {**WANTED, "/etc/systemd/system/tmp.mount": "/dev/null"}
    assert look(planted(tmp_path / "c", unit, masked), "/tmp")["separate"] is False
    drop_in = {**unit, "/etc/systemd/system/tmp.mount.d/x.conf": "[Mount]\nOptions=mode=1777\n"}
    assert "nosuid" not in look(planted(tmp_path / "d", drop_in, WANTED), "/tmp")["options"]
    both = {**unit, "/etc/fstab": "tmpfs /tmp tmpfs noexec 0 0\n"}
    assert "noexec" in look(planted(tmp_path / "e", both, WANTED), "/tmp")["options"]


def test_systemd_mounts_shared_memory_by_itself(tmp_path: Path) -> None:
    host = planted(tmp_path / "a", {"/usr/lib/systemd/systemd": ""}, {"/sbin/init": "/usr/lib/systemd/systemd"})
    assert look(host, "/dev/shm")["options"] == ["rw", "nosuid", "nodev"]
    other = planted(tmp_path / "b", {"/sbin/init": ""})
    assert look(other, "/dev/shm")["options"] == {"?": "unsupported"}


def test_the_running_host_gives_every_mount_point() -> None:
    host = Host()
    key = FactKey.of("mount", {"all": True})
    value = mount.collect([key], host)[key].value
    assert [item["path"] for item in value] == list(mounted(host))
    assert look(host, "/proc")["fstype"] == "proc"
    assert look(host, "/etc")["separate"] is False and look(host, "/etc")["source"] == look(host, "/")["source"]


def test_a_later_mount_hides_an_earlier_one() -> None:
    text = (
        "21 1 8:1 / /tmp rw,relatime shared:1 - ext4 /dev/sda1 rw,discard\n"
        "22 1 0:5 / /tmp rw,nosuid - tmpfs tmp\\040fs rw,size=5k\nbroken line\n"
    )
    assert parse(text)["/tmp"].options == ("rw", "nosuid", "size=5k")
    assert parse(text)["/tmp"].source == "tmp fs"


def system(root: Path, text: str) -> Any:
    host = planted(root, {"/usr/lib/os-release": text})
    key = FactKey.of("os", {})
    return osinfo.collect([key], host)[key].value


@pytest.mark.parametrize(
    ("text", "family", "eol"),
    [
        ('ID=debian\nVERSION_ID="12"\n', "debian", "2028-06-30"),
        ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n', "debian", "2029-05-31"),
        ('ID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n', "rhel", "2032-05-31"),
        ('NAME="CentOS Stream"\nID="centos"\nVERSION_ID="9"\n', "rhel", "2027-05-31"),
        ('ID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="15.6"\n', "suse", "2026-04-30"),
        ("ID=linuxmint\nID_LIKE='ubuntu debian'\nVERSION_ID=22\n", "debian", {"?": "absent"}),
        ("ID=alpine\nVERSION_ID=3.20.1\n", "other", {"?": "absent"}),
        ("ID=debian\nPRETTY_NAME='broken\n", "debian", {"?": "absent"}),
    ],
)
def test_the_release_its_family_and_its_end(tmp_path: Path, text: str, family: str, eol: Any) -> None:
    value = system(tmp_path, text)
    assert (value["family"], value["eol"]) == (family, f"{eol}T00:00:00Z" if isinstance(eol, str) else eol)


def test_a_tree_without_a_release_file_is_absent(tmp_path: Path) -> None:
    key = FactKey.of("os", {})
    assert osinfo.collect([key], Host(root=tmp_path))[key].missing
    assert osinfo.family(Host(root=tmp_path)) == "other"


def test_every_date_of_the_table_is_found_and_is_a_date() -> None:
    for name, dates in DATES.items():
        for version, date in dates.items():
            assert end_of_life(name, version) == date
            assert len(date) == 10 and date[4] == date[7] == "-"
    assert end_of_life("rhel", "9.4") == end_of_life("rhel", "9")
    assert end_of_life("ubuntu", "24") is None


@pytest.mark.parametrize(("system", "column"), [("debian", "eol-lts"), ("ubuntu", "eol")])
def test_debian_and_ubuntu_end_when_distro_info_data_says(system: str, column: str) -> None:
    with Path(f"/usr/share/distro-info/{system}.csv").open(encoding="utf-8") as file:
        theirs = {row["version"].removesuffix(" LTS"): row for row in csv.DictReader(file)}
    assert set(DATES[system]) <= set(theirs) | {"26.04"}
    differ = {
        version: (ours, theirs[version].get(column))
        for version, ours in DATES[system].items()
        if version in theirs and theirs[version].get(column) and theirs[version][column] != ours
    }
    assert differ == {}
