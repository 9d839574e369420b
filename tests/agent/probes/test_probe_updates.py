from __future__ import annotations

import gzip
import io
import lzma
import os
import subprocess
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import NOW, planted

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.package import installed
from agent.probes.updates import apt_lists, collect, lz4
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

KEY = FactKey.of("updates", {})
LISTS = "/var/lib/apt/lists"
PREFIX = f"{LISTS}/deb.example_debian"
STATUS = "".join(
    f"Package: {name}\nStatus: {want} ok installed\nArchitecture: {arch}\nVersion: {version}\n\n"
    for name, want, arch, version in (
        ("bash", "install", "amd64", "5.2-1"), ("openssl", "hold", "amd64", "3.0.9-1"), ("tzdata", "install", "all", "2024a-1"),
        ("unattended-upgrades", "install", "all", "2.9"), ("zsh", "install", "amd64", "5.9-4"),
    )
)  # fmt: skip
MAIN = """\
Package: bash
Version: 5.2-2
Architecture: amd64

Package: zsh
Architecture: arm64
Version: 9

Package: tzdata
Architecture: all
Version: 2024a-1

"""
SECURITY = "Package: openssl\nArchitecture: amd64\nVersion: 3.0.10-1\nDescription: x\n Version: 1\n"
RELEASE = "Origin: Debian\nSuite: stable\nCodename: bookworm\n"
SECURITY_RELEASE = "Origin: Debian\nLabel: Debian-Security\nSuite: stable-security\nValid-Until: {0}\nMD5Sum:\n"
LATER, EARLIER = "Sun, 08 Nov 2026 00:00:00 UTC", "Fri, 30 Oct 2026 00:00:00 UTC"
AUTOMATIC = {
    "/etc/apt/apt.conf.d/20auto-upgrades": 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";',
    "/etc/apt/apt.conf.d/50unattended-upgrades": 'Unattended-Upgrade::Origins-Pattern {"origin=Debian,label=Debian-Security";};',
    "/usr/lib/systemd/system/apt-daily.timer": "[Timer]\n[Install]\nWantedBy=timers.target\n",
    "/usr/lib/systemd/system/apt-daily-upgrade.timer": "[Timer]\n[Install]\nWantedBy=timers.target\n",
}
TIMERS = {
    f"/etc/systemd/system/timers.target.wants/{name}.timer": f"/usr/lib/systemd/system/{name}.timer"
    for name in ("apt-daily", "apt-daily-upgrade")
}


def debian(
    root: Path, *, days_old: float = 1, until: str = LATER, security: str = SECURITY,
    more: dict[str, str | bytes] | None = None, links: dict[str, str] | None = None,
) -> Host:  # fmt: skip
    host = planted(
        root,
        {
            "/var/lib/dpkg/status": STATUS,
            f"{PREFIX}_dists_bookworm_InRelease": "-----BEGIN PGP SIGNED MESSAGE-----\n\n" + RELEASE,
            f"{PREFIX}_dists_bookworm_main_binary-amd64_Packages": MAIN,
            f"{PREFIX}_dists_bookworm-security_Release": SECURITY_RELEASE.format(until),
            f"{PREFIX}_dists_bookworm-security_main_binary-amd64_Packages": security,
            "/var/lib/apt/periodic/update-stamp": "",
            **(more or {}),
        },
        links,
    )
    touch(root, days_old, "/var/lib/apt/periodic/update-stamp", LISTS)
    return host


def touch(root: Path, days_old: float, *paths: str) -> None:
    when = (NOW - timedelta(days=days_old)).timestamp()
    for path in paths:
        os.utime(root / path[1:], (when, when))


def look(host: Host) -> Fact:
    return collect([KEY], host)[KEY]


