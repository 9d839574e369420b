"""What every column of open data means, in English: the bytes are signed for by a checksum, not for one reader."""

from __future__ import annotations

from typing import Final

from aggregator.export.model import Column

KINDS: Final = ("measured", "attested")
TRENDS: Final = ("first", "same", "fewer", "more")

RELEASE: Final = Column("release", "string", "Name of the release.")
CHECK: Final = Column("check", "string", "Id of the check.")
REV: Final = Column("rev", "integer", "Revision of the check; only figures of one revision can be compared.")
THEME: Final = Column("theme", "string", "Id of the theme.")
KIND: Final = Column(
    "kind", "string", "Whether an agent looked (measured) or a person answered (attested); never to be added up.",
    options=KINDS,
)  # fmt: skip
COUNTED: Final = (
    Column("group", "string", "`all`, or one category of the release's partition."),
    Column("n", "integer", "Firms in the group.", "firms"),
    Column("low", "integer", "At least so many of them need action.", "firms"),
    Column("high", "integer", "At most so many of them need action.", "firms"),
    Column(
        "trend", "string", "Against the release before: first (nothing to compare with), same (no provable change), "
        "fewer or more (provably).", options=TRENDS,
    ),
)  # fmt: skip
LINE: Final = Column("line", "integer", "A firm needs action when its score is below this line.", "percent")

ABOUT_RELEASES: Final = "One row for each published release, with what a reader must know before using its figures."
RELEASES: Final = (
    RELEASE,
    Column("period", "string", "Quarter it reports on, such as 2026-Q4."),
    Column("cluster", "string", "Short name of the cluster."),
    Column("published", "datetime", "When it was made, UTC."),
    Column("firms", "integer", "Firms counted; a declared holding counts once.", "firms"),
    Column("coalition", "integer", "Members whose joined answers the figures withstand.", "firms"),
    Column("band_width", "integer", "Width of a band.", "firms"),
    Column("margin", "integer", "By how many firms a count may lie outside low and high in each group.", "firms"),
    Column("partition", "string", "By what figures are broken down.", options=("none", "sector", "size")),
    Column("gate", "string", "What the release gate answered.", options=("release", "coarser", "wait")),
    Column("pack_version", "string", "Version of the library of checks."),
    Column("pack_digest", "string", "SHA-256 of the library of checks, hexadecimal."),
    Column("roster_hash", "string", "SHA-256 of the list of members counted, hexadecimal."),
    Column("document_digest", "string", "SHA-256 of the signed document, hexadecimal."),
)

ABOUT_THEMES: Final = "The six themes checks belong to."
THEMES: Final = (THEME, Column("title", "string", "Name of the theme."))

ABOUT_CHECKS: Final = "The library of checks today, and older revisions that a release speaks of."
CHECKS: Final = (
    CHECK,
    REV,
    Column("title", "string", "What should be so."),
    THEME,
    KIND,
    Column("severity", "string", "How much it matters.", options=("critical", "high", "medium", "low", "info")),
    Column("weight", "integer", "Points in the score.", "points"),
    Column("effort", "string", "How long putting it right takes; empty for older revisions.", required=False,
           options=("minutes", "hours", "days", "project")),
    Column("training_topic", "string", "Topic of the course that teaches it, if any.", required=False),
    Column("current", "boolean", "Whether this revision is the one in use."),
)  # fmt: skip

ABOUT_REFERENCES: Final = "Which requirement of which framework a check supports. It never satisfies one by itself."
REFERENCES: Final = (
    CHECK,
    REV,
    Column("framework", "string", "Id of the framework."),
    Column("framework_title", "string", "Name of the framework."),
    Column("requirement", "string", "Id of the requirement in that framework."),
)

ABOUT_CHECK_FIGURES: Final = "How many firms need action on a check: between low and high, both included."
CHECK_FIGURES: Final = (RELEASE, CHECK, REV, KIND, *COUNTED)
ABOUT_THEME_FIGURES: Final = "How many firms score below the line on a theme: between low and high, both included."
THEME_FIGURES: Final = (RELEASE, THEME, KIND, LINE, *COUNTED)
ABOUT_SCORE_FIGURES: Final = "How many firms score below the line overall: between low and high, both included."
SCORE_FIGURES: Final = (RELEASE, KIND, LINE, *COUNTED)

ABOUT_YARDSTICKS: Final = (
    "Published statistics about firms elsewhere. Not figures of this cluster, nor of this licence."
)
YARDSTICKS: Final = (
    Column("yardstick", "string", "Id of the statistic."),
    Column("year", "integer", "Year it speaks of.", "year"),
    THEME,
    Column("title", "string", "Firms that …"),
    Column("population", "string", "Who was asked."),
    Column("per_hundred", "integer", "Firms of a hundred, rounded.", "firms of a hundred"),
    Column("source", "string", "Who published it."),
    Column("caveat", "string", "How its definition differs from ours."),
)
