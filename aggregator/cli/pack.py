"""`pack`: the checks agents audit by, from the author's folder to what every agent is offered."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from aggregator.cli.group import config

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


@click.group()
def pack() -> None:
    """Build a pack, publish what a key ceremony signed, see what agents are offered."""


@pack.command()
@click.option("--version", required=True, help="Such as 1.4.0; later ones are offered, earlier ones refused.")
@click.option("--checks", type=_FOLDER, help="Folder of checks; else this program's own.")
@click.option("--policies", type=_FOLDER, help="Folder of policies; else this program's own.")
@click.option("--min-agent", default="", help="Oldest agent that knows every probe in it; else this version.")
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False))
def build(version: str, checks: Path | None, policies: Path | None, min_agent: str, output: Path) -> None:
    """Compile checks and policies into one file to be signed at the next ceremony."""
    from dataclasses import replace

    from shieldwall import __version__
    from shieldwall.packs.bundle import Bundle, encode_bundle, open_bundle
    from shieldwall.packs.library import find_folder
    from shieldwall.packs.pack import load_folders

    found = load_folders(checks or find_folder("checks"), policies or find_folder("policies"))
    data = encode_bundle(Bundle(replace(found, version=version), min_agent or __version__))
    made = open_bundle(data).pack
    output.write_bytes(data)
    click.echo(f"{made.name} {made.version}: {len(made.checks)} checks, digest {made.digest}, {len(data)} bytes")


@pack.command()
@click.option("--version", required=True, help="A whole number, one more with each change.")
@click.option("--checks", type=_FOLDER, help="Folder of your own questions.")
@click.option("--policies", type=_FOLDER, help="Folder of your own policies.")
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False))
def addition(version: str, checks: Path | None, policies: Path | None, output: Path) -> None:
    """Compile the cluster's own questions and thresholds, to be signed with `ceremony sign --addition`.

    An addition asks people and looks at no host; whatever would is refused here, at publication and by every agent.
    """
    from aggregator.trust.known import own_bundle
    from shieldwall.packs.addition import encode_addition, extended, from_folders

    made = from_folders(version, checks, policies)
    extended(own_bundle(), made)
    output.write_bytes(encode_addition(made))
    click.echo(f"addition {version}: {len(made.checks)} questions, {len(made.policies)} policies")


@pack.command()
@click.argument("folder", type=_FOLDER)
def publish(folder: Path) -> None:
    """Publish what a ceremony signed: agents are offered it from now on, and statements may name its packs."""
    from aggregator.database.engine import connect, writing
    from aggregator.ledger import packs
    from aggregator.trust import repository
    from aggregator.trust.handover import read_signed
    from aggregator.trust.known import packs_of

    settings = config()
    repo = repository.repository(settings)
    repository.publish(repo, read_signed(folder), datetime.now(UTC))
    with writing(connect(settings.database_url)) as connection:
        for known in packs_of(repo):
            packs.register(connection, settings.cluster, known)
            click.echo(f"{known.name} {known.version}: {len(known.checks)} checks, digest {known.digest}")


@pack.command("list")
def list_() -> None:
    """Packs that statements may name, tab separated: name, version, checks, digest."""
    from aggregator.database.engine import connect, reading
    from aggregator.ledger import packs

    settings = config()
    with reading(connect(settings.database_url)) as connection:
        for known in packs.known(connection, settings.cluster):
            click.echo(f"{known.name}\t{known.version}\t{len(known.checks)}\t{known.digest}")
