"""`shieldwall run`: what a schedule does."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from agent.cli.session import Session, session
from agent.schedule.base import Every

if TYPE_CHECKING:
    from agent.scan.result import ScanResult

LOG_BYTES: Final = 1024 * 1024
"""Past it the log becomes FILE.1 and the one before is forgotten: some thousand runs are kept."""


@click.command()
@click.option("--every", type=click.Choice([every.value for every in Every]), help="Audit only when it is time again.")
@click.option(
    "--offset",
    type=click.IntRange(0, 7 * 86_400 - 1),
    default=0,
    help="Seconds into the day or week (UTC) of the turn.",
)
@click.option("--log-file", type=click.Path(dir_okay=False, path_type=Path), help="Write messages there, kept small.")
def run(every: str | None, offset: int, log_file: Path | None) -> int:
    """What the schedule runs: audit this host if it is time, then send what waits.

    Shows no result; `shieldwall history` and `shieldwall explain` do. While another audit is running it does nothing.
    """
    from agent.cli.submit import submit
    from agent.home.locking import BusyError

    here = session()
    if log_file is not None:
        _log_into(log_file)
    try:
        if every is None or _due(here, Every(every), offset):
            _audit(here)
    except BusyError:
        here.warn("another audit is running; this one is left out")
        return 0
    if here.home.enrolment.exists():
        return int(click.get_current_context().invoke(submit, dry_run=False, background=True))
    return 0


def _due(here: Session, every: Every, offset: int) -> bool:
    from agent.home.store import opened
    from agent.records.history import SCHEMA, last_scheduled
    from agent.schedule.turn import due

    if not here.home.database.exists():
        return True
    with opened(here.home, SCHEMA) as db:
        return due(datetime.now(UTC), last_scheduled(db), every, offset)


def _audit(here: Session) -> None:
    from agent.cli.scan import Request, alone, keep_result, perform

    here.quiet, request = True, Request()
    with alone(here, request):
        result, _ = perform(here, request, here.pack())
        keep_result(here, result, scheduled=True)
    here.quiet = False
    here.tell(_summary(result))


def _summary(result: ScanResult) -> str:
    """Counts only: a log is read by more people than a result."""
    counts: dict[str, int] = {}
    for item in result.items:
        counts[item.outcome.value] = counts.get(item.outcome.value, 0) + 1
    return "audited: " + ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))


def _log_into(path: Path) -> None:
    """From here on standard error is this file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_name(path.name + ".1"))
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    sys.stderr.flush()
    os.dup2(handle, sys.stderr.fileno())
    os.close(handle)
