"""`log`: the append-only log itself, when it was lost."""

from __future__ import annotations

import time

import click

from aggregator.cli.group import config


@click.group()
def log() -> None:
    """The log that receipts stand in."""


@log.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reopen(yes: bool) -> None:
    """After a restore from an older backup: go on under a new name, so that agents send again what is missing.

    Stop the server first. Works once an agent has shown a longer log than this server holds (`doctor` says so); until
    then the server takes nothing. Agents follow by themselves: the change is signed with the log key they know.
    """
    from aggregator.database import notary
    from aggregator.database.engine import connect
    from aggregator.ledger.reopening import highest
    from aggregator.ledger.reopening import reopen as reopen_log

    settings = config()
    signer = notary.load(settings)
    lost = highest(settings, signer)
    if lost is not None and not yes:
        click.confirm(f"Agents hold {settings.origin} up to {lost.size} leaves. Go on under a new name", abort=True)
    after = reopen_log(settings, connect(settings.database_url), signer, int(time.time()))
    click.echo(after.origin)
    click.echo(
        "Next: start the server. If you hold key ceremonies, hold one now: the log's name has changed.", err=True
    )
