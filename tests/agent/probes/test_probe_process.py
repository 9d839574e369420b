from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from agent.looking.host import Host
from agent.probes.process import collect, processes
from shieldwall.checks.fact import FactKey
from shieldwall.checks.outcome import Reason


def test_a_running_program_is_found_by_its_name_and_counted(tmp_path: Path) -> None:
    program = tmp_path / "a-very-long-program-name"
    shutil.copy("/usr/bin/sleep", program)
    running = [subprocess.Popen([program, "60"]) for _ in range(2)]
    try:
        one, many, none = (
            FactKey.of("process", args)
            for args in ({"name": program.name}, {"names": ["nothing-of-the-kind", program.name]}, {"name": "telnetd"})
        )
        facts = collect([one, many, none], Host())
    finally:
        for process in running:
            process.kill()
            process.wait()
    assert facts[one].value == {"name": program.name, "count": 2}
    assert facts[many].value == [{"name": program.name, "count": 2}]
    assert facts[none].missing


def test_this_process_is_in_the_table() -> None:
    assert os.getpid() in {process.pid for process in processes(Host())}


def test_a_tree_has_no_processes(tmp_path: Path) -> None:
    key = FactKey.of("process", {"name": "sshd"})
    assert collect([key], Host(root=tmp_path))[key].reason is Reason.UNSUPPORTED
