"""Tools are bounded: in time with their children, in output, in environment; never through a shell."""

import os
import signal
import time
from pathlib import Path

import pytest

from agent.looking.commands import MACOS_TOOLS, TOOLS, run_path, run_tool
from agent.looking.looked import UnreadableError
from shieldwall.checks.outcome import Reason


def test_every_tool_is_an_absolute_path_of_the_system() -> None:
    assert not set(TOOLS) & set(MACOS_TOOLS)
    for paths in (TOOLS | MACOS_TOOLS).values():
        for path in paths:
            assert path.startswith(
                ("/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/", "/lib/", "/usr/lib/", "/usr/libexec/")
            )


def test_a_missing_tool_is_named() -> None:
    missing = [name for name, paths in TOOLS.items() if not any(os.access(p, os.X_OK) for p in paths)]
    for name in missing[:1]:
        with pytest.raises(UnreadableError, match="not installed") as caught:
            run_tool(name, [])
        assert caught.value.reason is Reason.TOOL
    with pytest.raises(UnreadableError) as caught:
        run_path("/no/such/tool", [], 1)
    assert caught.value.reason is Reason.TOOL


def test_environment_is_ours_and_arguments_are_no_shell() -> None:
    assert "LC_ALL=C" in run_path("/usr/bin/env", [], 5).output.splitlines()
    assert "HOME=" not in run_path("/usr/bin/env", [], 5).output
    assert run_path("/bin/echo", ["$(id); `id`"], 5).output == "$(id); `id`\n"
    assert run_path("/bin/cat", [], 5).output == ""


def test_children_die_at_the_deadline(tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    script = f"sleep 60 & echo $! > {marker}; wait"
    with pytest.raises(UnreadableError) as caught:
        run_path("/bin/sh", ["-c", script], 0.5)
    assert caught.value.reason is Reason.TIMEOUT
    child = int(marker.read_text())
    for _ in range(100):
        try:
            state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.02)
    pytest.fail("the child of a killed tool still runs")


def test_a_child_that_left_the_group_keeps_nobody_waiting(tmp_path: Path) -> None:
    """It holds the pipe open after the tool itself has ended; the deadline counts all the same."""
    marker = tmp_path / "pid"
    with pytest.raises(UnreadableError) as caught:
        run_path("/bin/sh", ["-c", f"setsid sh -c 'echo $$ > {marker}; exec sleep 60' & exit 0"], 0.5)
    os.kill(int(marker.read_text()), signal.SIGKILL)
    assert caught.value.reason is Reason.TIMEOUT


def test_talkative_tools_are_stopped() -> None:
    with pytest.raises(UnreadableError) as caught:
        run_path("/usr/bin/yes", [], 10)
    assert caught.value.reason is Reason.REFUSED
