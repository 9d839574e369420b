"""The release: one fixed, signed document of figures about a cohort of firms, and nothing about any one firm.

The aggregator builds and signs it, agents verify it and place their own results in it at home. It travels as the
payload of a DSSE envelope of type PAYLOAD_TYPE. All numbers are integers; all figures count firms, never hosts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from shieldwall.encoding.canonical import decode, digest, encode
from shieldwall.encoding.record import from_value, to_value
from shieldwall.errors import IntegrityError
from shieldwall.limits import INFLATED_BYTES

PAYLOAD_TYPE: Final = "application/vnd.shieldwall.release+json"
SCHEMA: Final = "shieldwall-release/1"
ALL: Final = "all"
"""The group of a figure about the whole cohort."""
LINE: Final = 70
"""Percent, the border between the bands B and C: a firm needs action on a theme when its score there is below."""

Kind = Literal["measured", "attested"]
"""Whether an agent looked or a person answered; never mixed in one figure."""
Trend = Literal["first", "same", "fewer", "more"]
"""Against the release before, of the same cohort: first = nothing to compare with; same = no provable change;
fewer, more = provably fewer or more firms need action."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of `n` firms need action: between `low` and `high`, both included.

    On a check: it fails for the firm. On a theme, or overall: the firm's score is below LINE.
    """

    id: str
    """A check id, a theme id, or `overall`."""
    title: str
    theme: str
    """The theme the subject belongs to; empty for `overall`."""
    kind: Kind
    weight: int
    """Points of the check in the score; 0 where there is none to give (themes, scores)."""
    group: str
    """`all`, or a category of the release's one partition."""
    n: int
    """Firms in the group."""
    low: int
    high: int
    band: int | None
    """0-based number of the band from the low end; null where low and high are sums over a partition."""
    bands: int
    """How many bands the group's layout has; 0 with a null band."""
    trend: Trend

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= self.n:
            raise ValueError(f"figure {self.id}: {self.low} to {self.high} of {self.n} firms is not an interval")
        if (self.band is None) != (self.bands == 0) or (self.band is not None and not 0 <= self.band < self.bands):
            raise ValueError(f"figure {self.id}: band {self.band} of {self.bands} does not exist")


@dataclass(frozen=True, slots=True)
class ScoreBins:
    """How many firms score below given lines, counted from the bad end like every other figure.

    One line is published: a second line over the same checks would let readers settle single answers.
    """

    subject: str
    """`overall`; themes have figures of their own."""
    title: str
    kind: Kind
    group: str
    lines: tuple[int, ...]
    """Percent, ascending; figure i counts the firms whose score is below line i."""
    figures: tuple[Figure, ...]

    def __post_init__(self) -> None:
        if len(self.lines) != len(self.figures) or list(self.lines) != sorted(set(self.lines)):
            raise ValueError(f"scores of {self.subject}: lines must ascend, with one figure each")


@dataclass(frozen=True, slots=True)
class Cohort:
    n: int
    """Firms counted; a declared holding counts once."""
    k: int
    """Size of the coalition of members these figures withstand."""
    w: int
    """Width of a band in firms: k + 2, or more when the gate asked for coarser bands."""
    margin: int
    """Firms by which a held figure may lie outside its interval: 0 in a cohort's first release, w where later
    releases hold a figure until the count has left its band by more than one whole band."""
    roster_hash: str
    """Digest of the canonical list of member ids; see shieldwall.published.release.roster_hash."""
    partition: str
    """`sector`, `size`, or empty."""
    categories: tuple[str, ...]

    def __post_init__(self) -> None:
        _match(_DIGEST, self.roster_hash, "roster hash")
        if self.k < 1 or self.w < self.k + 2:
            raise ValueError(f"bands of {self.w} firms do not withstand coalitions of {self.k}; they need k + 2")


@dataclass(frozen=True, slots=True)
class PackReference:
    name: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A published statistic about firms elsewhere, for clusters too small to publish figures of their own."""

    id: str
    theme: str
    title: str
    population: str
    per_hundred: int
    """Firms of a hundred, rounded."""
    source: str
    year: int
    caveat: str
    """How the source's definition differs from ours."""


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """What the release gate said, from public data alone."""

    answer: Literal["release", "coarser", "wait"]
    reason: str


@dataclass(frozen=True, slots=True)
class CountedLog:
    """Where the counted statements stand in the cluster's log, so that a firm can check: mine is in, once."""

    checkpoint: str
    """The signed checkpoint at the freeze, as text; empty when nothing was logged."""
    leaves: int
    """Statements counted."""
    root: str
    """RFC 6962 root over the counted leaf indices, lower-case hex."""


@dataclass(frozen=True, slots=True)
class Release:
    schema: Literal["shieldwall-release/1"]
    name: str
    cluster: str
    period: str
    published: str
    """RFC 3339, UTC, whole minute."""
    previous: str
    """Digest of the payload of the release before; empty for the first."""
    cohort: Cohort
    pack: PackReference
    themes: tuple[Figure, ...]
    checks: tuple[Figure, ...]
    scores: tuple[ScoreBins, ...]
    yardsticks: tuple[Yardstick, ...]
    """Filled when the cohort is too small for figures."""
    gate: GateAnswer
    log: CountedLog
    method: str
    limits: tuple[str, ...]
    software: str

    def __post_init__(self) -> None:
        _match(_NAME, self.name, "release name")
        _match(_NAME, self.period, "period")
        _match(_MINUTE, self.published, "time of publication")
        if self.previous:
            _match(_DIGEST, self.previous, "digest of the previous release")


def encode_release(release: Release) -> bytes:
    """The canonical bytes that are signed."""
    return encode(to_value(release))


def parse_release(payload: bytes) -> Release:
    """Open the payload of a verified envelope. Raises IntegrityError unless it is exactly a release."""
    if len(payload) > INFLATED_BYTES:
        raise IntegrityError(f"a release of {len(payload)} bytes is larger than the {INFLATED_BYTES} allowed")
    release = from_value(Release, decode(payload))
    if encode_release(release) != payload:
        raise IntegrityError("the release is not in canonical form: fetch it again, or report it to the cluster")
    return release


def release_digest(release: Release) -> str:
    return digest(encode_release(release))


def roster_hash(members: frozenset[str]) -> str:
    """Digest of the canonical JSON list of member ids in code-point order."""
    return digest(encode(sorted(members)))


def _match(pattern: re.Pattern[str], text: str, what: str) -> None:
    if not pattern.fullmatch(text):
        raise ValueError(f"{text[:80]!r} is not a {what}")
