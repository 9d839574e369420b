"""`shieldwall new`"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from agent.authoring.skeleton import KINDS
from agent.cli.session import session
from shieldwall.checks.check import WEIGHTS
from shieldwall.checks.vocabulary import THEMES
from shieldwall.errors import UsageError


@click.command()
@click.argument("check_id", metavar="[ID]", required=False)
@click.option(
    "--looks-at", type=click.Choice(list(KINDS)), help="What the first assert asks; the rest is for you to add."
)
@click.option("--topic", help="Folder of the check, for example ssh.")
@click.option("--title", help="What is so when it passes.")
@click.option("--theme", type=click.Choice(THEMES), help="Which part of the score it belongs to.")
@click.option("--severity", type=click.Choice(list(WEIGHTS)), help="How much it weighs.")
@click.option(
    "--to", "target", type=click.Path(file_okay=False, path_type=Path), default=Path("own-checks"), show_default=True,
    help="Folder of your own checks.",
)  # fmt: skip
def new(
    check_id: str | None, looks_at: str | None, topic: str | None, title: str | None, theme: str | None,
    severity: str | None, target: Path,
) -> int:  # fmt: skip
    """Begin a check of your own: a file that passes `lint` and says where to go on. Asks for what is not given.

    Run your own checks with `shieldwall scan --pack FOLDER`.
    """
    from agent.authoring.skeleton import Skeleton, write_skeleton

    here = session()
    skeleton = Skeleton(
        id=_asked(check_id, "ID", "Name of the check, small letters and hyphens"),
        kind=_asked(looks_at, "--looks-at", "It looks at", list(KINDS)),
        topic=_asked(topic, "--topic", "Topic"),
        title=_asked(title, "--title", "What is so when it passes"),
        theme=_asked(theme, "--theme", "Theme", list(THEMES)),
        severity=_asked(severity, "--severity", "Severity", list(WEIGHTS)),
    )
    file = write_skeleton(skeleton, target)
    here.tell(f"{file} is yours to finish; then: shieldwall lint {file} && shieldwall test-pack {file}")
    return 0


def _asked(given: str | None, option: str, question: str, choices: list[str] | None = None) -> str:
    if given is not None:
        return given
    if not sys.stdin.isatty():
        known = f"; one of {', '.join(choices)}" if choices else ""
        raise UsageError(f"give {option}{known}")
    kind = click.Choice(choices) if choices else None
    return str(click.prompt(question, type=kind, err=True))
