"""`shieldwall lint`"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from agent.cli.session import session


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
def lint(files: tuple[Path, ...]) -> int:
    """Find mistakes in check files; without FILES, in the whole library with its policies.

    A folder stands for the check files below it. Exits with 1 when there are mistakes.
    """
    from agent.authoring.library_check import faults_of_check, faults_of_library
    from agent.cli.output import put

    here = session()
    checks = list(_below(files))
    faults = [fault for file in checks for fault in faults_of_check(file)] if files else faults_of_library()
    put("".join(f"{fault}\n" for fault in faults))
    counted = f"{len(checks)} file{'s' * (len(checks) != 1)}" if files else "the library"
    here.tell(f"{counted}: {len(faults) or 'no'} mistake{'s' * (len(faults) != 1)}")
    return 1 if faults or (files and not checks) else 0


def _below(files: tuple[Path, ...]) -> Iterator[Path]:
    for file in files:
        if file.is_dir():
            found = (p for p in file.rglob("*.yaml") if p.is_file())
            yield from sorted(p for p in found if p.relative_to(file).parts[0] != "policies")
        else:
            yield file
