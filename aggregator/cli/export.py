"""`export`: what was released, in forms that other programs and portals read."""

from __future__ import annotations

from pathlib import Path

import click

from aggregator.cli.group import config


@click.group()
def export() -> None:
    """Hand on what was released. Nothing else can be exported: no firm, no host, no open period."""


@export.command("open-data")
@click.option(
    "--output", required=True, type=click.Path(file_okay=False, path_type=Path),
    help="A new or empty folder, or one that holds an earlier export.",
)  # fmt: skip
@click.option("--release", "name", default="", help="Up to this release; else all that are published.")
def open_data(output: Path, name: str) -> None:
    """Every released figure as open data: a Frictionless Data Package with CSV files, a SQLite file, DCAT-AP metadata.

    The licence is `open_data_licence` in aggregator.yaml. The same files lie beside every release since it was
    published. To look around in them: datasette DIR/open-data.sqlite --metadata DIR/metadata.json
    """
    from aggregator.database import notary
    from aggregator.database.engine import connect
    from aggregator.export import files
    from aggregator.export.gather import gather
    from aggregator.trust.known import current_pack

    settings = config()
    engine = connect(settings.database_url)
    facts = gather(settings, engine, notary.load(settings), current_pack(settings), name)
    made = files.open_data(facts)
    files.write_folder(output, made)
    for file, data in made.items():
        click.echo(f"{output / file}\t{len(data)}")
    click.echo(f"{len(facts.issues)} releases up to {facts.newest.name}, licence {facts.licence}", err=True)
