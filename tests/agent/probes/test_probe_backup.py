from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from planted import NOW, planted
from unprivileged import as_nobody

from agent.looking.host import Host
from agent.probes.backup import collect
from agent.probes.backup.tools import named_in
from shieldwall.checks.fact import FactKey

KEY = FactKey.of("backup", {})
UNITS = {
    "/usr/lib/systemd/system/cron.service": "[Service]\n[Install]\nWantedBy=multi-user.target\n",
    "/etc/systemd/system/nightly.timer": "[Timer]\nOnCalendar=daily\nUnit=save.service\n[Install]\nWantedBy=timers.target\n",
    "/etc/systemd/system/save.service": "[Service]\nEnvironment=RESTIC_PASSWORD=hunter2\nExecStart=/usr/bin/restic -r /mnt/b backup /srv\n",
}
NIGHTLY = {"/etc/systemd/system/timers.target.wants/nightly.timer": "/etc/systemd/system/nightly.timer"}


def look(root: Path, files: dict[str, str | bytes], links: dict[str, str] | None = None) -> Any:
    host = planted(root, {"/usr/lib/systemd/system/x.service": "[Service]\n", **files}, links)
    return collect([KEY], host)[KEY].to_json()["value"]


def aged(root: Path, path: str, days: float) -> None:
    when = (NOW - timedelta(days=days)).timestamp()
    os.utime(root / path[1:], (when, when))


