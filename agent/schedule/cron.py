"""A line for cron: every hour it is asked whether the audit is due, so a host that was off catches up within the hour.

Source: crontab(5) of Debian's cron. What is said goes into a file in the agent's home, kept small by `run` itself.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

from agent.schedule.base import File, Plan, Where

NAME: Final = "shieldwall"
"""Without a dot: cron ignores files in cron.d that have one."""
LOG_NAME: Final = "run.log"
_HEAD: Final = """\
# Written by `shieldwall schedule`; `shieldwall unschedule` removes it.
SHELL=/bin/sh
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
MAILTO=""
"""


class Cron:
    def files(self, plan: Plan, where: Where) -> tuple[File, ...]:
        (path,) = self.places(plan.system, where)
        command = shlex.join(["nice", "-n", "19", *plan.words(plan.home / LOG_NAME)]).replace("%", "\\%")
        user = "root " if plan.system else ""
        return (File(path, f"{_HEAD}{plan.offset // 60 % 60} * * * * {user}{command}\n"),)

    def places(self, system: bool, where: Where) -> tuple[Path, ...]:
        return (where.root / "etc/cron.d" / NAME if system else where.user_home / "crontab",)

    def start(self, system: bool) -> tuple[tuple[str, ...], ...]:
        return ()

    def stop(self, system: bool) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
        return (), ()

    def by_hand(self, system: bool) -> str:
        return "" if system else "add the last line with `crontab -e`"

    def here(self, system: bool, where: Where) -> bool:
        return system and (where.root / "etc/cron.d").is_dir()
