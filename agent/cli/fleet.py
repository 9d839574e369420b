"""`shieldwall fleet`"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from agent.cli.session import session


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a host and line.")
def fleet(folder: Path, as_json: bool) -> int:
    """The firm's own hosts side by side: who has most to do, and what most have in common.

    Reads the results in FOLDER that hosts wrote with `shieldwall scan --output HOST.json`; of each host the newest.
    """
    from agent.cli.output import put
    from agent.comparison.fleet import read_fleet
    from agent.render.fleet import as_line, table

    here, found = session(), read_fleet(folder)
    for path, why in found.skipped:
        here.warn(f"{path} is left out: {why}")
    if as_json:
        put("".join(json.dumps(as_line(member)) + "\n" for member in found.members))
    else:
        put(table(found, datetime.now(UTC)))
    return 0
