"""`shieldwall diff`"""

from __future__ import annotations

import os
import sys

import click

from agent.cli.session import session


@click.command()
@click.argument("before", default="previous", metavar="[A]")
@click.argument("after", default="latest", metavar="[B]")
def diff(before: str, after: str) -> int:
    """What changed from scan A to scan B, and whether you or the checks did.

    A and B are numbers of `shieldwall history`, `previous` or `latest`; without them, the last two are compared.
    """
    from agent.cli.output import put, style_for
    from agent.comparison.scans import compare
    from agent.home.store import opened
    from agent.records.history import find
    from agent.render.past import side_by_side
    from agent.scan.record import SCHEMAS

    with opened(session().home, *SCHEMAS) as db:
        both = compare(find(db, before), find(db, after))
    put(side_by_side(both, style_for(sys.stdout, os.environ)))
    return 0
