"""A systemd of its own in namespaces of its own: it sees our units and nothing else, and may write only where told.

The host's root is mounted read-only inside, /run, /var/lib/systemd and /etc/systemd are empty; `folder` alone is
shared. The manager is a child of this process and is killed, with everything it started, at the end of the block.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UP_SECONDS = 20
SAID = "said.log"
"""What the services write to standard error; there is no journal inside."""
_SCRIPT = """
set -e
folder=$1
mount --make-rprivate /
mkdir -p $folder
mount --bind $folder $folder
mount -o remount,bind,ro /
mount -t tmpfs tmpfs /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs tmpfs /var/lib/systemd
mount -t tmpfs tmpfs /var/lib/private 2>/dev/null || true
mkdir -p /var/lib/systemd/timers
if [ -n "$2" ]; then touch -d "$2" /var/lib/systemd/timers/stamp-shieldwall.timer; fi
export container=other SYSTEMD_UNIT_PATH=$folder/units SYSTEMD_GENERATOR_PATH= SYSTEMD_ENVIRONMENT_GENERATOR_PATH=
exec /lib/systemd/systemd --system --unit=box.target --log-target=console --show-status=0
"""
_TARGET = "[Unit]\nDefaultDependencies=no\nWants={wants}\nAfter={wants}\n"
_PLAIN = "[Unit]\nDefaultDependencies=no\n"


class Box:
    def __init__(self, manager: int, folder: Path) -> None:
        self.manager, self.folder = manager, folder

    def inside(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = ["nsenter", "-t", str(self.manager), "-m", "-p", "-n", "-i", "-u", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    def show(self, unit: str, *properties: str) -> dict[str, str]:
        told = self.inside("systemctl", "show", unit, *(f"-p{name}" for name in properties)).stdout
        return dict(line.split("=", 1) for line in told.splitlines() if "=" in line)

    def wait(self, unit: str, name: str, value: str, seconds: float) -> dict[str, str]:
        end = time.monotonic() + seconds
        while True:
            found = self.show(unit, name)
            if found.get(name) == value or time.monotonic() > end:
                return found
            time.sleep(0.2)


@contextmanager
def box(folder: Path, units: dict[str, str], wants: str, *, last: str = "") -> Iterator[Box]:
    """`last`: when the timer elapsed before, as touch(1) reads it; "" for never."""
    place = folder / "units"
    place.mkdir(parents=True)
    plain = ("basic", "sysinit", "timers", "network-online", "time-sync", "shutdown", "time-set")
    texts = {f"{name}.target": _PLAIN for name in plain} | {"box.target": _TARGET.format(wants=wants)} | units
    for name in [name for name in units if name.endswith(".service")]:
        texts[f"{name}.d/said.conf"] = f"[Service]\nStandardError=append:{folder / SAID}\n"
    for name, text in texts.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    command = ["unshare", "-fpmunC", "--mount-proc", "--kill-child", "sh", "-c", _SCRIPT, "box", str(folder), last]
    with (folder / "console.log").open("wb") as log:
        outer = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            yield Box(_manager(outer, folder), folder)
        finally:
            outer.kill()
            outer.wait()


def _manager(outer: subprocess.Popen[bytes], folder: Path) -> int:
    end = time.monotonic() + UP_SECONDS
    while time.monotonic() < end and outer.poll() is None:
        children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text().split()
        if children:
            found = Box(int(children[0]), folder)
            if found.inside("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"):
                return found.manager
        time.sleep(0.1)
    raise AssertionError(f"no systemd came up: {(folder / 'console.log').read_text()}")
