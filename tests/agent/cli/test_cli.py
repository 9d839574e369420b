import json
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import click
import pytest
from agent_sample import RUN, sample_result, sample_snapshot

from agent.home.config import Home
from agent.home.locking import locked
from agent.scan.record import keep
from shieldwall.checks.fact import Fact
from shieldwall.packs.pack import load_pack
from shieldwall.packs.policy import whole_library

ROOT = Path(__file__).parents[3]
MAIN = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from agent.cli import main; main()"
TRUE, OTHER = "backup-restore-tested", "org-policy-written"
"""Two checks that only people can answer, so that their outcome does not depend on the machine that runs the tests."""


class Shieldwall:
    """The program as a user runs it, in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *args: str, **more: object) -> subprocess.CompletedProcess[str]:
        environ = {**os.environ, "SHIELDWALL_HOME": str(self.home), "COLUMNS": "100", **more.pop("env", {})}  # type: ignore[dict-item]
        options = {"capture_output": True, "text": True, "timeout": 120, "stdin": subprocess.DEVNULL, **more}
        return subprocess.run([sys.executable, "-c", MAIN, *args], env=environ, cwd="/", **options)  # type: ignore[call-overload, no-any-return]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled library, made once for all tests instead of once a home."""
    cache = tmp_path_factory.mktemp("compiled")
    load_pack(cache)
    return cache


@pytest.fixture
def shieldwall(tmp_path: Path, compiled: Path) -> Shieldwall:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.copytree(compiled, home / "cache")
    return Shieldwall(home)


def imported(*args: str) -> set[str]:
    code = f"{MAIN.replace('; main()', '')}\ntry: main({list(args)!r})\nexcept SystemExit: pass\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["scan", "--help"], ["doctor", "--help"]])
def test_help_costs_nothing(args: list[str]) -> None:
    assert not imported(*args) & {
        "requests", "nmap", "dns", "sqlite_utils", "rich", "cryptography", "re2", "yaml", "psutil", "sqlite3", "numpy",
    }  # fmt: skip


def test_help_lists_every_command_and_the_exit_codes(shieldwall: Shieldwall) -> None:
    from agent.cli.registry import COMMANDS

    done = shieldwall("--help")
    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
    assert "130 interrupted" in done.stdout


def test_every_command_in_the_table_is_there(shieldwall: Shieldwall) -> None:
    from agent.cli.registry import COMMANDS

    for name in COMMANDS:
        done = shieldwall(name, "--help")
        assert (done.returncode, done.stderr) == (0, "")


def test_a_mistyped_command_is_named_with_its_neighbour(shieldwall: Shieldwall) -> None:
    done = shieldwall("scna")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no command 'scna'. Did you mean `scan`?" in done.stderr


def test_answers_decide_the_exit_code(shieldwall: Shieldwall) -> None:
    assert shieldwall("scan", "--only", TRUE).returncode == 2
    assert shieldwall("answer", "--set", f"{TRUE}=yes", "--set", f"{OTHER}=no", "--by", "Anna").returncode == 0
    assert shieldwall("scan", "--only", TRUE).returncode == 0
    assert shieldwall("scan", "--only", OTHER).returncode == 1
    assert shieldwall("scan", "--only", OTHER, "--fail-on", "critical").returncode == 0
    assert shieldwall("scan", "--only", OTHER, "--fail-on", "never").returncode == 0


