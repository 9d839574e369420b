"""Words of the firm's reports that no call marks: values of tables, and the signed words of a release."""

from __future__ import annotations

from collections.abc import Iterator

from deploy.languages.check_texts import Text
from deploy.languages.page_texts import release_words
from shieldwall.outcome import Reason
from shieldwall.policy import EVERY_CHECK
from shieldwall.vocabulary import ROLES


def words() -> Iterator[Text]:
    for role in ROLES:
        yield Text(role, "shieldwall/vocabulary.py", "what a host is for")
    for reason in Reason:
        yield Text(reason.value, "shieldwall/outcome.py", "one word, before a colon: why something could not be seen")
    yield Text(EVERY_CHECK, "shieldwall/policy.py", "title of the policy `all`")
    yield from release_words()
