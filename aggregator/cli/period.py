"""`period`: quarters, open and frozen."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import click

from aggregator.cli.group import config
from aggregator.cli.note import note
from aggregator.cli.searching import searching


@click.group()
def period() -> None:
    """Show periods; freeze one. A frozen period keeps sums only: its rows are gone for everybody, for ever."""


@period.command()
def show() -> None:
    """Periods, tab separated: name, state, opened, frozen (UTC)."""
    from aggregator.database.engine import connect, reading
    from aggregator.ledger import periods

    settings = config()
    with reading(connect(settings.database_url)) as connection:
        for found in periods.every(connection, settings.cluster):
            click.echo(f"{found.name}\t{found.state}\t{_day(found.opened_at)}\t{_day(found.frozen_at)}")


@period.command()
@click.argument("name", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--despite-wait", is_flag=True, help="Freeze although the gate says wait: no release follows.")
def freeze(name: str | None, yes: bool, despite_wait: bool) -> None:
    """Freeze NAME, or the oldest open period: sums are kept, rows deleted, their key destroyed.

    When the gate says wait, the period stays open and nothing is lost.
    """
    from aggregator.database.engine import connect, reading
    from aggregator.ledger import periods
    from aggregator.people.audit import Action
    from aggregator.release.freezing import freeze_period, sum_up_with

    settings = config()
    engine = connect(settings.database_url)
    with reading(engine) as connection:
        wanted = name or periods.oldest_open(connection, settings.cluster)
    if not yes:
        click.confirm(f"Freeze {wanted}? What firms reported in it can be read by nobody afterwards", abort=True)
    summary = sum_up_with(settings, despite_wait=despite_wait, answer=lambda asked: asked.answer(searching))
    frozen = freeze_period(settings, engine, wanted, int(time.time()), summary)
    note(settings, Action.FROZEN, frozen.name)
    click.echo(f"{frozen.name} is frozen")
    click.echo(f"Next: shieldwall-aggregator release build {frozen.name}", err=True)


def _day(moment: int | None) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d") if moment else "-"
