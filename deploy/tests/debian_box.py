"""A clean Debian to install packages in, made once by debootstrap and kept in build/; that alone needs the network."""

import os
import shutil
import subprocess
from pathlib import Path

BASE = Path(__file__).parents[2] / "build" / "debian-12"
MIRROR = filter(None, [os.environ.get("DEBIAN_MIRROR")])
"""Else the one that debootstrap knows."""


def base() -> Path:
    if not (BASE / "usr/bin/python3").exists():
        command = ["debootstrap", "--variant=minbase", "--include=python3,man-db", "bookworm", str(BASE), *MIRROR]
        subprocess.run(command, check=True, capture_output=True)
    return BASE


class Debian:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.network = False
        """Whether commands share the network of the host; else they have none."""

    def __call__(self, command: str, *, code: int = 0) -> str:
        inside = f'mount -t proc proc {self.root}/proc && exec chroot {self.root} /bin/sh -c "$1"'
        environ = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8",
            "HOME": "/root",
            "DEBIAN_FRONTEND": "noninteractive",
        }
        done = subprocess.run(
            ["unshare", "-fpm" if self.network else "-fpmn", "--kill-child", "sh", "-c", inside, "sh", command],
            capture_output=True, text=True, env=environ, check=False,
        )  # fmt: skip
        assert done.returncode == code, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def install(self, package: Path) -> str:
        shutil.copy(package, self.root / "root")
        return self(f"dpkg -i /root/{package.name}")

    def files(self) -> set[str]:
        """All of the system's, without what dpkg and its triggers write about themselves."""
        own = ("var/lib/dpkg", "var/log", "var/cache", "root", "proc", "etc/ld.so.cache", "tmp")
        found = (str(path.relative_to(self.root)) for path in self.root.rglob("*"))
        return {name for name in found if not name.startswith(own)}