def test_waiting_updates_are_counted_and_security_told_apart(tmp_path: Path) -> None:
    value = look(debian(tmp_path)).value
    assert (value["pending"], value["pending_security"], value["security"]) == (2, 1, ["openssl"])
    assert value["waiting"] == ["bash", "openssl"]
    assert value["lists_age"] == 86400
    assert value["held"] == ["openssl"]
    assert value["oldest_security_days"] == {"?": "unsupported"}
    assert value["reboot_required"] == {"?": "unsupported"}


@pytest.mark.parametrize(("days_old", "until"), [(8, LATER), (1, EARLIER)])
def test_old_lists_cannot_show_that_nothing_waits(tmp_path: Path, days_old: float, until: str) -> None:
    value = look(debian(tmp_path, days_old=days_old, until=until, security="\n")).value
    assert value["pending_security"] == value["oldest_security_days"] == {"?": "stale"}


def test_old_lists_still_show_what_waits(tmp_path: Path) -> None:
    assert look(debian(tmp_path, days_old=30)).value["pending_security"] == 1


def test_missing_lists_are_stale_and_never_zero(tmp_path: Path) -> None:
    value = look(planted(tmp_path, {"/var/lib/dpkg/status": STATUS, "/etc/apt/x": ""})).value
    for name in ("pending", "pending_security", "oldest_security_days", "lists_age"):
        assert value[name] == {"?": "stale"}


@pytest.mark.parametrize(
    ("suffix", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress), (".lz4", lambda data: frame(data))]
)
def test_packed_lists(tmp_path: Path, suffix: str, pack: Any) -> None:
    host = debian(tmp_path, security="\n")
    path = tmp_path / f"{PREFIX[1:]}_dists_bookworm-security_main_binary-amd64_Packages"
    path.unlink()
    path.with_name(path.name + suffix).write_bytes(pack(SECURITY.encode()))
    touch(tmp_path, 1, LISTS)
    assert look(host).value["security"] == ["openssl"]


@pytest.mark.parametrize(("suffix", "reason"), [(".zst", "unsupported"), (".gz", "parse"), (".lz4", "parse")])
def test_a_security_list_that_cannot_be_read_is_unknown(tmp_path: Path, suffix: str, reason: str) -> None:
    host = debian(tmp_path)
    path = tmp_path / f"{PREFIX[1:]}_dists_bookworm-security_main_binary-amd64_Packages"
    path.rename(path.with_name(path.name + suffix))
    assert look(host).value["pending_security"] == {"?": reason}


def test_a_release_that_does_not_upgrade_by_itself_is_left_out(tmp_path: Path) -> None:
    host = debian(tmp_path, more={
        f"{PREFIX}_dists_backports_InRelease": RELEASE + "NotAutomatic: yes\nButAutomaticUpgrades: yes\n",
        f"{PREFIX}_dists_backports_main_binary-amd64_Packages": "Package: zsh\nArchitecture: amd64\nVersion: 6\n",
    })  # fmt: skip
    touch(tmp_path, 1, LISTS)
    assert look(host).value["pending"] == 2


@pytest.mark.parametrize(
    ("change", "links", "expected"),
    [
        ({}, TIMERS, (True, True)),
        ({"/etc/apt/apt.conf.d/60x": 'APT::Periodic::Unattended-Upgrade "0";'}, TIMERS, (False, False)),
        ({"/etc/apt/apt.conf.d/60x": 'APT::Periodic::Enable "0";'}, TIMERS, (False, False)),
        ({"/etc/apt/apt.conf.d/60x": "#clear Unattended-Upgrade::Origins-Pattern;"}, TIMERS, (True, False)),
        ({}, {}, (False, False)),
    ],
)
def test_automatic_updates(
    tmp_path: Path, change: dict[str, str | bytes], links: dict[str, str], expected: tuple[bool, bool]
) -> None:
    fact = look(debian(tmp_path, more={**AUTOMATIC, **change}, links=links))
    assert (fact.value["automatic"]["enabled"], fact.value["automatic"]["security"]) == expected
    assert fact.origin("automatic", "enabled").endswith(("20auto-upgrades:2", "60x:1"))