def test_nothing_to_audit_is_loud_and_not_clean(shieldwall: Shieldwall) -> None:
    done = shieldwall("scan", "--only", TRUE, "--quiet")
    assert done.returncode == 2
    assert "NOTHING WAS AUDITED" in done.stdout and "nothing was audited" in done.stderr


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["scan", "--only", "ssh-rot-login-disabled"], 2, "unknown check"),
        (["scan", "--policy", "sme-essential"], 2, "did you mean 'sme-essentials'"),
        (["scan", "--facts", "/nonexistent.json"], 78, "cannot read /nonexistent.json"),
        (["scan", "--format", "pdf"], 2, "'pdf' is not one of"),
        (["explain", "no-such"], 2, "unknown check"),
        (["diff", "7", "8"], 2, "no scan is called '7'"),
        (["waive", TRUE], 2, "--reason"),
        (["waive", TRUE, "--end"], 2, "is not waived"),
        (["answer", "--set", f"{TRUE}=maybe", "--by", "A"], 2, "answer yes, no, partly or na"),
        (["answer", "--set", f"{TRUE}=yes"], 2, "--by NAME"),
        (["answer"], 2, "nobody to ask"),
    ],
)
def test_a_message_says_what_happened_and_what_to_type(
    shieldwall: Shieldwall, args: list[str], code: int, words: str
) -> None:
    done = shieldwall(*args)
    assert done.returncode == code
    assert words in done.stderr and "Traceback" not in done.stderr and done.stdout == ""


def test_the_result_goes_to_standard_output_and_talk_to_standard_error(shieldwall: Shieldwall) -> None:
    done = shieldwall("--log", "json", "scan", "--only", TRUE, "--format", "json")
    assert json.loads(done.stdout)["checks"][0]["id"] == TRUE
    assert [json.loads(line)["level"] for line in done.stderr.splitlines()] == ["error"]
    assert "\x1b" not in done.stdout + done.stderr


def test_a_file_gets_the_format_its_name_says_and_is_private(shieldwall: Shieldwall, tmp_path: Path) -> None:
    for name, begin in (
        ("a.html", "<!doctype html>"),
        ("a.json", "{"),
        ("a.txt", "Shieldwall"),
        ("noname", "Shieldwall"),
    ):
        file = tmp_path / name
        done = shieldwall("scan", "--only", TRUE, "--output", str(file))
        assert (done.returncode, done.stdout) == (2, "")
        assert file.read_text().startswith(begin)
        assert file.stat().st_mode & 0o777 == 0o600


def small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


def test_a_full_disk_leaves_the_old_report_and_says_so(shieldwall: Shieldwall, tmp_path: Path) -> None:
    shieldwall("history")
    file = tmp_path / "report.html"
    file.write_text("the report of yesterday")
    done = shieldwall("scan", "--only", TRUE, "--no-record", "--output", str(file), preexec_fn=small_files)
    assert done.returncode == 74
    assert f"{file}: File too large" in done.stderr
    assert file.read_text() == "the report of yesterday"
    assert [path.name for path in tmp_path.glob(".report*")] == []


def test_a_full_standard_output_is_an_error(shieldwall: Shieldwall) -> None:
    with open("/dev/full", "w") as full:
        done = shieldwall("scan", "--only", TRUE, stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert done.returncode != 0
    assert "No space left on device" in done.stderr and "Traceback" not in done.stderr
    assert shieldwall("scan", "--only", TRUE, "--output", "/dev/full").returncode == 74


def test_a_reader_that_leaves_early_is_no_error_of_ours(shieldwall: Shieldwall) -> None:
    command = f"{sys.executable} -c '{MAIN}' scan --only=org-policy-written --format json | head -c 10; echo ${{PIPESTATUS[0]}}"
    environ = {**os.environ, "SHIELDWALL_HOME": str(shieldwall.home)}
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=environ, cwd="/")
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr
    assert done.stdout.split()[-1] in ("141", "1", "2")


def test_two_scans_at_once_the_second_waits_for_nobody(shieldwall: Shieldwall) -> None:
    with locked(shieldwall.home / "scan.lock"):
        done = shieldwall("scan", "--only", TRUE)
    assert done.returncode == 2 and "another scan is running" in done.stderr
    assert "another scan" not in shieldwall("scan", "--only", TRUE).stderr


