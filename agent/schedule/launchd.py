"""A launchd job, asked every hour whether the audit is due. Source: launchd.plist(5). Never run on a Mac by us."""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import Final

from agent.schedule.base import File, Plan, Where

LABEL: Final = "org.shieldwall.agent"


class Launchd:
    def files(self, plan: Plan, where: Where) -> tuple[File, ...]:
        (path,) = self.places(plan.system, where)
        job = {
            "Label": LABEL,
            "ProgramArguments": plan.words(plan.home / "run.log"),
            "StartInterval": 3600,
            "RunAtLoad": True,
            "ProcessType": "Background",
            "LowPriorityIO": True,
            "Nice": 19,
            "Umask": 0o077,
        }
        return (File(path, plistlib.dumps(job).decode()),)

    def places(self, system: bool, where: Where) -> tuple[Path, ...]:
        folder = where.root / "Library/LaunchDaemons" if system else where.user_home / "Library/LaunchAgents"
        return (folder / f"{LABEL}.plist",)

    def start(self, system: bool) -> tuple[tuple[str, ...], ...]:
        (path,) = self.places(system, Where(user_home=Path.home()))
        return (("launchctl", "load", "-w", str(path)),)

    def stop(self, system: bool) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
        (path,) = self.places(system, Where(user_home=Path.home()))
        return (("launchctl", "unload", "-w", str(path)),), ()

    def by_hand(self, system: bool) -> str:
        return ""

    def here(self, system: bool, where: Where) -> bool:
        return (where.root / "System/Library/LaunchDaemons").is_dir()
