"""The command references say what the programs say, and the man pages are roff that man takes without complaint."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "module"), [("commands.md", "agent.cli"), ("aggregator-commands.md", "aggregator.cli")]
)
def test_the_reference_is_the_programs_own(name: str, module: str) -> None:
    code = f"import sys; sys.path.insert(0, 'deploy'); from reference import page; sys.stdout.write(page({module!r}))"
    made = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT).stdout
    assert (ROOT / "docs" / name).read_text() == made, "`make reference` writes it anew"


@pytest.mark.parametrize("module", ["agent.cli", "aggregator.cli"])
def test_man_pages_hold_every_command_and_no_stray_request(module: str) -> None:
    from importlib import import_module

    code = f"from {module} import main; main(['manual'])"
    text = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT).stdout
    known = (".TH ", ".SH ", ".SS ", ".TP", ".B ", ".PP", ".nf", ".fi")
    for line in text.splitlines():
        assert not line.startswith((".", "'")) or line.startswith(known), line
    for command in import_module(f"{module}.registry").COMMANDS:
        assert f" {command}".replace("-", "\\-") in text, command


@pytest.mark.parametrize("module", ["agent.cli", "aggregator.cli"])
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_call_the_program_they_are_for(module: str, shell: str) -> None:
    code = f"from {module} import main; main(['completion', {shell!r}])"
    text = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT).stdout
    program = "shieldwall" if module == "agent.cli" else "shieldwall-aggregator"
    assert f"_{program.upper().replace('-', '_')}_COMPLETE" in text
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=text, check=True, text=True)


@pytest.mark.parametrize(("program", "typed", "expected"), [
    ("shieldwall", "sc", ["scan", "schedule"]),
    ("shieldwall-aggregator", "re", ["release", "restore"]),
])  # fmt: skip
def test_bash_completes_what_is_begun(program: str, typed: str, expected: list[str]) -> None:
    """The generated script, sourced by a real bash, asked as the tabulator key asks."""
    function = f"_{program.replace('-', '_')}_completion"
    script = (
        f"source <({program} completion bash); COMP_WORDS=({program} {typed}); COMP_CWORD=1; "
        f'{function} {program} {typed}; printf "%s\\n" "${{COMPREPLY[@]}}"'
    )
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(["bash", "-c", script], env={"PATH": path}, capture_output=True, text=True, check=True)
    assert done.stdout.split() == expected, done


@pytest.mark.parametrize("program", ["shieldwall", "shieldwall-aggregator"])
def test_man_takes_the_page_without_complaint(program: str, tmp_path: Path) -> None:
    page = tmp_path / f"{program}.1"
    made = subprocess.run([f"{Path(sys.executable).parent}/{program}", "manual"], capture_output=True, check=True)
    page.write_bytes(made.stdout)
    environ = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": "80"}
    done = subprocess.run(
        ["man", "--warnings", "-l", str(page)], capture_output=True, text=True, check=True, env=environ
    )
    assert done.stderr == ""
    assert "SYNOPSIS" in done.stdout or "NAME" in done.stdout
