"""`shieldwall import`"""

from __future__ import annotations

from pathlib import Path

import click

from agent.cli.session import session

FORMATS = ("wazuh", "goss", "hardeningkitty")


@click.command("import")
@click.argument("format_", metavar="|".join(FORMATS), type=click.Choice(FORMATS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--to",
    "target",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("own-checks"),
    show_default=True,
    help="Folder for the checks and the policy that names them.",
)
@click.option("--verbose", "-v", is_flag=True, help="Also list what was taken over whole.")
def import_(format_: str, file: Path, target: Path, verbose: bool) -> int:
    """Turn your own rules for another tool into checks, to be run with `shieldwall scan --pack FOLDER`.

    No command of the file is ever run: those that ask what a probe knows are asked of the probe, the rest ends as
    unknown(unsupported). Exits with 1 when rules of the file are malformed; those are left out.
    """
    from agent.authoring.importing.bringing import bring
    from agent.cli.output import put

    here = session()
    brought = bring(format_, file, target)
    for line in brought.report(verbose=verbose):
        put(f"{line}\n")
    here.tell(brought.summary(target))
    return 1 if brought.faults else 0
