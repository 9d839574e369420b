"""What would help, weighed: points of the checks it would close, times the firms that need them.

need = sum of weight times midpoint of the released band, a gap in knowledge (teach) and a gap in money (fund) apart.
Everything is an interval, since the bands are; the midpoint decides the order alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aggregator.render.base import CheckWords, Words
from aggregator.render.money import TEACHING, Category, Purchase, category, purchase
from aggregator.render.topics import Topic, topic
from shieldwall.published.release import Figure, Kind

KINDS: tuple[Kind, ...] = ("measured", "attested")


@dataclass(frozen=True, slots=True)
class Points:
    """Sums of weight times the lower and the upper end of each band."""

    low: int
    high: int

    @property
    def middle(self) -> int:
        """Sum of weight times midpoint, rounded up."""
        return (self.low + self.high + 1) // 2

    @property
    def order(self) -> int:
        """Twice the midpoint, negative: the most first, without rounding."""
        return -self.low - self.high


@dataclass(frozen=True, slots=True)
class Need:
    """How much a course would be worth, and how much of its topic waits for money first."""

    id: str
    topic: Topic
    points: int
    """Of both gaps: sum of weight times midpoint of the band, rounded up."""
    low: int
    high: int
    """The same sum with the ends of the bands."""
    teach: Points
    fund: Points
    checks: tuple[Figure, ...]
    """Those it teaches, the heaviest first."""
    taught: tuple[Figure, ...]
    """Of these, those that know-how alone can close."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many of n firms need at least one of several checks of one kind.

    From the bands alone: at least as many as the largest lower end, at most the sum of the upper ends.
    """

    kind: Kind
    n: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Fund:
    """A funding category: what money would have to buy."""

    id: str
    category: Category
    points: Points
    reach: tuple[Reach, ...]
    checks: tuple[Figure, ...]
    """The heaviest first."""


@dataclass(frozen=True, slots=True)
class Buy:
    """Something that would be bought once for several firms."""

    id: str
    funding: str
    """Its funding category."""
    purchase: Purchase
    points: Points
    reach: tuple[Reach, ...]
    checks: tuple[Figure, ...]


def needs_of(figures: Sequence[Figure], words: Words) -> tuple[Need, ...]:
    """By training topic; the one a course alone would move most first."""
    taught: dict[str, list[Figure]] = {}
    for figure, about in _open(figures, words):
        if about.training_topic:
            taught.setdefault(about.training_topic, []).append(figure)
    needs = []
    for identity, found in taught.items():
        whole = points_of(found)
        alone = [f for f in found if not costs(words[f.id])]
        waits = points_of([f for f in found if costs(words[f.id])])
        needs.append(
            Need(identity, topic(identity), whole.middle, whole.low, whole.high, points_of(alone), waits,
                 _heaviest(found), _heaviest(alone))
        )  # fmt: skip
    return tuple(sorted(needs, key=lambda need: (need.teach.order, need.fund.order, need.id)))


def funds_of(figures: Sequence[Figure], words: Words) -> tuple[Fund, ...]:
    """By funding category, the weightiest first; courses among them, since they cost money as well."""
    bought: dict[str, list[Figure]] = {}
    for figure, about in _open(figures, words):
        if about.funding_category:
            bought.setdefault(about.funding_category, []).append(figure)
    funds = [Fund(name, category(name), points_of(f), reach(f), _heaviest(f)) for name, f in bought.items()]
    return tuple(sorted(funds, key=lambda fund: (fund.points.order, fund.id)))


def buys_of(figures: Sequence[Figure], words: Words) -> tuple[Buy, ...]:
    """What would be bought together, the weightiest first."""
    bought: dict[str, list[Figure]] = {}
    kept: dict[str, tuple[str, Purchase]] = {}
    for figure, about in _open(figures, words):
        if about.funding_category:
            name, what = purchase(about.funding_category, about.training_topic)
            kept[name] = about.funding_category, what
            bought.setdefault(name, []).append(figure)
    buys = [Buy(name, *kept[name], points_of(f), reach(f), _heaviest(f)) for name, f in bought.items()]
    return tuple(sorted(buys, key=lambda buy: (buy.points.order, buy.id)))


def costs(about: CheckWords) -> bool:
    """Whether money has to come before know-how."""
    return about.funding_category not in ("", TEACHING)


def points_of(figures: Iterable[Figure]) -> Points:
    found = list(figures)
    return Points(sum(f.weight * f.low for f in found), sum(f.weight * f.high for f in found))


def reach(figures: Iterable[Figure]) -> tuple[Reach, ...]:
    """One for each kind there is: what was measured and what was answered is never added up."""
    found = list(figures)
    parts = ((kind, [f for f in found if f.kind == kind]) for kind in KINDS)
    return tuple(
        Reach(kind, some[0].n, max(f.low for f in some), min(some[0].n, sum(f.high for f in some)))
        for kind, some in parts
        if some
    )


def _open(figures: Iterable[Figure], words: Words) -> Iterable[tuple[Figure, CheckWords]]:
    """Checks that weigh something, that some firm may need, and that the pack knows."""
    return ((f, words[f.id]) for f in figures if f.weight and f.high and f.id in words)


def _heaviest(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    return tuple(sorted(figures, key=lambda f: (-f.weight * (f.low + f.high), f.id)))
