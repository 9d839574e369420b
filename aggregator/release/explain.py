"""Why a release looks as it does, and what the gate would say now. Reads public data only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from aggregator.config import Config
from aggregator.database import notary
from aggregator.database.engine import connect, reading
from aggregator.disclosure.wider import Progress
from aggregator.release.build import Built
from aggregator.release.policy import load_policy
from aggregator.release.question import question
from aggregator.render import wording
from shieldwall.language import gettext, marked, ngettext
from shieldwall.published.release import Release

MEANING: Final = {
    "release": marked(
        "That means: figures of these firms can be published. Nobody could subtract them from earlier ones to learn "
        "how a single firm stands."
    ),
    "coarser": marked(
        "That means: figures can be published, less precise than usual, because the precise ones could be subtracted "
        "from earlier releases to learn how a single firm stands."
    ),
    "wait": marked(
        "That means: whatever is published now could be subtracted from earlier releases to learn how a single firm "
        "stands. It helps when missing members submit, or when newcomers are enough for a whole batch; otherwise it "
        "passes as earlier releases grow two years old."
    ),
}
"""The gate's answer for people who did not read docs/disclosure.md. It hangs on who is a member, never on results."""
CARRIED: Final = (
    "Why a silent member is not counted with what it sent before: its results were destroyed when that period was "
    "frozen, and nobody has them any more."
)
HELP: Final = (
    "What you can do: ask those who are missing to send theirs (`shieldwall submit`, or the timer of their agent) and "
    "freeze once they have. A period may stay open until then; results that were sent wait in it."
)
SPLIT: Final = (
    "Figures broken down make the gate wait far oftener when members come and go, for each category must stay safe by "
    "itself. `release policy --partition none` ends that once the releases broken down are two years old."
)
NOW: Final = {
    "release": "The gate would let figures through",
    "coarser": "The gate would let figures through with wider bands",
    "wait": "The gate would ask to wait",
}


def reasons(release: Release) -> Iterator[str]:
    """What the gate said and what it means; in the language spoken now, but for the gate's own words."""
    cohort = release.cohort
    yield f"Gate: {wording.answered(release.gate)} - {release.gate.reason}"
    yield gettext(MEANING[release.gate.answer])
    yield gettext(
        "A figure is a band of %(w)s firms: %(k)s to subtract their own answers, one that may need action and one that "
        "may not."
    ) % {"w": cohort.w, "k": cohort.k}
    if cohort.margin:
        said = ngettext(
            "Figures are held: a count may lie up to %(margin)s firm outside its band.",
            "Figures are held: a count may lie up to %(margin)s firms outside its band.",
            cohort.margin,
        )
        yield said % {"margin": cohort.margin}
    if cohort.categories:
        said = gettext("Broken down by %(partition)s: %(categories)s. Totals are sums of the intervals.")
        yield said % {"partition": gettext(cohort.partition), "categories": ", ".join(cohort.categories)}


def explain_release(built: Built) -> Iterator[str]:
    release = built.release
    yield from reasons(release)
    for result in built.certificate.results:
        yield (
            f"Attack {result.attack}: {result.trials} coalitions on {result.reports} releases read together, "
            f"{result.claims} certain inferences"
        )
    for limit in release.limits:
        yield f"Limit: {limit}"


def explain_now(config: Config, now: int, progress: Progress | None = None) -> Iterator[str]:
    """The outlook in words."""
    partition = load_policy(config, notary.load(config)).partition
    with reading(connect(config.database_url)) as connection:
        seen = question(connection, config.cluster, now, partition)
    decision = seen.answer(progress)
    yield f"{seen.period or 'No open period'}: {seen.sent} of {seen.units} members have sent results"
    yield f"{seen.published} releases within two years count for the gate"
    yield f"{NOW[decision.answer]}: {decision.reason}"
    if not seen.sent:
        return
    yield MEANING[decision.answer]
    missing = len(seen.candidates.cohort.difference(seen.candidates.present))
    if missing and seen.period:
        members = "1 firm" if missing == 1 else f"{missing} firms"
        yield f"{members} counted in the last release sent nothing in {seen.period} or left. {CARRIED}"
        yield HELP
    if decision.answer == "wait" and any(len(past.frame.themes) > 1 for past in seen.history):
        yield SPLIT
