"""Words of the pages that no call marks: values of tables, the signed words of a release, public statistics."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.database.agents import AgentStatus
from aggregator.disclosure.yardsticks import public_yardsticks
from aggregator.people.audit import Action
from aggregator.people.persons import Role
from aggregator.release import figures
from aggregator.release.policy import PARTITIONS
from deploy.languages.check_texts import Text
from shieldwall.published.attacks.suite import ATTACKS


def words() -> Iterator[Text]:
    for role in Role:
        yield Text(role.value, "aggregator/people/persons.py", "role of a person: reader, operator or manager")
    for status in AgentStatus:
        yield Text(status.value, "aggregator/database/agents.py", "status of an agent, the program on a firm's host")
    for action in Action:
        yield Text(action.value, "aggregator/people/audit.py", "audit log, after a person's name: who did this")
    for partition in PARTITIONS.values():
        if partition:
            yield Text(partition, "aggregator/release/policy.py", "by what firms are grouped")
    for attack in ATTACKS:
        yield Text(attack, "shieldwall/published/attacks/suite.py", "name of an attack that was tried on the figures")
    yield from release_words()


def release_words() -> Iterator[Text]:
    """What a release says of itself: shown on pages, and in the firm's own report."""
    for limit in (*figures.BOUNDS, figures.FEWER):
        yield Text(limit, "aggregator/release/figures.py", "what a release cannot say")
    for method in (figures.METHOD, f"{figures.METHOD} {figures.HELD}"):
        yield Text(method, "aggregator/release/figures.py", "how the figures of a release were made")
    yield Text("Overall", "aggregator/release/figures.py", "the score over all themes")
    for stick in public_yardsticks():
        place = "aggregator/disclosure/yardsticks.json"
        yield Text(stick.title, place, "public statistics: of 100 firms, so many …")
        yield Text(stick.population, place, "public statistics: who was asked")
        yield Text(stick.caveat, place, "public statistics: how they differ from ours")
