"""Whether units run now: from control groups, then systemd, then (without systemd) the process table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.process import processes
from agent.probes.service.unit import ABSENT, MASKED, Unit
from shieldwall.checks.fact import unseen
from shieldwall.checks.outcome import Reason

GROUPS: Final = ("/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/systemd/system.slice")
STEPS: Final = 200
"""Units asked of systemd at once; an argument list has an end."""
PROGRAM: Final = re.compile(r"^\s*ExecStart\s*=\s*[-@:+!|]*\"?(/[^\s\"]+)", re.MULTILINE)
ONESHOT: Final = re.compile(r"^\s*Type\s*=\s*oneshot\s*$", re.MULTILINE)


class Activity:
    """Answers for the units asked about in one scan; systemd is asked at most once, and only when needed."""

    def __init__(self, host: Host, names: Sequence[str]) -> None:
        self._host, self._names = host, sorted(set(names))

    def of(self, unit: Unit) -> bool | dict[str, str]:
        """True, False, or why that cannot be said."""
        if not self._host.live:
            return unseen(Reason.UNSUPPORTED)
        try:
            if self._booted:
                return self._in_group(unit.real_name) or self._asked.get(unit.name, False)
            return self._in_process_table(unit)
        except UnreadableError as error:
            return unseen(error.reason)

    @cached_property
    def _booted(self) -> bool:
        """sd_booted(3): systemd is the manager of this host."""
        return self._host.exists("/run/systemd/system")

    def _in_group(self, name: str) -> bool:
        """A service has a control group with processes in it exactly while it runs one."""
        for folder in GROUPS:
            try:
                if "populated 1" in self._host.text(f"{folder}/{name}/cgroup.events"):
                    return True
            except (AbsentError, UnreadableError):
                continue
        return False

    @cached_property
    def _asked(self) -> dict[str, bool]:
        found: dict[str, bool] = {}
        for at in range(0, len(self._names), STEPS):
            names = self._names[at : at + STEPS]
            answer = self._host.run("systemctl", "show", "--no-pager", "--property=ActiveState", "--", *names)
            states = [line.partition("=")[2] for line in answer.output.splitlines() if line.startswith("ActiveState=")]
            if len(states) != len(names):
                raise UnreadableError(Reason.TOOL, "systemctl did not answer for every unit")
            found.update({name: state in ("active", "reloading") for name, state in zip(names, states, strict=True)})
        return found

    def _in_process_table(self, unit: Unit) -> bool | dict[str, str]:
        if unit.enabled in (ABSENT, MASKED):
            return False
        program = PROGRAM.search(unit.text)
        if ONESHOT.search(unit.text) or not unit.name.endswith(".service") or (unit.text and not program):
            return unseen(Reason.UNSUPPORTED)
        name = program[1].rpartition("/")[2] if program else unit.name.removesuffix(".service")
        running = any(name in process.names for process in processes(self._host))
        return running if running or program else unseen(Reason.UNSUPPORTED)
