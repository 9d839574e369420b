"""`shieldwall manual`: the man page and the command reference, made from the commands themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from agent.cli.group import EPILOG, CommandGroup
from shieldwall import __version__


@click.command()
@click.option("--markdown", is_flag=True, help="The command reference of the documentation instead of a man page.")
def manual(markdown: bool) -> int:
    """Print the man page: shieldwall manual > /usr/local/share/man/man1/shieldwall.1"""
    from agent.cli.output import put

    root = click.get_current_context().find_root()
    assert isinstance(root.command, CommandGroup)
    lines = _markdown(root, root.command) if markdown else _roff(root, root.command)
    put("\n".join(lines) + "\n")
    return 0


def _commands(root: click.Context, group: CommandGroup) -> Iterator[tuple[str, click.Command, click.Context]]:
    for name in group.list_commands(root):
        command = group.get_command(root, name)
        if command is not None and not command.hidden:
            yield name, command, click.Context(command, info_name=name, parent=root)


def _options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and record[1]:
            yield record


def _words(command: click.Command) -> list[str]:
    """Paragraphs of a command's help."""
    text = (command.help or "").replace("\b\n", "")
    return [paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip()]


def _usage(command: click.Command, context: click.Context) -> str:
    return " ".join(["shieldwall", context.info_name or "", *command.collect_usage_pieces(context)])


def _markdown(root: click.Context, group: CommandGroup) -> Iterator[str]:
    yield from ("# Commands", "", "Made by `shieldwall manual --markdown`; do not edit.", "", group.help or "", "")
    yield from _table(_options(group, root))
    yield from (EPILOG, "")
    for name, command, context in _commands(root, group):
        yield from (f"## {name}", "", f"`{_usage(command, context)}`", "")
        for paragraph in _words(command):
            yield from (" ".join(paragraph.split()), "")
        yield from _table(_options(command, context))


def _table(options: Iterator[tuple[str, str]]) -> Iterator[str]:
    yield from ("| option | meaning |", "|---|---|")
    for option, words in options:
        yield f"| `{option.replace('|', chr(92) + '|')}` | {words.replace('|', chr(92) + '|')} |"
    yield ""


def _roff(root: click.Context, group: CommandGroup) -> Iterator[str]:
    yield f'.TH SHIELDWALL 1 "" "shieldwall {__version__}"'
    yield from (".SH NAME", "shieldwall \\- security self-audit for small firms", ".SH SYNOPSIS")
    yield from (".B shieldwall", r"[\fIoption\fR...] \fIcommand\fR [\fIargument\fR...]")
    yield from (".SH DESCRIPTION", _escape(group.help or ""), ".SH OPTIONS")
    yield from _list(_options(group, root))
    yield ".SH COMMANDS"
    for _, command, context in _commands(root, group):
        yield from (".SS " + _escape(_usage(command, context)),)
        for number, paragraph in enumerate(_words(command)):
            yield from ([".PP"] if number else [])
            yield _escape(" ".join(paragraph.split()))
        yield from _list(_options(command, context))
    yield from (".SH EXIT STATUS", _escape(EPILOG))
    yield from (".SH ENVIRONMENT", ".TP", ".B SHIELDWALL_HOME", "Folder in which the agent keeps everything.")
    yield from (".TP", ".B NO_COLOR", "When set, no colour is used.")


def _list(options: Iterator[tuple[str, str]]) -> Iterator[str]:
    for option, words in options:
        yield from (".TP", f".B {_escape(option)}", _escape(words))


def _escape(text: str) -> str:
    """Text as roff takes it: no escapes, no request at the beginning of a line."""
    return re.sub(r"^([.'])", r"\\&\1", text.replace("\\", "\\e").replace("-", "\\-"), flags=re.MULTILINE)
