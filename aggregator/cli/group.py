"""A click group that knows its commands by name and imports one only when it is called."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from aggregator.cli.registry import Entry
from shieldwall import __version__

if TYPE_CHECKING:
    from aggregator.config import Config

HELP: Final = """Run a cluster's aggregator: take signed results of member firms, publish benchmarks that no firm can
be read from.

\b
First steps:
  shieldwall-aggregator init --name "Valley Metalworkers" --url https://cluster.example
  shieldwall-aggregator firm add "Miller Ltd" --sector metalworking --size 10-49
  shieldwall-aggregator firm invite "Miller Ltd" --count 3
  shieldwall-aggregator serve
"""
EPILOG: Final = (
    "Exit codes: 0 done, 1 doctor found something, 2 usage, 3 internal defect, 5 refused, 74 could not write, "
    "78 bad configuration, 130 interrupted."
)


class CommandGroup(click.Group):
    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self.entries = entries
        data = click.Option(
            ["--data"],
            type=click.Path(path_type=Path, file_okay=False),
            help="The data folder; else $SHIELDWALL_AGGREGATOR_DATA, else /var/lib/shieldwall-aggregator for root "
            "and a folder of your own for others.",
        )
        super().__init__(
            name="shieldwall-aggregator",
            callback=_remember_folder,
            params=[data],
            help=HELP,
            epilog=EPILOG,
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        )
        click.version_option(__version__, message="shieldwall-aggregator %(version)s")(self)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self.entries:
            near = difflib.get_close_matches(name, self.entries, n=1)
            hint = f"Did you mean `{near[0]}`?" if near else "`shieldwall-aggregator --help` lists the commands."
            raise click.UsageError(f"There is no command {name!r}. {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.short) for name, entry in self.entries.items()])


def folder() -> Path:
    """The data folder of this command line."""
    from aggregator.config import default_folder

    chosen = click.get_current_context().find_root().obj
    return chosen if isinstance(chosen, Path) else default_folder(os.environ, root=os.geteuid() == 0)


def config() -> Config:
    """The configuration in that folder. Raises ConfigError."""
    from aggregator.config import load

    return load(folder())


def _remember_folder(data: Path | None) -> None:
    click.get_current_context().obj = data
