"""`manual` and `completion`: man page, command reference and shells' scripts, from the commands themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from aggregator.cli.group import EPILOG, HELP, CommandGroup
from shieldwall import __version__

PROGRAM = "shieldwall-aggregator"


@click.command()
@click.option("--markdown", is_flag=True, help="The command reference of the documentation instead of a man page.")
def manual(markdown: bool) -> None:
    """Print the man page: shieldwall-aggregator manual > /usr/local/share/man/man8/shieldwall-aggregator.8"""
    root = click.get_current_context().find_root()
    assert isinstance(root.command, CommandGroup)
    lines = _markdown(root, root.command) if markdown else _roff(root, root.command)
    click.echo("\n".join(lines))


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of your shell."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    root = click.get_current_context().find_root().command
    click.echo(found(root, {}, PROGRAM, "_SHIELDWALL_AGGREGATOR_COMPLETE").source())


def commands(group: click.Group, above: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command, those of groups after their group, by its full name."""
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        if command is None or command.hidden:
            continue
        context = click.Context(command, info_name=name, parent=above)
        yield context.command_path.partition(" ")[2], command, context
        if isinstance(command, click.Group):
            yield from commands(command, context)


def _options(command: click.Command, context: click.Context) -> list[tuple[str, str]]:
    records = (parameter.get_help_record(context) for parameter in command.get_params(context))
    return [record for record in records if record is not None and record[1]]


def _paragraphs(text: str) -> Iterator[tuple[bool, str]]:
    """(as it stands, words) of a help text; click marks what must keep its lines."""
    for part in text.split("\n\n"):
        kept = part.startswith("\b\n")
        words = part.removeprefix("\b\n")
        if words.strip():
            yield kept, words.strip("\n") if kept else " ".join(words.split())


def _usage(command: click.Command, context: click.Context) -> str:
    return " ".join([context.command_path, *command.collect_usage_pieces(context)])


def _markdown(root: click.Context, group: CommandGroup) -> Iterator[str]:
    yield from (f"# Commands of {PROGRAM}", "", f"Made by `{PROGRAM} manual --markdown`; do not edit.", "")
    yield from _prose(HELP)
    yield from _table(_options(group, root))
    yield from (EPILOG, "")
    for name, command, context in commands(group, root):
        yield from (f"## {name}", "", f"`{_usage(command, context)}`", "")
        yield from _prose(command.help or "")
        yield from _table(_options(command, context))


def _prose(text: str) -> Iterator[str]:
    for kept, words in _paragraphs(text):
        yield from ("```", *words.splitlines(), "```", "") if kept else (words, "")


def _table(options: list[tuple[str, str]]) -> Iterator[str]:
    yield from ("| option | meaning |", "|---|---|")
    for option, words in options:
        yield f"| `{option.replace('|', chr(92) + '|')}` | {words.replace('|', chr(92) + '|')} |"
    yield ""


def _roff(root: click.Context, group: CommandGroup) -> Iterator[str]:
    yield f'.TH SHIELDWALL-AGGREGATOR 8 "" "shieldwall {__version__}"'
    yield from (
        ".SH NAME",
        "shieldwall\\-aggregator \\- take a cluster's signed results, publish anonymised benchmarks",
    )
    yield from (".SH SYNOPSIS", ".B shieldwall\\-aggregator", r"[\fIoption\fR...] \fIcommand\fR [\fIargument\fR...]")
    yield ".SH DESCRIPTION"
    yield from _roff_prose(HELP)
    yield ".SH OPTIONS"
    yield from _list(_options(group, root))
    yield ".SH COMMANDS"
    for _, command, context in commands(group, root):
        yield ".SS " + _escape(_usage(command, context))
        yield from _roff_prose(command.help or "")
        yield from _list(_options(command, context))
    yield from (".SH EXIT STATUS", _escape(EPILOG))
    words = "The data folder, when --data does not name it."
    yield from (".SH ENVIRONMENT", ".TP", ".B SHIELDWALL_AGGREGATOR_DATA", _escape(words))


def _roff_prose(text: str) -> Iterator[str]:
    for kept, words in _paragraphs(text):
        yield from (".nf", _escape(words), ".fi") if kept else (".PP", _escape(words))


def _list(options: list[tuple[str, str]]) -> Iterator[str]:
    for option, words in options:
        yield from (".TP", f".B {_escape(option)}", _escape(words))


def _escape(text: str) -> str:
    """Text as roff takes it: no escapes, no request at the beginning of a line."""
    return re.sub(r"^([.'])", r"\\&\1", text.replace("\\", "\\e").replace("-", "\\-"), flags=re.MULTILINE)
