"""`new`, `import` and `scan --pack` as people type them."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from agent.authoring.library_check import faults_of_check
from agent.authoring.skeleton import KINDS

ROOT = Path(__file__).parents[3]
MAIN = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from agent.cli import main; main()"
WAZUH = """policy: {id: own, file: own.yml, name: Ours, description: Ours}
checks:
  - id: 1
    title: passwd is there
    condition: all
    rules: ['f:/etc/passwd']
  - id: 2
    title: nothing calls a program
    condition: all
    rules: ['c:date -> r:x']
"""


def run(home: Path, *args: str, **more: object) -> "subprocess.CompletedProcess[str]":
    environ = {**os.environ, "SHIELDWALL_HOME": str(home / "home"), "COLUMNS": "100"}
    options = {"capture_output": True, "text": True, "timeout": 120, "stdin": subprocess.DEVNULL, **more}
    return subprocess.run([sys.executable, "-c", MAIN, *args], env=environ, cwd=home, **options)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_check_is_good_as_it_stands(tmp_path: Path, kind: str) -> None:
    asked = [
        "--looks-at",
        kind,
        "--topic",
        "ours",
        "--title",
        'Ours: is "so"',
        "--theme",
        "access",
        "--severity",
        "low",
    ]
    done = run(tmp_path, "new", f"our-{kind}", *asked)
    file = tmp_path / f"own-checks/checks/ours/our-{kind}.yaml"
    assert done.returncode == 0 and faults_of_check(file) == [], done.stderr
    again = run(tmp_path, "new", f"our-{kind}", *asked)
    assert again.returncode == 2 and "another id" in again.stderr


def test_new_says_which_option_is_missing_and_refuses_names_that_lead_elsewhere(tmp_path: Path) -> None:
    done = run(tmp_path, "new", "our-check")
    assert done.returncode == 2 and "--looks-at" in done.stderr and "question" in done.stderr
    asked = ["--looks-at", "file", "--title", "Ours", "--theme", "access", "--severity", "low"]
    for name, topic in (("../x", "ours"), ("ours", "../ours")):
        done = run(tmp_path, "new", name, *asked, "--topic", topic)
        assert done.returncode == 78 and not (tmp_path / "own-checks").exists(), done.stderr


def test_new_asks_at_a_terminal(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    environ = {**os.environ, "SHIELDWALL_HOME": str(tmp_path / "home")}
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "new"], stdin=slave, stdout=slave, stderr=slave, env=environ, cwd=tmp_path
    )
    os.close(slave)
    os.write(master, b"our-umask\nfile\nours\nOurs is so\naccess\nlow\n")
    seen = b""
    try:
        while chunk := os.read(master, 4096):
            seen += chunk
    except OSError:
        pass
    assert process.wait(timeout=60) == 0 and b"What is so when it passes" in seen
    assert faults_of_check(tmp_path / "own-checks/checks/ours/our-umask.yaml") == []


def test_rules_of_another_tool_are_taken_over_and_audited(tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text(WAZUH)
    done = run(tmp_path, "import", "wazuh", "own.yml", "--to", "mine")
    assert done.returncode == 0 and "1 taken over whole, 0 in part, 1 only by name, 0 left out" in done.stderr, (
        done.stderr
    )
    assert "unsupported: no probe knows what `date` prints; it is not run" in done.stdout
    assert run(tmp_path, "lint", "mine").returncode == 0
    scanned = run(tmp_path, "scan", "--pack", "mine", "--format", "json")
    found = {c["id"]: (c["outcome"], c.get("reason")) for c in json.loads(scanned.stdout)["checks"]}
    assert found == {"wazuh-1": ("pass", None), "wazuh-2": ("unknown", "unsupported")}
    told = run(tmp_path, "explain", "wazuh-2", "--pack", "mine")
    assert told.returncode == 0 and "nothing calls a program" in told.stdout, told.stderr
    assert run(tmp_path, "explain", "wazuh-9", "--pack", "mine").returncode == 2
    assert run(tmp_path, "history").stdout.count("scan") <= 1, "audits of own checks stay out of the history"
    wrong = run(tmp_path, "import", "wazuh", "own.yml", "--to", "own.yml/x")
    assert wrong.returncode == 78 and "--to" in wrong.stderr


def test_a_malformed_rule_ends_with_1_and_its_line(tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text(WAZUH.replace("c:date", "q:date"))
    done = run(tmp_path, "import", "wazuh", "own.yml")
    assert done.returncode == 1 and "own.yml:10: checks.1.rules.0: there is no rule of type 'q:'" in done.stdout


def test_a_folder_without_checks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run(tmp_path, "scan", "--pack", "empty")
    assert done.returncode == 2 and "shieldwall new" in done.stderr


@pytest.mark.parametrize("more", [[], ["--fail-on", "never"], ["--format", "json", "--quiet"]])
def test_an_audit_in_which_nothing_was_applicable_says_so_loudly_and_does_not_exit_with_0(
    tmp_path: Path, more: list[str]
) -> None:
    check = tmp_path / "mine/checks/ours/elsewhere.yaml"
    run(
        tmp_path,
        "new",
        "elsewhere",
        "--looks-at",
        "package",
        "--topic",
        "ours",
        "--title",
        "Only elsewhere",
        "--theme",
        "access",
        "--severity",
        "low",
        "--to",
        "mine",
    )
    check.write_text(check.read_text().replace("platforms: [linux]", "platforms: [windows]"))
    done = run(tmp_path, "scan", "--pack", "mine", *more)
    assert done.returncode == 2 and "nothing was audited" in done.stderr, done.stdout
    assert more[:1] == ["--format"] or "NOTHING WAS AUDITED" in done.stdout
