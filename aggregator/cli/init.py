"""`init`: found a cluster, or bring its database to this version."""

from __future__ import annotations

import time

import click

from aggregator.cli.group import folder
from shieldwall.language import ENGLISH, LANGUAGES


@click.command()
@click.option("--name", default="", help="What people call the cluster.")
@click.option("--url", default="", help="Public https address; http only for 127.0.0.1 or localhost.")
@click.option("--cluster", default="", help="Short name for keys and origin; made from --name when left out.")
@click.option("--database", default="", help="SQLAlchemy URL such as postgresql+psycopg://…; else one SQLite file.")
@click.option(
    "--language",
    type=click.Choice(tuple(LANGUAGES)),
    default=ENGLISH,
    show_default=True,
    help="Of the manager's pages, where a browser asks for none of these.",
)
@click.option("--approval", is_flag=True, help="New agents wait until you have compared their fingerprint.")
@click.option(
    "--partition",
    type=click.Choice(["none", "sector", "size"]),
    default="sector",
    show_default=True,
    help="By what releases are broken down from 30 firms on. Decide it for good.",
)
@click.option("--replaces", default="", metavar="VKEY", help="Log key of a server that was lost, as agents know it.")
@click.option("--upgrade", is_flag=True, help="Only bring an existing database to this version.")
def init(
    name: str, url: str, cluster: str, database: str, language: str, approval: bool, partition: str, replaces: str,
    upgrade: bool,
) -> None:  # fmt: skip
    """Found a cluster: data folder, log key, database.

    \b
    Example:
      shieldwall-aggregator init --name "Valley Metalworkers" --url https://cluster.example
    """
    from aggregator.config import load, new, succeeding
    from aggregator.database import found
    from aggregator.release.policy import PARTITIONS, set_policy

    if upgrade:
        before, after = found.upgrade(load(folder()), int(time.time()))
        click.echo(f"database: version {before or 'none'} -> {after}")
        return
    if not name or not url:
        raise click.UsageError("init needs --name and --url, such as --name 'Valley Metalworkers' --url https://…")
    config = new(folder(), name=name, url=url, cluster=cluster, database=database, approval=approval, language=language)
    if replaces:
        config = succeeding(config, replaces, int(time.time()))
    signer = found.found(config)
    set_policy(config, signer, PARTITIONS[partition], set())
    click.echo(f"cluster   {config.name} ({config.cluster})\norigin    {config.origin}\nlog key   {signer.vkey}")
    click.echo(f"data      {config.folder}")
    click.echo(
        f"\nKeep a copy of {config.log_key} offline: without it no receipt can be given again.\n"
        "Never copy keys/periods: these keys must be able to die.\n"
        'Next: shieldwall-aggregator firm add "Miller Ltd" --sector metalworking --size 10-49',
        err=True,
    )
