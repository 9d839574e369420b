"""`release brief`, `release funding`, `release infrastructure`: papers to hand on, from a published release alone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from aggregator.cli.group import config
from aggregator.render.sheets import FORMS
from shieldwall.errors import UsageError


def _paper(command: Callable[..., None]) -> click.Command:
    """With what all three commands take."""
    command = click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")(
        command
    )
    form = click.option("--format", "form", type=click.Choice(list(FORMS)), default="pdf", show_default=True)
    return click.command()(click.argument("period")(form(command)))


@_paper
def brief(period: str, form: str, output: Path | None) -> None:
    """Two printed pages about the release of PERIOD, for a region, a ministry, a bank: every sentence has its figure.

    \b
    shieldwall-aggregator release brief 2026-Q4 --output brief.pdf
    """
    _write("brief", period, form, output)


@_paper
def funding(period: str, form: str, output: Path | None) -> None:
    """What firms need money for, from the release of PERIOD: needs, measures, and what would prove success.

    No prices: a release holds none. Courses and joint purchases come from what checks say money would have to buy.
    """
    _write("funding", period, form, output)


@_paper
def infrastructure(period: str, form: str, output: Path | None) -> None:
    """What firms would buy together, from the release of PERIOD, and what to ask for in an offer."""
    _write("infrastructure", period, form, output)


def _write(paper: str, period: str, form: str, output: Path | None) -> None:
    from aggregator.database import notary
    from aggregator.database.engine import connect
    from aggregator.release.papers import make_paper, published_release
    from aggregator.release.report import write_report
    from aggregator.trust.known import current_pack

    if output is None and form == "pdf" and sys.stdout.isatty():
        raise UsageError(f"a PDF is no text for a terminal. Type --output {paper}.pdf as well.")
    settings = config()
    release = published_release(settings, connect(settings.database_url), notary.load(settings), period)
    data = make_paper(release, paper, form, current_pack(settings), settings.name)
    if output is None:
        click.echo(data, nl=False)
        return
    write_report(output, data)
    click.echo(f"{paper} written to {output}", err=True)
