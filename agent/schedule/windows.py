"""A task for the Windows Task Scheduler, to be imported by hand or by policy. Never run on Windows by us.

Source: the Task Scheduler schema 1.2 of Microsoft's documentation. S-1-5-18 is the system account in every language.
"""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as Xml

from agent.schedule.base import DAY, Every, File, Plan, Where
from agent.schedule.turn import MONDAY

NAMESPACE: Final = "http://schemas.microsoft.com/windows/2004/02/mit/task"
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Windows:
    def files(self, plan: Plan, where: Where) -> tuple[File, ...]:
        (path,) = self.places(plan.system, where)
        Xml.register_namespace("", NAMESPACE)
        task = Xml.Element(f"{{{NAMESPACE}}}Task", version="1.2")
        trigger = _add(task, "Triggers", "CalendarTrigger")
        begin = MONDAY + timedelta(seconds=plan.offset)
        _add(trigger, "StartBoundary").text = begin.strftime("%Y-%m-%dT%H:%M:%SZ")
        _add(trigger, "Enabled").text = "true"
        _add(trigger, "RandomDelay").text = "PT15M"
        if plan.every is Every.WEEKLY:
            week = _add(trigger, "ScheduleByWeek")
            _add(week, "DaysOfWeek", DAYS[plan.offset // DAY])
            _add(week, "WeeksInterval").text = "1"
        else:
            _add(trigger, "ScheduleByDay", "DaysInterval").text = "1"
        if plan.system:
            who = _add(task, "Principals", "Principal")
            _add(who, "UserId").text = "S-1-5-18"
            _add(who, "RunLevel").text = "HighestAvailable"
        settings = _add(task, "Settings")
        for name, value in _SETTINGS:
            _add(settings, name).text = value
        run, words = _add(task, "Actions", "Exec"), plan.words(plan.home / "run.log")
        _add(run, "Command").text = words[0]
        _add(run, "Arguments").text = subprocess.list2cmdline(words[1:])
        Xml.indent(task)
        return (File(path, '<?xml version="1.0"?>\n' + Xml.tostring(task, encoding="unicode") + "\n"),)

    def places(self, system: bool, where: Where) -> tuple[Path, ...]:
        return (where.user_home / "shieldwall-task.xml",)

    def start(self, system: bool) -> tuple[tuple[str, ...], ...]:
        return ()

    def stop(self, system: bool) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
        return (), ()

    def by_hand(self, system: bool) -> str:
        return "import it with `schtasks /Create /TN Shieldwall /XML FILE`, or by policy"

    def here(self, system: bool, where: Where) -> bool:
        return False


_SETTINGS: Final = (
    ("MultipleInstancesPolicy", "IgnoreNew"),
    ("DisallowStartIfOnBatteries", "false"),
    ("StopIfGoingOnBatteries", "false"),
    ("StartWhenAvailable", "true"),
    ("ExecutionTimeLimit", "PT2H"),
    ("Priority", "9"),
)


def _add(parent: Xml.Element, *names: str) -> Xml.Element:
    for name in names:
        parent = Xml.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    return parent
