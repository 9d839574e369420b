"""Releases to show: invented firms, the bands the aggregator would publish for them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from aggregator.disclosure.bands import Layout, coalition, width
from aggregator.release.figures import BOUNDS, HELD, METHOD
from aggregator.render.base import CheckWords, Words
from aggregator.render.words import words_of
from shieldwall.packs.pack import load_pack
from shieldwall.published.release import (
    ALL,
    Cohort,
    CountedLog,
    Figure,
    GateAnswer,
    Kind,
    PackReference,
    Release,
    ScoreBins,
    Trend,
    Yardstick,
    roster_hash,
)

THEMES: Mapping[str, str] = {
    "people-organisation": "People and organisation",
    "access": "Access",
    "updates": "Updates",
    "device-protection": "Device protection",
    "systems-network": "Systems and network",
    "backup-recovery": "Backup and recovery",
}
LINE = 70
LOG = CountedLog("cluster.example/log\n61\nq1W8=\n\n— cluster.example Az3grlgtzPICa5OS\n", 61, "9f" * 32)
PACK = PackReference("shieldwall-core", "2026.11", "5c" * 32)

Row = tuple[str, str, str, Kind, int, int, Trend, str]
"""id, title, theme, kind, weight, firms of a hundred that need action, trend, training topic"""
CHECKS: Sequence[Row] = (
    ("backup-offline-immutable", "One copy of the backup cannot be changed or deleted from the firm's network",
     "backup-recovery", "attested", 10, 62, "same", "T-BKP"),
    ("backup-restore-tested", "Restoring from backup was tried out in the last twelve months and worked",
     "backup-recovery", "attested", 6, 55, "fewer", "T-BKP"),
    ("account-mfa-attested", "A second sign-in factor is required for every mailbox and cloud service",
     "access", "attested", 10, 46, "fewer", "T-ACC"),
    ("org-incident-plan", "A one-page emergency plan with telephone numbers exists, also on paper",
     "people-organisation", "attested", 6, 58, "same", "T-IR"),
    ("org-awareness-training", "All staff had training on security in the last twelve months",
     "people-organisation", "attested", 6, 42, "same", "T-AWARE"),
    ("email-payment-verification-attested", "A changed bank account is confirmed by calling a known number",
     "people-organisation", "attested", 6, 21, "same", "T-AWARE"),
    ("patch-os-security-current", "Security updates of the operating system are installed within two weeks",
     "updates", "measured", 10, 33, "more", "T-PATCH"),
    ("patch-auto-updates", "Automatic security updates are switched on", "updates", "measured", 6, 29, "same", "T-PATCH"),
    ("ssh-root-login-disabled", "SSH does not allow root login with a password",
     "access", "measured", 6, 38, "same", "T-REM"),
    ("sudo-no-nopasswd", "Nobody can use sudo without a password", "access", "measured", 3, 50, "same", "T-ACC"),
    ("firewall-enabled", "A firewall is active on every computer",
     "systems-network", "measured", 10, 17, "same", "T-NET"),
    ("kernel-sysctl-network", "The network settings of the kernel refuse spoofed and redirected packets",
     "systems-network", "measured", 3, 71, "same", "T-HARD"),
    ("disk-encryption-enabled", "The disks of portable computers are encrypted",
     "device-protection", "measured", 6, 25, "same", "T-CRYPT"),
    ("backup-recent", "A backup ran within the last week", "backup-recovery", "measured", 10, 12, "same", "T-BKP"),
)  # fmt: skip
BOUGHT: Mapping[str, str] = {
    "backup-offline-immutable": "F-BACKUP", "account-mfa-attested": "F-IDENTITY", "org-awareness-training": "F-TRAIN",
    "patch-os-security-current": "F-SERVICES", "disk-encryption-enabled": "F-ENDPOINT", "backup-recent": "F-BACKUP",
}  # fmt: skip
WORDS: Mapping[str, CheckWords] = {
    row[0]: CheckWords(
        "Firms that lack this are hit harder and recover later.", row[7],
        "Start with the most important computer today. Then go on with the others.", BOUGHT.get(row[0], ""),
    )
    for row in CHECKS
}  # fmt: skip


def release(n: int = 24, *, k: int | None = None, first: bool = False, partition: Sequence[str] = ()) -> Release:
    """A release of n firms; below the minimum, one with yardsticks instead of figures."""
    members = coalition(n) if k is None else k
    layout = Layout(n, width(members))
    kinds: tuple[Kind, ...] = ("measured", "attested")
    rows = CHECKS if layout.publishable else ()
    checks = [_figure(layout, *row[:7]) for row in rows]
    themes: list[Figure] = []
    for kind in kinds:
        for theme, title in THEMES.items():
            shares = [row[5] for row in rows if (row[2], row[3]) == (theme, kind)]
            if shares:
                themes += _theme(layout, theme, title, kind, max(shares), partition)
    scores = [
        ScoreBins(
            "overall", "Overall", kind, ALL, (LINE,),
            (_figure(layout, "overall", "Overall", "", kind, 0, share, "same"),),
        )
        for kind, share in (("measured", 34), ("attested", 51))
        if rows
    ]  # fmt: skip
    made = Release(
        schema="shieldwall-release/1",
        name="2026-q4",
        cluster="Metalworkers of the Example Valley",
        period="2026-q4",
        published="2027-01-08T09:00Z",
        previous="" if first else "7b" * 32,
        cohort=Cohort(
            n, members, layout.w, 0 if first or n >= 40 else layout.w,
            roster_hash(frozenset(f"firm-{i}" for i in range(n))),
            "sector" if partition else "", tuple(partition),
        ),
        pack=PACK,
        themes=tuple(themes),
        checks=tuple(checks),
        scores=tuple(scores),
        yardsticks=() if rows else _yardsticks(),
        gate=GateAnswer("release", f"{n} firms, bands of {layout.w}: no coalition of {members} learns an answer"),
        log=LOG,
        method="Each figure counts firms, never hosts. Counts are published only as bands.",
        limits=(
            "It cannot say how any single firm stands.",
            "Who knows the answers of nearly all firms can still learn something about the rest.",
        ),
        software="shieldwall 0.1.0",
    )  # fmt: skip
    return _first(made) if first else made


def _figure(
    layout: Layout, identity: str, title: str, theme: str, kind: Kind, weight: int, per_hundred: int, trend: Trend,
    group: str = ALL,
) -> Figure:  # fmt: skip
    band = layout.band(max(0, min(layout.n, per_hundred * layout.n // 100)))
    low, high = layout.interval(band)
    return Figure(identity, title, theme, kind, weight, group, layout.n, low, high, band, layout.q, trend)


def _theme(
    layout: Layout, theme: str, title: str, kind: Kind, per_hundred: int, partition: Sequence[str]
) -> list[Figure]:
    if not partition:
        return [_figure(layout, theme, title, theme, kind, 0, per_hundred, "same")]
    size = layout.n // len(partition)
    sizes = [size + (layout.n % len(partition) if i == 0 else 0) for i in range(len(partition))]
    parts = [
        _figure(Layout(n, layout.w), theme, title, theme, kind, 0, per_hundred + 6 * i, "same", name)
        for i, (name, n) in enumerate(zip(partition, sizes, strict=True))
    ]
    low, high = sum(f.low for f in parts), sum(f.high for f in parts)
    return [Figure(theme, title, theme, kind, 0, ALL, layout.n, low, high, None, 0, "same"), *parts]


def _first(made: Release) -> Release:
    def fresh(figures: Sequence[Figure]) -> tuple[Figure, ...]:
        return tuple(replace(figure, trend="first") for figure in figures)

    scores = tuple(replace(score, figures=fresh(score.figures)) for score in made.scores)
    return replace(made, themes=fresh(made.themes), checks=fresh(made.checks), scores=scores)


def _yardsticks() -> tuple[Yardstick, ...]:
    return (
        Yardstick(
            "separate-backup", "backup-recovery", "keep backups in a separate place",
            "EU enterprises with 10 or more persons employed", 79, "Eurostat", 2024, "Declared, not measured.",
        ),
        Yardstick(
            "staff-aware", "people-organisation", "make staff aware of their duties in IT security",
            "EU enterprises with 10 or more persons employed", 62, "Eurostat", 2019, "Voluntary information counts.",
        ),
    )  # fmt: skip


def library(n: int, *, seed: int = 1) -> tuple[Release, Words]:
    """A release over every check of the shipped library, its counts drawn at random, and the library's words."""
    pack = load_pack()
    checks = [pack.check(name) for name in pack.order]
    layout = Layout(n, width(coalition(n)))
    drawn = Random(seed)
    figures = tuple(
        _figure(layout, c.id, c.title, c.theme, "attested" if c.attested else "measured", c.weight, drawn.randrange(100),
                drawn.choice(("same", "same", "fewer", "more")))
        for c in checks
    )  # fmt: skip
    kinds: tuple[Kind, ...] = ("measured", "attested")
    themes = tuple(
        _figure(layout, theme, title, theme, kind, 0, drawn.randrange(100), "same")
        for kind in kinds
        for theme, title in THEMES.items()
    )
    method = METHOD if n >= 40 else f"{METHOD} {HELD}"
    return replace(release(n), checks=figures, themes=themes, method=method, limits=BOUNDS), words_of(checks)