def test_a_whole_scan_is_kept_and_one_of_a_part_is_not(shieldwall: Shieldwall) -> None:
    shieldwall("answer", "--set", f"{TRUE}=yes", "--by", "Anna")
    shieldwall("scan", "--quiet", "--scheduled")
    shieldwall("scan", "--only", TRUE)
    (run,) = [json.loads(line) for line in shieldwall("history", "--json").stdout.splitlines()]
    assert (run["number"], run["trigger"], run["policy"]) == (1, "schedule", "sme-essentials")
    assert run["counts"]["pass"] >= 1


def test_two_kept_scans_can_be_compared(shieldwall: Shieldwall) -> None:
    better = sample_snapshot(**{"config(app=sshd)": Fact.known({"permitrootlogin": "no", "maxauthtries": "6"})})
    for digit, snapshot in enumerate((sample_snapshot(), better)):
        result = replace(sample_result(snapshot), run=f"{RUN[:-1]}{digit}")
        keep(Home(shieldwall.home), result, trigger="manual", scans_kept=9)
    assert [line.split()[0] for line in shieldwall("history").stdout.splitlines()[1:]] == ["2", "1"]
    assert "better         ssh-root: fail -> pass" in shieldwall("diff").stdout
    assert "worse          ssh-root: pass -> fail" in shieldwall("diff", "2", "1").stdout


def test_an_accepted_risk_asks_no_more_but_does_not_pass(shieldwall: Shieldwall) -> None:
    shieldwall("answer", "--set", f"{OTHER}=no", "--by", "Anna")
    done = shieldwall("waive", OTHER, "--reason", "will be written in May", "--owner", "Anna", "--until", "2099-01-01")
    assert done.returncode == 2 and "at most 365 days" in done.stderr
    from datetime import UTC, datetime, timedelta

    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    shieldwall("waive", OTHER, "--reason", "will be written in May", "--owner", "Anna", "--until", until)
    assert OTHER in shieldwall("waive").stdout
    done = shieldwall("scan", "--only", OTHER)
    assert done.returncode == 0 and "ACCEPTED RISKS (1)" in done.stdout and "1 failed" in done.stdout
    shieldwall("waive", OTHER, "--end")
    assert shieldwall("scan", "--only", OTHER).returncode == 1


def test_a_form_goes_out_and_comes_back(shieldwall: Shieldwall, tmp_path: Path) -> None:
    file = tmp_path / "form.yaml"
    shieldwall("answer", "--policy", "all", "--export", str(file))
    text = file.read_text().replace(f"{TRUE}:", f"{TRUE}: yes").replace('by: ""', "by: Bo Li")
    file.write_text(text)
    done = shieldwall("answer", "--policy", "all", "--import", str(file))
    assert (done.returncode, done.stderr) == (0, "shieldwall: 1 answer kept\n")
    assert f"{TRUE}: yes (until " in shieldwall("answer", "--policy", "all", "--list").stdout
    file.write_text(text.replace(f"{TRUE}: yes", f"{TRUE}: maybe"))
    done = shieldwall("answer", "--policy", "all", "--import", str(file))
    assert done.returncode == 78 and f"{file}:" in done.stderr


