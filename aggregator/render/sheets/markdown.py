"""A paper as Markdown, for whoever writes on: CommonMark with tables, everything from outside escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from aggregator.render.base import visible
from aggregator.render.papers.base import Block, Head, Paper, Prose, Said, Section, Table
from shieldwall.language import gettext as _

_ACTIVE: Final = re.compile(r"([\\`*_\[\]<>|#~!&])")
"""What Markdown or a table would take for something else than a letter."""


def write(paper: Paper) -> bytes:
    lines = [f"# {_plain(paper.title)}: {_plain(paper.cluster)}", "", _plain(paper.subtitle), ""]
    lines += [" · ".join(_plain(fact) for fact in paper.facts), ""]
    for section in paper.sections:
        lines += _section(section)
    digest = _("Digest of the release")
    lines += [f"{digest}: `{paper.digest}`"]
    return ("\n".join(lines) + "\n").encode()


def _section(section: Section) -> Iterator[str]:
    yield from (f"## {_plain(section.title)}", "")
    for block in section.blocks:
        yield from _block(block)
        yield ""


def _block(block: Block) -> Iterator[str]:
    match block:
        case Prose(text):
            yield _plain(text)
        case Head(text):
            yield f"### {_plain(text)}"
        case Said(sentences):
            yield from (f"- {_plain(sentence)}" for sentence in sentences)
        case Table(heads, rows):
            yield _row(heads)
            yield _row(["---"] * len(heads), plain=False)
            yield from (_row([row.head, *(cell.text for cell in row.cells)]) for row in rows)


def _row(cells: tuple[str, ...] | list[str], *, plain: bool = True) -> str:
    return f"| {' | '.join(_plain(cell) if plain else cell for cell in cells)} |"


def _plain(text: str) -> str:
    return _ACTIVE.sub(r"\\\1", " ".join(visible(text).split()))
