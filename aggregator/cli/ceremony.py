"""`ceremony`: the cluster's own keys, made and used by people on a machine without a network."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.group import config

if TYPE_CHECKING:
    from aggregator.trust.ceremony import Request
    from shieldwall.packs.addition import Addition
    from shieldwall.packs.bundle import Bundle

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_PASSPHRASE = click.option("--passphrase-file", type=_FILE, help="Read it from a file's first line; else it is asked.")


@click.group()
def ceremony() -> None:
    """Make the cluster's keys and sign with them. docs/key-ceremony.md leads through it, with a laptop and two sticks.

    Three keys, any two of which sign: what agents believe about this server and which packs they take.
    """


@ceremony.command()
@click.option("--to", "places", multiple=True, required=True, type=_FOLDER, help="Three times: where each key goes.")
@_PASSPHRASE
def keys(places: tuple[Path, ...], passphrase_file: Path | None) -> None:
    """On the laptop, once: make three keys, each in a folder of its own."""
    from aggregator.trust.offline import make_keys

    for file in make_keys(places, _passphrase(passphrase_file, confirm=True)):
        click.echo(file)
    click.echo("Keep the three apart. Any two of them sign; with one alone nobody can do anything.", err=True)


@ceremony.command()
@click.option("--number", required=True, type=click.IntRange(1, 3), help="Which key is lost: 1, 2 or 3.")
@click.option("--public", required=True, type=_FILE, help="public-keys.json of a stick that is still there.")
@click.option("--to", "place", required=True, type=_FOLDER, help="Where the new key goes.")
@_PASSPHRASE
def replace(number: int, public: Path, place: Path, passphrase_file: Path | None) -> None:
    """On the laptop: make a new key in the place of one that was lost or seen by others.

    It counts once `ceremony sign --public` with the new list, signed by the two others, has been published.
    """
    from aggregator.trust.offline import replace_key

    file, listed = replace_key(public, number, place, _passphrase(passphrase_file, confirm=True))
    click.echo(file)
    click.echo(f"Next: shieldwall-aggregator ceremony sign … --public {listed}", err=True)


@ceremony.command()
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--kept", type=_FOLDER, help="After the loss of a server: a folder `sign` made, to build on.")
def request(output: Path, kept: Path | None) -> None:
    """On the server: write down what is to be signed, to be carried to the laptop. Nothing in it is secret."""
    from aggregator.config import write_private
    from aggregator.database import notary
    from aggregator.trust import repository
    from aggregator.trust.handover import read_signed
    from aggregator.trust.known import trust_of

    settings = config()
    if kept is not None:
        repository.recover(repository.repository(settings), read_signed(kept))
    wanted = trust_of(settings, notary.load(settings), int(time.time()))
    write_private(output, repository.request(repository.repository(settings), wanted).encode())
    click.echo(output)
    click.echo(f"Next, on the laptop: shieldwall-aggregator ceremony sign {output.name} …", err=True)


@ceremony.command()
@click.argument("request_file", metavar="REQUEST", type=_FILE)
@click.option("--key", "key_files", multiple=True, required=True, type=_FILE, help="Twice: shieldwall-key-N.pem.")
@click.option("--public", type=_FILE, help="List of the three keys; else the one beside the first --key.")
@click.option(
    "--pack", "packs", multiple=True, type=_FILE, help="A pack made by `pack build`; else this program's own."
)
@click.option("--addition", "added", type=_FILE, help="Made by `pack addition`: the cluster's own questions.")
@click.option("--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="A new folder.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_PASSPHRASE
def sign(
    request_file: Path, key_files: tuple[Path, ...], public: Path | None, packs: tuple[Path, ...], added: Path | None,
    output: Path, yes: bool, passphrase_file: Path | None,
) -> None:  # fmt: skip
    """On the laptop: look at what the server asks for, and sign it with two keys."""
    from aggregator.trust.ceremony import parse_request
    from aggregator.trust.ceremony import sign as sign_all
    from aggregator.trust.handover import write_signed
    from aggregator.trust.known import own_bundle
    from aggregator.trust.offline import PUBLIC_FILE, load_signer, read_public
    from shieldwall.packs.addition import open_addition
    from shieldwall.packs.bundle import open_bundle

    asked = parse_request(request_file.read_bytes())
    bundles = [open_bundle(file.read_bytes()) for file in packs] or [own_bundle()]
    addition = None if added is None else open_addition(added.read_bytes())
    listed = read_public(public or key_files[0].parent / PUBLIC_FILE)
    for line in _told(asked, bundles, addition):
        click.echo(line)
    if not yes:
        click.confirm("Sign this", abort=True)
    passphrase = _passphrase(passphrase_file, confirm=False)
    signers = [load_signer(file, passphrase) for file in key_files]
    signed = sign_all(asked, listed, signers, bundles, datetime.now(UTC), addition)
    write_signed(output, signed)
    click.echo(f"targets {signed.version} under root {len(signed.roots)} are in {output}; keep a copy with a stick")
    click.echo(f"Next, on the server: shieldwall-aggregator pack publish {output.name}", err=True)


def _told(asked: Request, bundles: list[Bundle], addition: Addition | None) -> list[str]:
    trust = asked.opened()
    lines = [f"log      {trust.origin}", *(f"address  {url}" for url in trust.urls)]
    lines += [f"key      {log.vkey}{'' if log.until is None else ' (former)'}" for log in trust.logs]
    for bundle in bundles:
        pack = bundle.pack
        lines.append(f"pack     {pack.name} {pack.version}, {len(pack.checks)} checks, digest {pack.digest}")
    if addition is not None:
        lines += [f"adds     question {name}" for name in addition.checks]
        lines += [f"adds     policy {name}" for name in addition.policies]
    return lines


def _passphrase(file: Path | None, *, confirm: bool) -> str:
    if file is not None:
        return (file.read_text().splitlines() or [""])[0]
    text = "Passphrase of the keys (empty for none)"
    given = click.prompt(text, hide_input=True, default="", show_default=False, confirmation_prompt=confirm, err=True)
    return str(given)
