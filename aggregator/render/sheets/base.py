"""What every form of a paper is: the same words in other bytes. Pure: same paper, same bytes."""

from __future__ import annotations

from typing import Protocol

from aggregator.render.papers.base import Paper


class Writer(Protocol):
    """A module in this folder with a function `write`; the registry names it."""

    def __call__(self, paper: Paper) -> bytes: ...
