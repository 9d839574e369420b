"""`witness`: two clusters that watch each other's logs, so that neither can show different people different ones."""

from __future__ import annotations

import time
from pathlib import Path

import click

from aggregator.cli.group import config

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_OUT = click.Path(path_type=Path, dir_okay=False)


@click.group()
def witness() -> None:
    """Cosign another cluster's log, and show who cosigned yours. Optional; docs/operator.md says how to begin.

    The other cluster copies what `witness key` prints into `witnesses` of its aggregator.yaml and holds a ceremony.
    """


@witness.command()
def key() -> None:
    """Print the key you sign other clusters' logs with; it is made at the first call."""
    from aggregator.trust.witness import my_vkey

    click.echo(my_vkey(config()))


@witness.command()
@click.argument("vkey", metavar="LOG-KEY")
@click.option("--url", default="", help="Where that cluster answers; without it checkpoints come as files.")
def add(vkey: str, url: str) -> None:
    """Watch another cluster's log from now on. Its log key stands on that cluster's front page."""
    from aggregator.trust import witness as watching

    click.echo(watching.add(config(), vkey, url).origin)


@witness.command("list")
def list_() -> None:
    """Logs that are watched, tab separated: origin, leaves seen, when last signed (UTC), address."""
    from datetime import UTC, datetime

    from aggregator.trust.witness import watched

    for item in watched(config()):
        when = f"{datetime.fromtimestamp(item.signed, UTC):%Y-%m-%dT%H:%M:%SZ}" if item.signed else "never"
        click.echo(f"{item.origin}\t{item.size}\t{when}\t{item.url}")


@witness.command()
@click.argument("origin")
@click.option("--checkpoint", "file", type=_FILE, help="The log's checkpoint as a file; else it is fetched.")
@click.option("--proof", type=_FILE, help="With --checkpoint: the answer of /v1/log/consistency as a file.")
@click.option("--output", type=_OUT, help="Where the cosigned checkpoint goes; else standard output.")
def sign(origin: str, file: Path | None, proof: Path | None, output: Path | None) -> None:
    """Look at a watched log and cosign its checkpoint, if it still contains all that was seen before."""
    from aggregator.trust import witness as watching
    from aggregator.trust.looking import fetched_note, fetched_proof
    from shieldwall.errors import UsageError
    from shieldwall.log.receipt import parse_consistency

    settings = config()
    url = next((item.url for item in watching.watched(settings) if item.origin == origin), "")
    if file is None and not url:
        raise UsageError(f"no address of {origin} is known: name its checkpoint with --checkpoint.")

    def fetch(old: int, new: int) -> list[bytes]:
        if file is None:
            return fetched_proof(url, old, new)
        if proof is None:
            raise UsageError(f"the proof from {old} to {new} leaves is needed: --proof, from /v1/log/consistency.")
        return parse_consistency(proof.read_bytes())

    note = fetched_note(url) if file is None else file.read_bytes().decode("utf-8", "replace")
    signed = watching.sign(settings, origin, note, fetch, int(time.time()))
    if output is None:
        click.echo(signed, nl=False)
    else:
        output.write_text(signed)
        click.echo(output)
    click.echo("Next: hand it back; the other cluster takes it with `witness take`.", err=True)


@witness.command()
@click.argument("file", type=_FILE)
def take(file: Path) -> None:
    """Keep your own checkpoint with the cosignatures of your witnesses and serve it to agents."""
    from aggregator.database import notary
    from aggregator.trust.witness import take as keep
    from shieldwall.log.checkpoint import open_checkpoint

    settings = config()
    note = file.read_bytes().decode("utf-8", "replace")
    ours = open_checkpoint(note, origin=settings.origin, log_key=notary.load(settings).key.public_key())
    for one in keep(settings, note, ours):
        click.echo(f"{one.witness.name}\t{ours.size}")
