"""What every rendering of a release is: the same figures in another form. Pure: same release, same bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from shieldwall.published.release import Release


@dataclass(frozen=True, slots=True)
class CheckWords:
    """What the pack says about a check, for readers of a report."""

    why: str
    training_topic: str
    """`T-…`; empty when no course helps."""
    step: str
    """How to put it right, the first step first."""
    funding_category: str = ""
    """`F-…`; empty when know-how alone closes the gap."""
    effort: str = ""
    """minutes, hours, days or project; empty when nobody said."""


Words = Mapping[str, CheckWords]
"""Check id -> its words; a check the caller's pack does not know is shown by its title alone."""


class Renderer(Protocol):
    """A module in this folder with a function `render`; the registry names it.

    house   what the cluster calls itself; forms for programs keep the word of its log
    """

    def __call__(self, release: Release, words: Words, house: str = "") -> bytes: ...


_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def visible(text: str) -> str:
    """The text with everything that steers a screen, reorders letters or hides replaced by a visible mark."""
    return _UNSEEN.sub("\ufffd", text)
