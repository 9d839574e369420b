"""`backup`, `restore` and `verify`."""

from __future__ import annotations

import time
from pathlib import Path

import click

from aggregator.cli.group import config


@click.command()
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), help="Folder; else `backups` in the data folder."
)
@click.option("--keep", default=14, show_default=True, type=click.IntRange(1), help="Older copies are removed.")
def backup(to: Path | None, keep: int) -> None:
    """Copy the database while the server runs. Rows in it are ciphertext; keys of open periods are not in it.

    Keep keys/log.key and aggregator.yaml elsewhere too, once: they do not change.
    """
    from aggregator.database.backup import backup as copy

    settings = config()
    click.echo(copy(settings, to or settings.folder / "backups", int(time.time()), kept=keep))


@click.command()
@click.argument("copy", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(copy: Path, yes: bool) -> None:
    """Put a backup in the database's place. Stop the server first.

    Agents that were answered after the backup was taken have seen a longer log; the first of them shows it, and the
    server takes nothing until you type `log reopen`. Agents then send again what is missing, by themselves.
    """
    from aggregator.database.backup import restore as put_back

    settings = config()
    if not yes:
        click.confirm(f"Replace the database of {settings.name} by {copy.name}? No server may be running", abort=True)
    aside = put_back(settings, copy)
    click.echo(f"restored from {copy}; what was there before is in {aside}")


@click.command()
@click.argument("copy", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True))
def verify(copy: Path | None) -> None:
    """Compute the log anew and hold every row against it, in the database or in a backup. A server may be running.

    A backup holds no keys: its rows are opened with those of this machine, or counted as not readable.
    """
    from aggregator.database import notary, versions
    from aggregator.database.backup import check
    from aggregator.database.engine import connect, untouched
    from aggregator.ledger.seal import KeyRing
    from aggregator.ledger.verifying import verify as verify_all

    settings = config()
    if copy is not None:
        check(copy)
    engine = connect(settings.database_url) if copy is None else untouched(copy)
    versions.check(engine)
    found = verify_all(engine, settings, notary.load(settings), KeyRing(settings.period_keys))
    click.echo(f"log       {found.leaves} leaves, root {found.root.hex()}")
    click.echo(f"receipts  {found.receipts} made anew and checked")
    click.echo(f"rows      {found.statements} statements are what the log says")
    for period in found.unreadable:
        click.echo(f"rows      of {period} cannot be opened here: its key is not on this machine")