def test_nothing_at_all(tmp_path: Path) -> None:
    value = look(
        tmp_path, {"/etc/crontab": "# 0 3 * * * root restic backup /\n17 * * * * root run-parts /etc/cron.hourly\n"}
    )
    assert value == {
        "tools": [], "scheduled": False, "last_success": {"?": "absent"}, "targets": [],
        "snapshots": {"?": "unsupported"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("files", "links", "tools"),
    [
        ({**UNITS}, NIGHTLY, ["restic"]),
        ({**UNITS}, {}, []),
        ({"/etc/cron.d/b": "30 2 * * * root /usr/bin/borgmatic --syslog-verbosity 1\n"}, {}, ["borgmatic"]),
        ({"/etc/cron.d/b": "#30 2 * * * root /usr/bin/borgmatic\n"}, {}, []),
        ({"/etc/cron.d/b": "@daily root duplicity full / file:///mnt\n"}, {}, ["duplicity"]),
        ({"/etc/cron.daily/save": "#!/bin/sh\nrsync -a /srv/ host:/b\n"}, {}, ["rsync"]),
        ({"/etc/crontab": "0 1 * * * root /usr/local/bin/save.sh\n",
          "/usr/local/bin/save.sh": "#!/bin/bash\nexport X=1\nborg create ::x /srv\n"}, {}, ["borg"]),
        ({"/etc/crontab": "0 1 * * * root /usr/local/bin/save.sh\n", "/usr/local/bin/save.sh": "#!/bin/sh\n# borg\n"}, {}, []),
        ({"/var/spool/cron/crontabs/root": "0 1 * * * rsnapshot daily\n"}, {}, ["rsnapshot"]),
        ({"/usr/lib/systemd/system/bareos-fd.service": "[Service]\n[Install]\nWantedBy=multi-user.target\n"},
         {"/etc/systemd/system/multi-user.target.wants/bareos-fd.service": "/usr/lib/systemd/system/bareos-fd.service"},
         ["bareos"]),
    ],
)  # fmt: skip
def test_scheduled_jobs(tmp_path: Path, files: dict[str, str | bytes], links: dict[str, str], tools: list[str]) -> None:
    value = look(tmp_path, files, links)
    assert (value["scheduled"], value["tools"]) == (bool(tools), tools)


def test_a_program_that_nobody_calls_is_not_a_schedule(tmp_path: Path) -> None:
    value = look(tmp_path, {"/usr/bin/restic": "x", "/usr/bin/rsync": "x"})
    assert (value["tools"], value["scheduled"], value["last_success"]) == (["restic"], False, {"?": "unsupported"})


def test_no_text_of_a_job_is_kept(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        **UNITS,
        "/etc/cron.d/b": "0 1 * * * root RESTIC_PASSWORD=hunter2 restic backup /srv\n",
    }
    assert "hunter2" not in json.dumps(look(tmp_path, files, NIGHTLY))


CACHE = "/root/.cache/restic/ab12/snapshots/0f/0f3"


@pytest.mark.parametrize(
    ("files", "touched", "expected"),
    [
        ({"/usr/bin/restic": "x", CACHE: "", CACHE + "4": ""}, {CACHE: 9, CACHE + "4": 2}, "2026-10-30T12:00:00Z"),
        ({"/usr/bin/borg": "x", "/root/.config/borg/security/ab/manifest-timestamp": "2026-10-31T03:00:05.123456"},
         {}, "2026-10-31T03:00:05Z"),
        ({"/usr/bin/duplicity": "x", "/root/.cache/duplicity/ab/duplicity-full.20261001T020000Z.manifest": "",
          "/root/.cache/duplicity/ab/duplicity-inc.20261001T020000Z.to.20261029T020000Z.manifest.gpg": ""},
         {}, "2026-10-29T02:00:00Z"),
        ({"/usr/bin/rsnapshot": "x", "/var/log/rsnapshot.log":
          "[2026-10-20T03:00:00] /usr/bin/rsnapshot daily: completed successfully\n"
          "[2026-10-28T03:00:00] /usr/bin/rsnapshot daily: ERROR: failed\n"}, {}, "2026-10-20T03:00:00Z"),
        ({"/usr/bin/timeshift": "x", "/timeshift/snapshots/2026-10-30_10-00-01/info.json": "{}"}, {}, "2026-10-30T10:00:01Z"),
        ({"/usr/bin/borg": "x", "/root/.config/borg/security/ab/manifest-timestamp": "soon"}, {}, {"?": "unsupported"}),
        ({"/usr/bin/kopia": "x"}, {}, {"?": "unsupported"}),
    ],
)  # fmt: skip
def test_last_success(
    tmp_path: Path, files: dict[str, str | bytes], touched: dict[str, float], expected: object
) -> None:
    host = planted(tmp_path, {"/usr/lib/systemd/system/x.service": "[Service]\n", **files})
    for path, days in touched.items():
        aged(tmp_path, path, days)
    assert collect([KEY], host)[KEY].value["last_success"] == expected


def test_who_may_write_to_the_target(tmp_path: Path) -> None:
    host = planted(
        tmp_path,
        {
            **UNITS, "/mnt/b/config": "", "/srv/snap/x": "",
            "/usr/bin/rsnapshot": "x", "/etc/rsnapshot.conf": "snapshot_root\t/srv/snap/\n",
            "/usr/bin/borgmatic": "x", "/etc/borgmatic/config.yaml":
            "source_directories:\n  - /home\nrepositories:\n  - path: ssh://b@h/./r\n    label: far\n  - path: /gone/r\nretain:\n  - /etc\n",
        },
        NIGHTLY,
    )  # fmt: skip
    os.chmod(tmp_path / "mnt/b", 0o777)
    os.chmod(tmp_path / "srv/snap", 0o755)
    rows = collect([KEY], host)[KEY].value["targets"]
    assert rows == [
        {"remote": False, "shared": {"?": "absent"}},
        {"remote": False, "shared": True},
        {"remote": False, "shared": (tmp_path / "srv/snap").stat().st_uid >= 1000},
        {"remote": True, "shared": {"?": "absent"}},
    ]


def test_an_ordinary_user_learns_that_there_may_be_more(tmp_path: Path) -> None:
    spool = tmp_path / "var/spool/cron/crontabs"
    spool.mkdir(parents=True)
    host = planted(tmp_path, {"/usr/lib/systemd/system/x.service": "[Service]\n"})
    for folder in (tmp_path, *tmp_path.parents):
        if os.access(folder, os.W_OK) and folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            os.chmod(folder, folder.stat().st_mode | 0o055)
        if folder == Path("/tmp"):
            break
    spool.chmod(0)
    try:
        value = as_nobody(lambda: collect([KEY], host)[KEY].to_json())["value"]
    finally:
        spool.chmod(0o700)
    assert value["scheduled"] == {"?": "privilege"}


@pytest.mark.parametrize(
    ("text", "tools"),
    [("/usr/bin/restic backup", {"restic"}), ("restic-exporter", set()), ("my-borg x", set()), ("# borg", set()),
     ("resticprofile run", {"restic"}), ("x; rsync a b && borgmatic", {"rsync", "borgmatic"})],
)  # fmt: skip
def test_words_that_call_a_program(text: str, tools: set[str]) -> None:
    assert named_in(text) == tools


def test_the_running_host_is_looked_at_without_an_error() -> None:
    fact = collect([KEY], Host(now=datetime.now(UTC)))[KEY]
    assert fact.reason is None