HISTORY = """
Start-Date: 2026-10-01  06:00:00
Commandline: /usr/bin/unattended-upgrade
Upgrade: a:amd64 (1, 2)
End-Date: 2026-10-01  06:01:00

Start-Date: 2026-10-20  06:00:00
Commandline: apt install zsh
Install: zsh:amd64 (5.9-4)
End-Date: 2026-10-20  06:01:00
"""


@pytest.mark.parametrize(
    ("history", "stamp", "days"), [(HISTORY, None, 31), (HISTORY, 2, 2), ("", 3, 3), ("", None, {"?": "unsupported"})]
)
def test_how_long_security_updates_wait_is_bounded_by_the_last_upgrade(
    tmp_path: Path, history: str, stamp: float | None, days: object
) -> None:
    run = "/var/lib/apt/periodic/unattended-upgrades-stamp"
    more: dict[str, str | bytes] = {"/var/log/apt/history.log": history}
    host = debian(tmp_path, more={**more, **({run: ""} if stamp else {})})
    if stamp:
        touch(tmp_path, stamp, run)
    assert look(host).value["oldest_security_days"] == days


def test_agrees_with_apt_about_this_host() -> None:
    out = subprocess.run(
        ["apt-get", "-s", "-o", "Debug::NoLocking=1", "dist-upgrade"],
        capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, check=True,
    ).stdout  # fmt: skip
    lines = [line.split() for line in out.splitlines() if line.startswith("Inst ")]
    upgrades = {words[1] for words in lines if words[2].startswith("[")}
    try:
        ours = apt_lists.read(Host(), installed(Host()), None).packages
    except AbsentError:
        ours = frozenset()
    assert ours == upgrades


UPDATEINFO = """<?xml version="1.0"?><updates>
<update type="security"><id>A-1</id><issued date="2026-10-02 00:00:00"/><pkglist><collection>
<package name="telnet-server" version="0.17" release="86.el9" epoch="1" arch="x86_64"/>
<package name="telnet-server" version="0.17" release="86.el9" epoch="1" arch="aarch64"/></collection></pkglist></update>
<update type="security"><id>A-2</id><issued date="2026-01-02"/><pkglist><collection>
<package name="beta" version="2.2" release="1.el9" epoch="2" arch="x86_64"/></collection></pkglist></update>
<update type="bugfix"><id>A-3</id><issued date="2020-01-02"/><pkglist><collection>
<package name="alpha" version="9" release="1" epoch="0" arch="noarch"/></collection></pkglist></update></updates>"""


def rhel(root: Path, info: bytes, suffix: str = ".gz") -> Host:
    cache = "/var/cache/dnf/baseos-0123/repodata"
    host = planted(root, {
        "/var/lib/rpm/rpmdb.sqlite": gzip.decompress((Path(__file__).parent / "data/rpmdb.sqlite.gz").read_bytes()),
        f"{cache}/repomd.xml": "<repomd/>",
        f"{cache}/0a-updateinfo.xml{suffix}": info,
        "/usr/lib/systemd/system/dnf-automatic.timer": "[Timer]\n[Install]\nWantedBy=timers.target\n",
        "/etc/dnf/automatic.conf": "[commands]\nupgrade_type = security\napply_updates = yes\n",
    }, {"/etc/systemd/system/timers.target.wants/dnf-automatic.timer": "/usr/lib/systemd/system/dnf-automatic.timer"})  # fmt: skip
    touch(root, 2, f"{cache}/repomd.xml")
    return host


def test_advisories_of_dnf(tmp_path: Path) -> None:
    value = look(rhel(tmp_path, gzip.compress(UPDATEINFO.encode()))).value
    assert (value["pending_security"], value["security"], value["oldest_security_days"]) == (1, ["telnet-server"], 30)
    assert value["automatic"] == {"enabled": True, "security": True, "tool": "dnf-automatic"}
    assert value["pending"] == {"?": "unsupported"}


