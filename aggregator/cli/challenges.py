"""`release challenges`: what the members could do together in the next quarter."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from aggregator.cli.group import config
from aggregator.render.sheets import FORMS
from shieldwall.errors import UsageError


@click.command()
@click.argument("period")
@click.option("--format", "form", type=click.Choice([*FORMS, "json"]), default="markdown", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def challenges(period: str, form: str, output: Path | None) -> None:
    """Joint challenges for the next quarter, from the release of PERIOD: common gaps that little work closes.

    Each with what to do, the half day that teaches it, and how many firms more would show as a proven move. It names
    no firm and follows no firm's progress; the next release says what came of it.
    """
    from aggregator.database import notary
    from aggregator.database.engine import connect
    from aggregator.release.papers import make_paper, published_release
    from aggregator.release.report import write_report
    from aggregator.render.challenges import encode_challenges
    from aggregator.render.words import words_of
    from aggregator.trust.known import current_pack

    if output is None and form == "pdf" and sys.stdout.isatty():
        raise UsageError("a PDF is no text for a terminal. Type --output challenges.pdf as well.")
    settings = config()
    release = published_release(settings, connect(settings.database_url), notary.load(settings), period)
    pack = current_pack(settings)
    if form == "json":
        data = encode_challenges(release, words_of(pack.check(f.id) for f in release.checks if f.id in pack.checks))
    else:
        data = make_paper(release, "challenges", form, pack, settings.name)
    if output is None:
        click.echo(data, nl=False)
        return
    write_report(output, data)
    click.echo(f"challenges written to {output}", err=True)
