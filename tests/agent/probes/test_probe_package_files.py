"""Which package brought a file, from dpkg's own lists."""

from __future__ import annotations

from pathlib import Path

import pytest
from planted import planted

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.package import files
from agent.probes.package.files import packages_of

INFO = "/var/lib/dpkg/info"


def host(root: Path) -> Host:
    long = "".join(f"/usr/share/doc/file-{n}\n" for n in range(40_000))
    return planted(root, {
        f"{INFO}/passwd.list": "/.\n/usr\n/usr/bin\n/usr/bin/chage\n",
        f"{INFO}/sudo:amd64.list": "/usr/bin/sudo\n/bin/old\n",
        f"{INFO}/long.list": f"{long}/usr/bin/last\n",
        f"{INFO}/endless.list": "/" + "x" * 2 * files.PIECE + "\n/usr/bin/behind",
        f"{INFO}/passwd.conffiles": "/etc/other\n",
    })  # fmt: skip


def test_files_of_packages(tmp_path: Path) -> None:
    paths = [
        "/usr/bin/chage",
        "/usr/bin/sudo",
        "/usr/bin/old",
        "/usr/bin/last",
        "/usr/bin/behind",
        "/bin/chag",
        "/etc/other",
    ]
    assert packages_of(host(tmp_path), paths) == {
        "/usr/bin/chage": "passwd", "/usr/bin/sudo": "sudo", "/usr/bin/old": "sudo", "/usr/bin/last": "long",
        "/usr/bin/behind": "endless",
    }  # fmt: skip


def test_every_line_of_a_long_list_is_seen(tmp_path: Path) -> None:
    paths = [f"/usr/share/doc/file-{n}" for n in range(40_000)]
    assert len(packages_of(host(tmp_path), paths)) == len(paths)


def test_no_lists_are_not_an_empty_answer(tmp_path: Path) -> None:
    with pytest.raises(AbsentError):
        packages_of(planted(tmp_path, {"/etc/x": ""}), ["/bin/sh"])
    with pytest.raises(AbsentError):
        packages_of(planted(tmp_path, {f"{INFO}/x.md5sums": ""}), [])
