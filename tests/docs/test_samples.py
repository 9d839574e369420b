"""Samples in README and docs are true: `console` blocks run, and every command and option named anywhere exists."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
PROGRAMS = {"shieldwall": "agent.cli", "shieldwall-aggregator": "aggregator.cli"}
USE = re.compile(r"^(?:\$ |sudo )?(shieldwall(?:-aggregator)?) (.*)$", re.M)


def blocks(page: Path, kind: str) -> list[str]:
    return [text for name, text in BLOCK.findall(page.read_text()) if name == kind]


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "console")], ids=lambda p: p.name)
def test_console_samples_run(page: Path, tmp_path: Path) -> None:
    """Each `$` line runs in one folder; the lines below it appear in its output in that order, … standing for any."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/sbin:/bin",
        "SHIELDWALL_HOME": str(tmp_path / "home"),
        "COLUMNS": "100",
    }
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, *expected = part.splitlines()
            done = subprocess.run(
                command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
            )
            output = done.stdout + done.stderr
            assert done.returncode in (0, 1), f"{command}: {done.returncode}\n{output}"
            at = 0
            for line in (e.strip() for e in expected if e.strip() not in ("", "…")):
                found = output.find(line, at)
                assert found >= 0, f"{command}: no '{line}' in\n{output}"
                at = found + len(line)


def group_of(program: str) -> click.Group:
    if program == "shieldwall":
        from agent.cli.group import CommandGroup
        from agent.cli.registry import COMMANDS

        return CommandGroup(COMMANDS)
    from aggregator.cli.group import CommandGroup as AggregatorGroup
    from aggregator.cli.registry import COMMANDS as AGGREGATOR_COMMANDS

    return AggregatorGroup(AGGREGATOR_COMMANDS)


def options_of(program: str, words: list[str]) -> tuple[click.Command, set[str]]:
    """The command these words name, and every option known on the way to it."""
    command: click.Command = group_of(program)
    known: set[str] = {"-h", "--help"}
    context = click.Context(command, info_name=program)
    known |= {o for p in command.params for o in [*p.opts, *p.secondary_opts]}
    for word in words:
        if not isinstance(command, click.Group):
            break
        if word.startswith("-") or command.get_command(context, word) is None:
            if command.list_commands(context) and not word.startswith("-") and re.fullmatch(r"[a-z-]+", word):
                raise AssertionError(f"`{program}` has no command '{word}'")
            continue
        inner = command.get_command(context, word)
        assert inner is not None
        command, context = inner, click.Context(inner, info_name=word, parent=context)
        known |= {o for p in command.params for o in [*p.opts, *p.secondary_opts]}
    return command, known


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_and_options_exist(page: Path) -> None:
    text = page.read_text()
    named = [u for _, block in BLOCK.findall(text) for u in USE.findall(block)]
    named += [(p, rest) for p, rest in re.findall(r"`(shieldwall(?:-aggregator)?) ([^`]+)`", text)]
    for program, rest in named:
        words = rest.partition("#")[0].split()
        _, known = options_of(program, [w for w in words if not w.startswith("-")])
        for option in (w.partition("=")[0] for w in words if w.startswith("-") and w != "-"):
            assert option in known, f"{page.name}: `{program} {rest}` names {option}"


def test_links_between_pages_lead_somewhere() -> None:
    for page in [
        *PAGES,
        ROOT / "SECURITY.md",
        *(ROOT / "docs" / "adr").glob("*.md"),
        *(ROOT / "docs" / "facts").glob("*.md"),
    ]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_check_in_the_authors_guide_meets_its_own_bar() -> None:
    from datetime import UTC, datetime

    from shieldwall.checks.check import parse_check
    from shieldwall.checks.expectation.matcher import Moment
    from shieldwall.checks.mutation import survivors
    from shieldwall.packs.library import read_yaml

    (sample,) = blocks(ROOT / "docs" / "check-author.md", "yaml")
    assert survivors(parse_check(read_yaml(sample.encode(), "docs/check-author.md")), Moment(datetime.now(UTC))) == []
