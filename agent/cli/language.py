"""Which language a report speaks. What programs read is English whatever anybody set, and so are help and errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import click

from shieldwall.errors import UsageError
from shieldwall.language import ENGLISH, LANGUAGES

if TYPE_CHECKING:
    from agent.cli.session import Session

PEOPLE: Final = ("text", "markdown", "html")
"""Formats that somebody reads."""
LOCALES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first that says something holds, as POSIX has it."""

language_option: Final = click.option(
    "--language", type=click.Choice(list(LANGUAGES)),
    help="Of the report. Else `language` of config.yaml; a page also follows the system.",
)  # fmt: skip


def choose(here: Session, chosen: str | None, form: str, environ: Mapping[str, str], *, terminal: bool) -> str:
    """A key of LANGUAGES: the one typed, else the firm's, else, for a page, the system's.

    terminal   whether somebody sits there. Text that goes elsewhere is often read by a script, so only --language
    changes it. Raises UsageError for a language typed with a format that programs read, ConfigError.
    """
    if form not in PEOPLE:
        if chosen not in (None, ENGLISH):
            raise UsageError(
                f"{form} is read by programs and always English; use --language with --format {', '.join(PEOPLE)}"
            )
        return ENGLISH
    if chosen:
        return chosen
    if form == "text" and not terminal:
        return ENGLISH
    return here.settings().language or (of_system(environ) if form == "html" else ENGLISH)


def of_system(environ: Mapping[str, str]) -> str:
    """Such as de for de_CH.UTF-8; English where the system speaks a language that we do not."""
    said = next((environ[name] for name in LOCALES if environ.get(name)), "")
    code = said.partition(".")[0].partition("@")[0].partition("_")[0].lower()
    return code if code in LANGUAGES else ENGLISH
