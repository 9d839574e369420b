"""`doctor`: what is wrong, and what mends it."""

from __future__ import annotations

import time

import click

from aggregator.cli.group import config


@click.command()
@click.option("--online", is_flag=True, help="Also meet the public address and its certificate, as members do.")
def doctor(online: bool) -> None:
    """Look at keys, database, log, periods and members; say what to do about what is wrong. Exit 1 if anything is."""
    from aggregator.cli.examine import examine

    findings = examine(config(), int(time.time()), online=online)
    for finding in findings:
        click.echo(f"{'ok   ' if finding.good else 'WRONG'} {finding.text}")
        if not finding.good and finding.mend:
            click.echo(f"      -> {finding.mend}")
    if not all(finding.good for finding in findings):
        click.get_current_context().exit(1)