def test_a_recorded_snapshot_is_judged_like_the_host(shieldwall: Shieldwall, tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    quick = [
        f"--only={item.check.id}"
        for item in whole_library(load_pack(shieldwall.home / "cache")).selected
        if {key.probe for key in item.bound.keys()} <= {"config", "kernel", "file", "attest", "os"}  # noqa: SIM118
    ][:40]
    live = shieldwall("scan", *quick, "--format", "json", "--save-facts", str(file))
    again = shieldwall("scan", *quick, "--facts", str(file), "--format", "json")
    outcomes = [
        {c["id"]: (c["outcome"], c["reason"]) for c in json.loads(run.stdout)["checks"]} for run in (live, again)
    ]
    assert outcomes[0] == outcomes[1] and outcomes[0]
    assert live.returncode == again.returncode
    assert file.stat().st_mode & 0o777 == 0o600


def test_explain_shows_why_what_was_seen_and_the_truth_tree(shieldwall: Shieldwall) -> None:
    shieldwall("answer", "--set", f"{OTHER}=partly", "--by", "Anna")
    text = shieldwall("explain", OTHER).stdout
    for part in (
        "WHY IT MATTERS",
        "ON THIS HOST\n  fail",
        "saw partly  at answer of Anna",
        "HOW TO FIX IT HERE",
        "SUPPORTS",
    ):
        assert part in text


def test_a_home_that_cannot_be_made_stops_no_audit(shieldwall: Shieldwall, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = shieldwall("scan", "--only", TRUE, env={"SHIELDWALL_HOME": str(tmp_path / "file" / "home")})
    assert done.returncode == 2 and "NOTHING WAS AUDITED" in done.stdout
    assert "going on without history" in done.stderr


def test_a_broken_database_stops_no_audit_and_the_doctor_names_it(shieldwall: Shieldwall) -> None:
    (shieldwall.home / "agent.db").write_bytes(b"not a database at all, but long enough to look like one" * 50)
    done = shieldwall("scan", "--only", TRUE)
    assert done.returncode == 2 and "going on without answers" in done.stderr
    done = shieldwall("doctor")
    assert done.returncode == 1 and f"mv {shieldwall.home}/agent.db" in done.stdout


def test_the_doctor_finds_open_doors_and_wrong_settings(shieldwall: Shieldwall) -> None:
    shieldwall.home.chmod(0o755)
    (shieldwall.home / "config.yaml").write_text("rolle: server\n")
    done = shieldwall("doctor", "--json")
    bad = {f["area"]: f["mend"] for f in map(json.loads, done.stdout.splitlines()) if f["level"] == "bad"}
    assert bad["home"] == f"chmod 700 {shieldwall.home}" and "settings" in bad
    assert done.returncode == 1
    shieldwall.home.chmod(0o700)
    (shieldwall.home / "config.yaml").unlink()
    assert shieldwall("doctor").returncode == 0


def test_lint_names_file_line_and_key(shieldwall: Shieldwall, tmp_path: Path) -> None:
    good = next((ROOT / "checks").rglob(f"{TRUE}.yaml"))
    assert shieldwall("lint", str(good)).returncode == 0
    assert shieldwall("test-pack", TRUE, str(good)).returncode == 0
    wrong = tmp_path / f"{TRUE}.yaml"
    wrong.write_text(good.read_text().replace("severity:", "severitee:"))
    done = shieldwall("lint", str(tmp_path))
    assert done.returncode == 1 and f"{wrong}:" in done.stdout and "did you mean 'severity'" in done.stdout
    wrong.write_text(good.read_text().replace('expect: "yes"', 'expect: "no"'))
    assert "says pass, gives fail" in shieldwall("lint", str(wrong)).stdout
    assert shieldwall("test-pack", str(wrong)).returncode == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_made_for_each_shell(shieldwall: Shieldwall, shell: str) -> None:
    assert "_SHIELDWALL_COMPLETE" in shieldwall("completion", shell).stdout


def test_the_manual_knows_every_command_and_option(shieldwall: Shieldwall) -> None:
    from agent.cli.group import CommandGroup
    from agent.cli.registry import COMMANDS

    page, reference = shieldwall("manual").stdout, shieldwall("manual", "--markdown").stdout
    assert page.startswith('.TH SHIELDWALL 1 "" "shieldwall ')
    assert not [line for line in page.splitlines() if line.startswith("'") or "--" in line]
    group = CommandGroup(COMMANDS)
    for name in COMMANDS:
        assert f"\n## {name}\n" in reference
        command = group.get_command(click.Context(group), name)
        assert command is not None
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert f"{parameter.opts[0]}" in reference and parameter.opts[0].replace("-", "\\-") in page
