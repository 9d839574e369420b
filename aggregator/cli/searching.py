"""A line that moves while the gate searches widely."""

from __future__ import annotations

import sys

import click


def searching(checked: int, most: int) -> None:
    """On a terminal only. As of aggregator.disclosure.wider.Progress."""
    if checked % 10 == 1 and sys.stderr.isatty():
        click.echo(f"\rthe gate tries other choices of firms: {checked} of at most {most} ", nl=False, err=True)
