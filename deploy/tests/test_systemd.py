"""The installed timer under a real systemd (`make test-deploy`, as root)."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from systemd_box import box

from agent.home.config import Home
from agent.home.store import opened
from agent.records.history import SCHEMA, last_scheduled
from agent.schedule.base import Every, Plan, Where
from agent.schedule.systemd import Systemd

PROGRAM = Path(sys.executable).parent / "shieldwall"
EXPOSURE = 4.0
"""systemd-analyze's figure; it calls up to 4 `OK`. Root that reads the whole host cannot come much lower."""


@pytest.fixture
def units(tmp_path: Path) -> dict[str, str]:
    plan = Plan(Every.DAILY, 3 * 3600, PROGRAM, tmp_path / "home", system=True)
    return {file.path.name: file.text for file in Systemd().files(plan, Where())}


@pytest.mark.parametrize("every", list(Every))
def test_systemd_understands_every_line(tmp_path: Path, every: Every) -> None:
    plan = Plan(every, 6 * 86_400 + 123, PROGRAM, tmp_path / "a home", system=True)
    files = Systemd().files(plan, Where(root=tmp_path))
    for file in files:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        file.path.write_text(file.text)
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(file.path) for file in files)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr + told.stdout) == (0, "")
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(files[0].path)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", rated)
    assert level is not None, rated
    assert float(level[1]) <= EXPOSURE, rated


def test_a_missed_turn_is_caught_up_as_soon_as_the_host_is_on(tmp_path: Path, units: dict[str, str]) -> None:
    home = Home(tmp_path / "home").create()
    units["shieldwall.timer.d/soon.conf"] = "[Timer]\nRandomizedDelaySec=0\nAccuracySec=1s\n"
    with box(tmp_path, units, "shieldwall.timer", last="3 days ago") as live:
        live.wait("shieldwall.service", "SubState", "dead", 60)
        found = live.show(
            "shieldwall.service", "Result", "ExecMainStatus", "Nice", "NRestarts", "ExecMainStartTimestamp"
        )
        next_turn = live.show("shieldwall.timer", "NextElapseUSecRealtime", "Persistent")
    assert found["ExecMainStartTimestamp"], found
    assert (found["Result"], found["ExecMainStatus"], found["Nice"]) == ("success", "0", "19")
    assert "03:00" in next_turn["NextElapseUSecRealtime"], next_turn
    with opened(home, SCHEMA) as db:
        assert last_scheduled(db) is not None
    said = [json.loads(line) for line in (tmp_path / "said.log").read_text().splitlines() if line.startswith("{")]
    assert [line["message"].split(":")[0] for line in said] == ["audited"]


def test_hardening_changes_no_verdict(tmp_path: Path, units: dict[str, str]) -> None:
    def looking(text: str, name: str) -> str:
        scan = f"{PROGRAM} --home {tmp_path / 'home'} scan --policy all --fail-on never --no-record --quiet"
        text = text.replace("Type=simple", "Type=oneshot").replace("RestartForceExitStatus", "#")
        return re.sub(r"ExecStart=.*", f"ExecStart={scan} --output {tmp_path / 'home'}/{name}.json", text)

    Home(tmp_path / "home").create()
    hardened = units["shieldwall.service"]
    plain = re.sub(r"(?m)^(?!Type|ExecStart|\[|Description).*\n", "", hardened)
    services = {"hard.service": looking(hardened, "hard"), "plain.service": looking(plain, "plain")}
    with box(tmp_path, services, "") as live:
        for name in services:
            done = live.inside("systemctl", "start", name)
            assert done.returncode == 0, done.stderr
            state = live.show(name, "Result", "ExecMainStatus")
            assert state == {"Result": "success", "ExecMainStatus": "0"}

    def verdicts(name: str) -> dict[str, str]:
        found = json.loads((tmp_path / "home" / f"{name}.json").read_text())
        return {item["id"]: f"{item['outcome']} {item.get('reason')}" for item in found["checks"]}

    hard, plain_ = verdicts("hard"), verdicts("plain")
    assert {k: (v, plain_[k]) for k, v in hard.items() if v != plain_[k]} == {}
    assert len(hard) > 100
