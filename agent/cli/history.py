"""`shieldwall history`"""

from __future__ import annotations

import json

import click

from agent.cli.session import session


@click.command()
@click.option("--last", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many scans to list.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a scan and line, newest first.")
def history(last: int, as_json: bool) -> int:
    """The scans of this host, newest first."""
    from agent.cli.output import put
    from agent.home.store import opened
    from agent.records.history import recent
    from agent.render.past import as_line, table
    from agent.scan.record import SCHEMAS

    here = session()
    if not here.home.database.exists():
        here.tell("no scan is kept yet; `shieldwall scan` makes the first")
        return 0
    with opened(here.home, *SCHEMAS) as db:
        runs = recent(db, last)
    put("".join(json.dumps(as_line(run)) + "\n" for run in runs) if as_json else table(runs))
    return 0
