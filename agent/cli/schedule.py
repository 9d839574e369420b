"""`shieldwall schedule` and `unschedule`"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import click

from agent.cli.session import session
from agent.schedule import KINDS
from shieldwall.errors import UsageError


@click.command()
@click.argument("every", type=click.Choice(["daily", "weekly"]))
@click.option("--print", "print_", is_flag=True, help="Show what would be installed; change nothing.")
@click.option("--kind", type=click.Choice(list(KINDS)), help="Kind of scheduler; else told from the host.")
def schedule(every: str, print_: bool, kind: str | None) -> int:
    """Audit this host every day or week, and send the result if it belongs to a cluster.

    Every host gets its own moment, in the first hours after midnight UTC. What was missed while it was off is caught
    up. As root the audit sees everything; the installed service may read the host and write only the agent's home.
    """
    from agent.cli.output import put
    from agent.schedule import place
    from agent.schedule.base import Every, Plan, Where, choose_offset, detect, scheduler

    here = session()
    system = hasattr(os, "geteuid") and os.geteuid() == 0
    where, rhythm = Where(user_home=Path.home()), Every(every)
    chosen = kind or detect(system, where)
    if chosen is None:
        raise UsageError("no scheduler we know is here; `shieldwall schedule daily --print --kind cron` shows a line")
    plan = Plan(rhythm, choose_offset(rhythm, secrets.randbelow), program(), here.home.path.absolute(), system)
    if print_:
        put("".join(f"# {file.path}\n{file.text}\n" for file in scheduler(chosen).files(plan, where)))
        return 0
    here.home.create()
    for file in place.install(chosen, plan, where):
        here.tell(f"wrote {file.path}")
    here.tell(f"this host is audited {rhythm} ({chosen}); `shieldwall unschedule` ends that")
    return 0


@click.command()
def unschedule() -> int:
    """Remove what `schedule` installed."""
    from agent.schedule import place
    from agent.schedule.base import Where

    here = session()
    system = hasattr(os, "geteuid") and os.geteuid() == 0
    gone = place.uninstall(system, Where(user_home=Path.home()))
    for path in gone:
        here.tell(f"removed {path}")
    if not gone:
        here.tell("nothing was scheduled here")
    return 0


def program() -> Path:
    """The console script that is running, or the one beside the interpreter. Raises UsageError."""
    typed = Path(sys.argv[0]).absolute()
    for path in (typed, Path(sys.executable).parent / "shieldwall"):
        if path.name.startswith("shieldwall") and path.is_file() and os.access(path, os.X_OK):
            return path
    raise UsageError("cannot tell which program a schedule should run; call `shieldwall` by its full path")
