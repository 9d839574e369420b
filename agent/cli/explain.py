"""`shieldwall explain`"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from agent.cli.language import choose, language_option
from agent.cli.session import session
from shieldwall.checks.vocabulary import ROLES
from shieldwall.language import speaking


@click.command()
@click.argument("check_id", metavar="ID")
@click.option("--policy", metavar="NAME", help="Take parameters and weight from this policy.")
@click.option(
    "--pack", "own", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER",
    help="A check of your own, in FOLDER/checks.",
)  # fmt: skip
@click.option("--root", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Look at a mounted tree.")
@click.option("--facts", type=click.Path(dir_okay=False, path_type=Path), help="Judge a recorded snapshot.")
@click.option("--role", type=click.Choice(ROLES), help="What this host is for; else told from the host.")
@language_option
def explain(
    check_id: str, policy: str | None, own: Path | None, root: Path | None, facts: Path | None, role: str | None,
    language: str | None,
) -> int:  # fmt: skip
    """Why a check matters, what was seen here and where, and how to fix it on this host."""
    from agent.cli.output import put, style_for
    from agent.cli.scan import Request, known_ids, own_pack, perform
    from agent.render.detail import detail

    here = session()
    spoken = choose(here, language, "text", os.environ, terminal=sys.stdout.isatty())
    pack = own_pack(own) if own else here.pack()
    known_ids(pack, [check_id])
    result, _ = perform(here, Request(policy, (check_id,), root, facts, role), pack)
    with speaking(spoken):
        put(detail(result.items[0], result, style_for(sys.stdout, os.environ)))
    return 0
