"""Attacking the cluster's releases oneself: what could any few members work out from what was published?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from agent.delivery.transport import Transport
from agent.published.release import fetch_release, list_releases
from shieldwall.errors import IntegrityError
from shieldwall.published.attacks.base import Report, Rosters
from shieldwall.published.attacks.read import as_report
from shieldwall.published.attacks.roster import Roster, placed
from shieldwall.published.attacks.suite import Result, run_suite
from shieldwall.published.release import Release, release_digest

MOST: Final = 9
"""Two years of quarters: what the gate takes into account."""
TRICKS: Final = {
    "X1": "they take their own answers away from a figure",
    "X2": "they look for figures so high or low that all other firms must be alike",
    "X3": "they compare releases before and after somebody joined or left",
    "X4": "they put all figures of all releases together and see what cannot be otherwise",
    "X6": "they take the parts of a total away from the total",
    "X7": "they infer from a score which of its checks failed",
    "X8": "they know that only one firm has changed and see which figure moves",
}
"""What those who pool their answers try, by the attack's number."""


@dataclass(frozen=True, slots=True)
class Audit:
    release: Release
    before: tuple[Release, ...]
    """Read together with it, oldest first."""
    left_out: tuple[Release, ...]
    """Of other members than this one, and no roster at hand that says which."""
    with_roster: bool
    results: tuple[Result, ...]

    @property
    def certain(self) -> int:
        """Answers of single firms that would be certain: 0, or the release should not have been published."""
        return sum(result.claims for result in self.results)


def fetch_history(transport: Transport, name: str = "") -> list[bytes]:
    """The release (the newest, or `name`) and those up to two years before it, oldest first.

    It is fetched twice: a release that changes between two looks could be averaged (X11). Raises IntegrityError then,
    DeliveryError, UsageError.
    """
    listed = list_releases(transport, name)
    start = listed.index(name) if name else 0
    wanted = listed[start : start + MOST]
    envelopes = [fetch_release(transport, each) for each in reversed(wanted)]
    if fetch_release(transport, wanted[0]) != envelopes[-1]:
        raise IntegrityError(
            f"release {wanted[0]} was not the same when fetched again: its noise could be averaged away. "
            "Keep both files and tell the other members of your cluster."
        )
    return envelopes


def audit(releases: Sequence[Release], rosters: Sequence[Roster] = ()) -> Audit:
    """Attack the last of the verified releases together with those before it.

    rosters   member lists as the manager hands them out; without them, releases of the same members are read together
    Raises IntegrityError when the releases are no chain, or a roster fits none of them.
    """
    last = releases[-1]
    _chained(releases)
    known = {roster.hash: roster for roster in rosters}
    strange = set(known) - {each.cohort.roster_hash for each in releases}
    if strange:
        raise IntegrityError("a roster fits none of these releases: ask your cluster for `release roster` again")
    here = last.cohort.roster_hash
    figured = [each for each in releases[:-1] if each.checks and each.cohort.k >= last.cohort.k]
    readable = [
        each
        for each in figured
        if each.cohort.roster_hash == here or (here in known and each.cohort.roster_hash in known)
    ]
    together = [*readable, last]
    placing: dict[tuple[str, str], frozenset[str]] = {}
    for each in together:
        placing.update(placed(each, known.get(each.cohort.roster_hash)))
    return Audit(
        release=last,
        before=tuple(readable),
        left_out=tuple(each for each in figured if each not in readable),
        with_roster=here in known,
        results=tuple(_run([as_report(each) for each in together], placing, last)),
    )


def describe(found: Audit) -> Iterator[str]:
    release, cohort = found.release, found.release.cohort
    yield f"Attacking release {release.name} of {release.cluster}: {cohort.n} firms"
    if not release.checks:
        yield "It holds no figures about members, so there is nothing to attack."
        return
    names = ", ".join(each.name for each in found.before)
    yield f"Read together with {names}" if names else "No release before it is read together with it"
    yield (
        f"Suppose {'a member knows its' if cohort.k == 1 else f'up to {cohort.k} members pool their'} own answers and "
        "everything published. Tried once each: every choice of members that differs, with every answer they could have"
    )
    yield ""
    for result in found.results:
        told = (
            f"{result.claims} ANSWERS OF SINGLE FIRMS ARE CERTAIN" if result.claims else "nothing certain about a firm"
        )
        number, _, title = result.attack.partition(" ")
        yield f"  {result.attack}: {result.trials} tries, {told}"
        yield f"      {TRICKS.get(number, title)}"
    yield "  X13 invented or missing members: " + (
        "the list fits the hash that was signed" if found.with_roster else "not looked at, no list (--roster FILE)"
    )
    yield f"      the signed hash of the members counted is {cohort.roster_hash[:16]}..."
    yield ""
    if not found.certain:
        yield "Result: nobody can be certain of any other firm's answer by these attacks."
    if found.left_out:
        others = ", ".join(each.name for each in found.left_out)
        yield (
            f"Not attacked: {others} together with this one. Other firms are counted there, and without both lists "
            "nobody can tell which. Ask your manager for them (shieldwall-aggregator release roster PERIOD) and give "
            "each with --roster FILE."
        )


def _run(reports: Sequence[Report], rosters: Rosters, last: Release) -> Iterator[Result]:
    if last.checks:
        yield from run_suite(reports, rosters, last.cohort.k, held=last.cohort.margin > 0)


def _chained(releases: Sequence[Release]) -> None:
    for before, after in pairwise(releases):
        if after.previous != release_digest(before):
            raise IntegrityError(
                f"release {after.name} does not follow {before.name}: one of them was exchanged, or one is missing "
                "between them"
            )
