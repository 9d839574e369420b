"""Words of the firm's reports that no call marks: values of tables, and the signed words of a release."""

from __future__ import annotations

from collections.abc import Iterator

from deploy.languages.check_texts import Text
from deploy.languages.page_texts import release_words
from shieldwall.checks.outcome import Reason
from shieldwall.checks.vocabulary import ROLES
from shieldwall.packs.policy import EVERY_CHECK


def words() -> Iterator[Text]:
    for role in ROLES:
        yield Text(role, "shieldwall/checks/vocabulary.py", "what a host is for")
    for reason in Reason:
        yield Text(
            reason.value, "shieldwall/checks/outcome.py", "one word, before a colon: why something could not be seen"
        )
    yield Text(EVERY_CHECK, "shieldwall/packs/policy.py", "title of the policy `all`")
    yield from release_words()
