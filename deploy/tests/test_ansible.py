"""The Ansible role is understood by ansible-playbook (`make test-deploy`)."""

import subprocess
from pathlib import Path

ROLE = Path(__file__).parents[1] / "ansible"


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
