"""`shieldwall waive`"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli.session import session
from shieldwall.errors import UsageError

if TYPE_CHECKING:
    from agent.records.waivers import Waiver


@click.command()
@click.argument("check_id", metavar="[ID]", required=False)
@click.option("--reason", help="Why this risk is accepted; stays at home.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Last day, at most a year from now.")
@click.option("--owner", help="Who owns the risk.")
@click.option("--end", is_flag=True, help="End the waiver of this check now.")
@click.option("--list", "list_", is_flag=True, help="Show the waivers of this host.")
@click.option(
    "--import", "import_", type=click.Path(dir_okay=False, path_type=Path), help="Take over the firm's central list."
)
def waive(
    check_id: str | None, reason: str | None, until: datetime | None, owner: str | None, end: bool, list_: bool,
    import_: Path | None,
) -> int:  # fmt: skip
    """Accept a risk for a time: the check still counts as not passed, but no longer asks for attention."""
    from agent.cli.output import put
    from agent.cli.scan import known_ids
    from agent.home.store import opened
    from agent.records import waivers
    from agent.scan.record import SCHEMAS

    here, now = session(), datetime.now(UTC)
    if import_ is not None:
        listed = waivers.read_list(import_, here.pack().checks, now)
        with opened(here.home, *SCHEMAS) as db:
            here.tell(f"{waivers.record_list(db, listed)} of {len(listed)} waivers are new here")
        return 0
    if check_id is None or list_:
        with opened(here.home, *SCHEMAS) as db:
            put(_table(waivers.current(db), now))
        return 0
    known_ids(here.pack(), [check_id])
    with opened(here.home, *SCHEMAS) as db:
        if end:
            waivers.end(db, check_id, now)
            here.tell(f"{check_id} is no longer waived")
            return 0
        if not reason or not owner or until is None:
            day = (now + timedelta(days=90)).date()
            example = f"shieldwall waive {check_id} --reason … --owner … --until {day}"
            raise UsageError(f"say why, who and until when: {example}")
        waiver = waivers.new_waiver(check_id, owner, reason, until.date(), now)
        waivers.record(db, waiver)
    here.tell(f"{check_id} is accepted by {waiver.owner} until {waiver.until}; it still counts as not passed")
    return 0


def _table(current: Mapping[str, Waiver], now: datetime) -> str:
    from agent.render.plain import one_line

    rows = [
        one_line(f"{w.check_id}  until {w.until}{'' if w.active(now) else ' (ended)'}  {w.owner}: {w.reason}")
        for w in current.values()
    ]
    return "\n".join(rows or ["no risk is accepted on this host"]) + "\n"
