"""How far a scan is, for a person who waits at a terminal; silent everywhere else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from agent.scan.collect import Progress


@contextlib.contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    if quiet or not sys.stderr.isatty():
        yield lambda name, done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("looking", total=None)
        yield lambda name, done, of: bar.update(task, description=f"looked at {name}", completed=done, total=of)
