"""Joint challenges for the next quarter: common gaps that little work closes and that a release could prove closed.

Pure, from one release and the words of its checks: no list of members, no progress of any firm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from aggregator.disclosure.possible import Count, falls_at, possible
from aggregator.render.base import CheckWords, Words
from aggregator.render.story import rank
from aggregator.render.topics import Topic, topic
from shieldwall.encoding.canonical import encode
from shieldwall.encoding.record import to_value
from shieldwall.published.release import ALL, Figure, Kind, Release, release_digest

MOST: Final = 5
EASY: Final = ("minutes", "hours")


@dataclass(frozen=True, slots=True)
class Challenge:
    figure: Figure
    words: CheckWords
    topic: Topic | None
    """Whose half day teaches it."""
    count: Count
    """Firms that may need action now."""
    target: int
    """Firms that may still need action when the next release of the same firms says `fewer` for certain."""

    @property
    def least(self) -> int:
        """So many firms more must have done it before the figure can move, wherever the true count is now."""
        return 1 if self.figure.band is None else max(1, self.count.low - self.target)

    @property
    def enough(self) -> int:
        """So many firms more move it in any case."""
        return self.count.high - self.target


def challenges_of(release: Release, words: Words) -> tuple[Challenge, ...]:
    """The commonest first, one for each training topic, so that a quarter is about several things."""
    chosen: list[Challenge] = []
    seen: set[str] = set()
    for figure in rank([f for f in release.checks if f.group == ALL and f.low and f.weight]):
        about, target = words.get(figure.id), falls_at(figure, release)
        if about is None or about.effort not in EASY or target is None:
            continue
        subject = about.training_topic or figure.theme
        if subject not in seen and len(chosen) < MOST:
            seen.add(subject)
            taught = topic(about.training_topic) if about.training_topic else None
            chosen.append(Challenge(figure, about, taught, possible(figure, release), target))
    return tuple(chosen)


def first_sentence(text: str) -> str:
    """Up to the first full stop outside backticks that something follows; a command's dots end nothing."""
    coded = False
    for at, letter in enumerate(text):
        coded ^= letter == "`"
        if letter in ".!?" and not coded and text[at + 1 : at + 2] == " " and text[at + 2 : at + 3].isupper():
            return text[: at + 1]
    return text


@dataclass(frozen=True, slots=True)
class _Item:
    check: str
    title: str
    kind: Kind
    effort: str
    step: str
    topic: str
    low: int
    high: int
    n: int
    at_most: int
    least_more: int
    enough_more: int


@dataclass(frozen=True, slots=True)
class _Document:
    schema: Literal["shieldwall-challenges/1"]
    cluster: str
    release: str
    digest: str
    challenges: tuple[_Item, ...]


def encode_challenges(release: Release, words: Words) -> bytes:
    """For programs, as canonical JSON: low and high as released, at_most and the rest as `Challenge` says."""
    items = tuple(
        _Item(
            c.figure.id, c.figure.title, c.figure.kind, c.words.effort, first_sentence(c.words.step),
            c.words.training_topic, c.figure.low, c.figure.high, c.figure.n, c.target, c.least, c.enough,
        )
        for c in challenges_of(release, words)
    )  # fmt: skip
    document = _Document("shieldwall-challenges/1", release.cluster, release.name, release_digest(release), items)
    return encode(to_value(document)) + b"\n"
