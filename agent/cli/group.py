"""A click group that knows its commands by name and imports one only when it is called."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from agent.cli.registry import Entry
from agent.cli.session import Session
from shieldwall import __version__

EPILOG: Final = (
    "Exit codes: 0 clean, 1 findings at or above --fail-on, 2 usage or nothing to audit, 3 internal defect, "
    "4 not delivered, kept in the outbox, 5 refused by the cluster, 74 could not write, 78 bad configuration, "
    "130 interrupted."
)


class CommandGroup(click.Group):
    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self.entries = entries
        super().__init__(
            name="shieldwall",
            callback=_remember,
            params=[
                click.Option(
                    ["--home"],
                    type=click.Path(path_type=Path, file_okay=False),
                    help="Folder in which the agent keeps everything; else $SHIELDWALL_HOME.",
                ),
                click.Option(
                    ["--log"],
                    type=click.Choice(["text", "json"]),
                    default="text",
                    help="How messages on standard error are written; json for log collectors.",
                ),
                click.Option(
                    ["--version"],
                    is_flag=True,
                    is_eager=True,
                    expose_value=False,
                    callback=_print_version,
                    help="Print the version and stop.",
                ),
            ],
            help="Audit this host against plain-language checks. Needs no account, no network and no set-up.",
            epilog=EPILOG,
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        )

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
            hint = f" Did you mean `{near[0]}`?" if near else " `shieldwall --help` lists the commands."
            raise click.UsageError(f"There is no command {name!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, entry in self.entries.items():
            sections.setdefault(entry.section, []).append((name, entry.short))
        for section, rows in sections.items():
            with formatter.section(section):
                formatter.write_dl(rows)


def _remember(home: Path | None, log: str) -> None:
    session = click.get_current_context().ensure_object(Session)
    session.home_option, session.log = home, log


def _print_version(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"shieldwall {__version__}")
        ctx.exit()
