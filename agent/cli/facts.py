"""`shieldwall facts`"""

from __future__ import annotations

import os
from pathlib import Path

import click

from agent.cli.session import session
from shieldwall.checks.vocabulary import ROLES


@click.command()
@click.argument("probes", nargs=-1, metavar="[PROBE]...")
@click.option("--policy", metavar="NAME", default="all", show_default=True, help="Look at what this policy asks for.")
@click.option("--only", metavar="ID", multiple=True, help="Look at what this check asks for.")
@click.option("--root", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Look at a mounted tree.")
@click.option("--facts", type=click.Path(dir_okay=False, path_type=Path), help="Show a recorded snapshot.")
@click.option("--role", type=click.Choice(ROLES), help="What this host is for; else told from the host.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Save the snapshot, for scan --facts.")
@click.option("--json", "as_json", is_flag=True, help="The snapshot as JSON on standard output.")
def facts(
    probes: tuple[str, ...], policy: str, only: tuple[str, ...], root: Path | None, facts: Path | None,
    role: str | None, output: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Show what the probes see, or save it, without judging it. A snapshot holds evidence: keep it at home."""
    from agent.cli.output import put, write_file
    from agent.cli.scan import Request, perform
    from agent.render.facts import listing

    here = session()
    _, snapshot = perform(here, Request(None if only else policy, only, root, facts, role), here.pack())
    if output:
        write_file(output, snapshot.encode().decode("ascii"))
        here.tell(f"{len(snapshot.facts)} facts written to {output}; they hold evidence, keep them at home")
    elif as_json:
        put(snapshot.encode().decode("ascii"))
    else:
        put(listing(snapshot, frozenset(probes), wide=not os.isatty(1)))
    return 0
