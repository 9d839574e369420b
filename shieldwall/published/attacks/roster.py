"""X13 a tampered roster: who is counted where, from a list that must fit the hash a release is signed with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shieldwall.errors import IntegrityError
from shieldwall.published.attacks.base import Rosters
from shieldwall.published.release import ALL, Figure, Release, roster_hash


@dataclass(frozen=True, slots=True)
class Roster:
    """The members a release counts, and the category of each where it is broken down."""

    categories: Mapping[str, str]

    @property
    def hash(self) -> str:
        return roster_hash(frozenset(self.categories))


def format_roster(roster: Roster) -> str:
    """One member a line: id, tab, category."""
    return "".join(f"{member}\t{category}\n" for member, category in sorted(roster.categories.items()))


def parse_roster(text: str) -> Roster:
    """Raises IntegrityError for a member that is listed twice, or a line that names none."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        member, _, category = line.partition("\t")
        if not member or member in found:
            what = f"lists {member!r} a second time" if member else "names no member"
            raise IntegrityError(f"line {number} of the roster {what}: ask your cluster for `release roster` again")
        found[member] = category
    return Roster(found)


def placed(release: Release, roster: Roster | None) -> Rosters:
    """The firms of each group. Without a roster stand-ins: sizes are public, and so is that groups do not overlap.

    Raises IntegrityError when the roster is not the one the release is signed with.
    """
    sizes = group_sizes(release)
    if roster is None:
        groups = {
            group: frozenset(f"{release.cohort.roster_hash[:16]}/{group}/{number}" for number in range(n))
            for group, n in sizes.items()
        }
    else:
        if roster.hash != release.cohort.roster_hash or len(roster.categories) != release.cohort.n:
            raise IntegrityError(f"this roster is not the one release {release.name} is signed with")
        groups = {group: frozenset(m for m, own in roster.categories.items() if group in (ALL, own)) for group in sizes}
        wrong = [group for group, firms in groups.items() if len(firms) != sizes[group]]
        if wrong:
            raise IntegrityError(
                f"the roster has {len(groups[wrong[0]])} firms in {wrong[0]}, release {release.name} counts "
                f"{sizes[wrong[0]]}"
            )
    parts = [firms for group, firms in groups.items() if group != ALL]
    return {(release.name, ALL): frozenset[str]().union(*parts) if parts else groups[ALL]} | {
        (release.name, group): firms for group, firms in groups.items() if group != ALL
    }


def group_sizes(release: Release) -> dict[str, int]:
    figures: Sequence[Figure] = (*release.themes, *release.checks, *(f for s in release.scores for f in s.figures))
    return {ALL: release.cohort.n} | {figure.group: figure.n for figure in figures}
