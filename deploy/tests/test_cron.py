"""The line for cron under a real cron daemon in namespaces of its own (`make test-deploy`, as root)."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.home.config import Home
from agent.home.store import opened
from agent.records.history import SCHEMA, last_scheduled
from agent.schedule.base import Every, Plan, Where
from agent.schedule.cron import Cron

PROGRAM = Path(sys.executable).parent / "shieldwall"
SECONDS = 100
"""Cron looks once a minute; the audit itself takes a few seconds."""
SCRIPT = """
set -e
folder=$1
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/kept
mount --bind $folder /mnt/kept
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir -p $folder
mount --bind /mnt/kept $folder
mount -o remount,bind,ro /
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/spool/cron
mkdir /var/spool/cron/crontabs
mount --bind $folder/cron.d /etc/cron.d
mount --bind /dev/null /etc/crontab
exec cron -f
"""


def test_cron_catches_up_within_the_hour(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    soon = datetime.now(UTC) + timedelta(seconds=65)
    plan = Plan(Every.WEEKLY, soon.minute * 60, PROGRAM, home.path, system=True)
    (file,) = Cron().files(plan, Where())
    (tmp_path / "cron.d").mkdir(mode=0o755)
    (tmp_path / "cron.d" / file.path.name).write_text(file.text)
    (tmp_path / "cron.d" / file.path.name).chmod(0o644)
    command = ["unshare", "-fpm", "--mount-proc", "--kill-child", "sh", "-c", SCRIPT, "cron", str(tmp_path)]
    with (tmp_path / "console.log").open("wb") as out:
        daemon = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        try:
            log, end = home.path / "run.log", time.monotonic() + SECONDS
            while not (log.exists() and log.read_text()) and time.monotonic() < end and daemon.poll() is None:
                time.sleep(0.5)
        finally:
            daemon.kill()
            daemon.wait()
    assert log.exists(), (tmp_path / "console.log").read_text()
    (line,) = log.read_text().splitlines()
    assert json.loads(line)["message"].startswith("audited: ")
    with opened(home, SCHEMA) as db:
        assert last_scheduled(db) is not None
