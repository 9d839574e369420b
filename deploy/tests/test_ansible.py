"""The Ansible role, understood and played in a clean Debian (`make test-deploy`, as root)."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from aggregating import fresh, running
from debian_box import Debian
from delivering import at

from aggregator.database import agents
from aggregator.database.engine import reading

ROOT = Path(__file__).parents[2]
ROLE = ROOT / "deploy" / "ansible"
CONTROL = Path("/usr/lib/python3/dist-packages")
"""Where Debian keeps ansible-core; its modules are lent to the clean tree, which shares the release."""
LENT = (
    "*.egg-info",
    "*.dist-info",
    "ansible",
    "jinja2",
    "markupsafe",
    "yaml",
    "_yaml",
    "packaging",
    "resolvelib",
    "apt",
    "apt_pkg*",
    "apt_inst*",
    "aptsources",
)
PLAY = """\
- hosts: all
  gather_facts: false
  roles:
    - role: shieldwall
      vars:
        shieldwall_package: /root/play/{package}
        shieldwall_invitations: /root/play/invitations
        shieldwall_schedule: {schedule}
        shieldwall_config: {{role: server}}
        shieldwall_results: /root/play/results
"""


def test_the_role_is_understood(tmp_path: Path) -> None:
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles/shieldwall").symlink_to(ROLE)
    play = tmp_path / "play.yml"
    play.write_text("- hosts: all\n  roles:\n    - role: shieldwall\n      vars: {shieldwall_results: results}\n")
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}

    def ansible(option: str) -> subprocess.CompletedProcess[str]:
        command = ["ansible-playbook", option, "-i", "localhost,", str(play)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environ)

    told = ansible("--syntax-check")
    assert told.returncode == 0, told.stderr
    assert "Join with the line of this host" in ansible("--list-tasks").stdout


def built() -> Path:
    environ = {**os.environ, "SOURCE_DATE_EPOCH": "1790000000"}
    command = [sys.executable, "deploy/packages/deb.py", "1~role"]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=environ)
    return next((ROOT / "dist").glob("shieldwall_*-1~role_amd64.deb"))


def lend(debian: Debian) -> None:
    place = debian.root / "root" / "control"
    place.mkdir()
    for pattern in LENT:
        for found in CONTROL.glob(pattern):
            (shutil.copytree if found.is_dir() else shutil.copy)(found, place / found.name)


def played(debian: Debian, package: Path, schedule: str = "daily") -> dict[str, int]:
    """What ansible-playbook counted, with no host but this one and no connection but the local one."""
    (debian.root / "root/play/play.yml").write_text(PLAY.format(package=package.name, schedule=schedule))
    told = debian(
        "cd /root/play && ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3 ANSIBLE_NOCOWS=1 PYTHONPATH=/root/control "
        "python3 -m ansible.cli.playbook -c local -i first, play.yml"
    )
    (recap,) = re.findall(r"^first +: (.*)$", told, re.M)
    return {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", recap)}


def test_the_role_installs_joins_schedules_and_changes_nothing_when_played_again(
    debian: Debian, tmp_path: Path
) -> None:
    package, play = built(), debian.root / "root/play"
    (play / "roles").mkdir(parents=True)
    shutil.copytree(ROLE, play / "roles/shieldwall")
    shutil.copy(package, play)
    (debian.root / "etc/cron.d").mkdir(exist_ok=True)
    lend(debian)
    with running(fresh(tmp_path / "data")) as live:
        firm = live.firm()
        lines = [at(invitation, live).encode() for invitation in live.invite(firm, 3)]
        (play / "invitations").write_text("\n".join(lines) + "\n")
        debian.network = True
        first = played(debian, package)
        with reading(live.service.engine) as connection:
            (agent,) = agents.of_firm(connection, live.config.cluster, firm.id)
        again = played(debian, package)
        weekly = played(debian, package, "weekly")
    assert agent.id in (debian.root / "var/lib/shieldwall/enrolment.json").read_text()
    assert (first["failed"], first["changed"] >= 4) == (0, True), first
    assert again["changed"] == 0, again
    assert weekly["changed"] == 1, weekly
    assert "--every weekly" in (debian.root / "etc/cron.d/shieldwall").read_text()
    result = json.loads((play / "results/first.json").read_text())
    assert result["counts"]["error"] == 0
