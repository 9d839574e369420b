from __future__ import annotations

import gzip
import os
import struct
import subprocess
from pathlib import Path

import pytest
from planted import planted

from agent.looking.host import Host
from agent.looking.looked import UnreadableError
from agent.probes.package import collect, installed
from shieldwall.checks.fact import FactKey
from shieldwall.checks.outcome import Reason

STATUS = """\
Package: openssh-server
Status: install ok installed
Architecture: amd64
Source: openssh
Version: 1:9.2p1-2+deb12u3
Description: secure shell
 Package: telnetd
 Status: install ok installed
 Version: 9

Package: gone
Status: deinstall ok config-files
Version: 1.0
Architecture: all

Package: kept
Status: hold ok installed
Version: 0:2.0-1
Architecture: all
Source: kept-src (2.0)

Package: broken
Status: install ok half-configured
Version: 3
Architecture: all

Package: nothing
Status: install ok half-installed
Version: 3
"""
DPKG = {"/var/lib/dpkg/status": STATUS}
RPM = {"/var/lib/rpm/rpmdb.sqlite": gzip.decompress((Path(__file__).parent / "data/rpmdb.sqlite.gz").read_bytes())}


def test_dpkg_lists_what_lies_on_the_disk_and_nothing_else(tmp_path: Path) -> None:
    inventory = installed(planted(tmp_path, DPKG))
    assert sorted(inventory.packages) == ["broken", "kept", "openssh-server"]
    assert inventory.held == ("kept",)


def test_one_package_and_several(tmp_path: Path) -> None:
    one, gone, many, star = (
        FactKey.of("package", args)
        for args in (
            {"name": "openssh-server"},
            {"name": "gone"},
            {"names": ["telnetd", "kept", "openssh-server"]},
            {"names": ["open*"]},
        )
    )
    facts = collect([one, gone, many, star], planted(tmp_path, DPKG))
    assert facts[one].value == {
        "name": "openssh-server", "version": "1:9.2p1-2+deb12u3", "arch": "amd64", "source": "openssh",
    }  # fmt: skip
    assert facts[gone].missing
    assert [p["name"] for p in facts[many].value] == ["kept", "openssh-server"]
    assert facts[many].value[0]["version"] == "2.0-1" and facts[many].value[0]["source"] == "kept-src"
    assert [p["name"] for p in facts[star].value] == ["openssh-server"]


def test_agrees_with_dpkg_query_on_this_host() -> None:
    shown = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Version} ${Architecture} ${source:Package}\n"],
        capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"},
    ).stdout  # fmt: skip
    expected = {tuple(line.split()[1:]) for line in shown.splitlines() if line.startswith("installed ")}
    packages = installed(Host()).packages.values()
    assert expected and {(p.name, p.version, p.arch, p.source) for p in packages} == expected


def test_rpm_sqlite_database_made_by_rpm_itself(tmp_path: Path) -> None:
    host = planted(tmp_path, RPM)
    found = {p.name: (p.version, p.arch, p.source) for p in installed(host).packages.values()}
    assert found == {
        "telnet-server": ("1:0.17-85.el9", "x86_64", "telnet-server"),
        "beta": ("2:2.3~rc1-4.el9", "x86_64", "beta"),
        "gamma": ("10.02-3.fc40", "noarch", "gamma"),
        "alpha": ("1.0-1", "noarch", "alpha"),
    }
    assert sorted(os.listdir(tmp_path / "var/lib/rpm")) == ["rpmdb.sqlite"], "nothing was written beside the database"


def test_rpm_ndb_database(tmp_path: Path) -> None:
    import sqlite3

    source = tmp_path / "source.sqlite"
    source.write_bytes(RPM["/var/lib/rpm/rpmdb.sqlite"])
    database = sqlite3.connect(source)
    blobs = [row[0] for row in database.execute("SELECT blob FROM Packages ORDER BY hnum")]
    database.close()
    page = bytearray(4096)
    struct.pack_into("<4s3I", page, 0, b"RpmP", 0, 1, 1)
    body = b""
    for index, blob in enumerate(blobs, 1):
        offset = 4096 + len(body)
        struct.pack_into("<4s3I", page, 16 + 16 * index, b"Slot", index, offset // 16, 0)
        record = struct.pack("<4s3I", b"BlbS", index, 1, len(blob)) + blob
        body += record + b"\0" * (-len(record) % 16)
    host = planted(tmp_path / "root", {"/usr/lib/sysimage/rpm/Packages.db": bytes(page) + body})
    assert sorted(installed(host).packages) == ["alpha", "beta", "gamma", "telnet-server"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"/etc/hostname": "x"}, Reason.UNSUPPORTED),
        ({"/var/lib/rpm/rpmdb.sqlite": b"not a database" * 99}, Reason.PARSE),
        ({"/var/lib/rpm/Packages.db": b"short"}, Reason.PARSE),
        ({"/var/lib/rpm/Packages.db": b"junk" * 40}, Reason.UNSUPPORTED),
        ({"/var/lib/rpm/Packages": b"\0" * 99}, Reason.UNSUPPORTED),
        ({"/var/lib/dpkg/status": b"\xff\xfe\0\0garbage"}, Reason.UNSUPPORTED),
    ],
)
def test_a_database_that_cannot_be_read_is_unknown_never_absent(
    tmp_path: Path, files: dict[str, str | bytes], reason: Reason
) -> None:
    host = planted(tmp_path, files)
    key = FactKey.of("package", {"name": "telnetd"})
    assert collect([key], host)[key].reason is reason
    with pytest.raises(UnreadableError):
        installed(host)