@pytest.mark.parametrize(
    ("info", "suffix", "reason"),
    [(b"<updates><update", "", "parse"), (b"x", ".gz", "parse"), (b"x", ".zst", "unsupported")],
)
def test_advisories_that_cannot_be_read_are_unknown(tmp_path: Path, info: bytes, suffix: str, reason: str) -> None:
    assert look(rhel(tmp_path, info, suffix)).value["pending_security"] == {"?": reason}


def test_no_package_database_is_unknown(tmp_path: Path) -> None:
    assert look(planted(tmp_path, {"/etc/x": ""})).reason is Reason.UNSUPPORTED


PACKED = (Path(__file__).parent / "data/linked.lz4").read_bytes()
"""Two linked blocks with checksums, made by the lz4 program (-9 -B4 -BD -BX)."""


def test_lz4_made_by_the_lz4_program() -> None:
    text = "".join(f"Package: pkg{i}\nVersion: {i}.0\n\n" for i in range(40)) + "a" * 70000
    assert unpacked(PACKED, lz4.decoded) == unpacked(PACKED, lz4.system_decoder()) == text.encode()


def unpacked(data: bytes, decode: lz4.Decode | None) -> bytes | None:
    """None for a frame that is refused."""
    try:
        return b"".join(lz4.blocks(io.BytesIO(data), decode))
    except ValueError:
        return None


@given(st.binary(max_size=64), st.integers(0, len(PACKED) - 1), st.integers(0, len(PACKED) - 1))
def test_broken_lz4_is_refused_or_read_alike_by_both_decoders(junk: bytes, cut: int, rest: int) -> None:
    data = PACKED[:cut] + junk + PACKED[rest:]
    library = unpacked(data, lz4.system_decoder())
    assert library is None or library == unpacked(data, lz4.decoded)


def test_an_lz4_block_cannot_grow_past_its_frame() -> None:
    bomb = bytes([0x1F]) + b"a" + bytes([1, 0]) + b"\xff" * 1000 + bytes([0, 0x50]) + b"aaaaa"
    head = bytes.fromhex("04224d184040") + b"\0"
    data = head + len(bomb).to_bytes(4, "little") + bomb + bytes(4)
    assert unpacked(data, lz4.decoded) is None
    assert unpacked(data, lz4.system_decoder()) is None


@pytest.mark.parametrize("chunk", [1, 7, 64, 4096])
def test_lists_are_cut_between_paragraphs_wherever_a_read_ends(chunk: int) -> None:
    data = b"Package: a\nVersion: 1\n\nPackage: b\nVersion: 2\n\n\nPackage: c\nVersion: 3\n"
    pieces = list(apt_lists._whole(data[i : i + chunk] for i in range(0, len(data), chunk)))
    assert b"".join(pieces).split() == data.split()
    assert all(piece.startswith(b"\n") and piece.endswith(b"\n\n") for piece in pieces)


def frame(data: bytes) -> bytes:
    """An LZ4 frame that stores its one block as it is."""
    head = bytes.fromhex("04224d186040") + b"\0"
    return head + (len(data) | 1 << 31).to_bytes(4, "little") + data + bytes(4)


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 12, 31)))
def test_dates_of_release_files(when: datetime) -> None:
    when = when.replace(microsecond=0, tzinfo=UTC)
    assert apt_lists._date(format_datetime(when, usegmt=True)) == when
    assert apt_lists._date(format_datetime(when, usegmt=True).replace("GMT", "UTC")) == when


@pytest.mark.parametrize(
    "text", ["", "Sat, 31 Feb 2026 00:00:00 UTC", "Sat, 05 Anf 2026 00:00:00 UTC", "5 Dec 2026", "\n"]
)
def test_what_is_no_date_bounds_nothing(text: str) -> None:
    assert apt_lists._date(text) is None
