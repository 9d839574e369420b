"""What was written down in English, told again in the language spoken: answers of the gate, refusals, the log.

They lie in signed documents, in the audit log and in errors of work that runs where nobody listens, so they are made
in English. A sentence that none of the forms below knows is told as it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from shieldwall.language import ENGLISH, gettext, marked, spoken

PART: Final = "; "
"""Between the statements of one reason."""
PERIOD: Final = r"\d{4}-Q[1-4]"
VALUES: Final = {
    "period": PERIOD, "role": "manager|operator|reader",
    "who": "1 member|[0-9]+ members", "whom": "1 firm|[0-9]+ firms",
    "reason": ".+", "rows": ".+", "others": ".+", "firm": ".+", "person": ".+",
}  # fmt: skip
"""What a placeholder stands for where it is no number."""
RETOLD: Final = ("reason", "rows", "others", "role", "who", "whom")
"""Placeholders whose values are words of ours as well, not names."""

FORMS: Final = (
    # The gate, and the wider search after it.
    marked("no firm has sent results"),
    marked("members changed so often within two years that safety cannot be shown"),
    marked("%(n)s firms are too few for bands of %(w)s"),
    marked("%(n)s firms: figures start at %(least)s"),
    marked("public yardsticks are shown instead"),
    marked("%(n)s firms in bands of %(w)s: no coalition of up to %(k)s can be certain about another firm"),
    marked(
        "%(n)s of %(present)s firms in %(q)s bands of %(w)s: no coalition of up to %(k)s can be certain about another "
        "firm"
    ),
    marked("bands of %(w)s would not have withstood the releases before"),
    marked("1 firm waits for a whole batch of %(w)s to join"),
    marked("%(n)s firms wait for a whole batch of %(w)s to join"),
    marked(
        "1 firm is held back this time, since earlier figures could be subtracted from figures with all of them. Each "
        "period is tried anew"
    ),
    marked(
        "%(n)s firms are held back this time, since earlier figures could be subtracted from figures with all of them. "
        "Each period is tried anew"
    ),
    marked("1 other choice of firms did no better"),
    marked("%(n)s other choices of firms did no better"),
    marked(
        "%(who)s could subtract published figures from each other and be certain about %(whom)s counted in %(rows)s "
        "and not in %(others)s"
    ),
    marked(
        "%(who)s could subtract published figures from each other and be certain about %(whom)s counted in %(rows)s"
    ),
    marked("1 member"),
    marked("%(n)s members"),
    marked("1 firm"),
    marked("%(n)s firms"),
    marked("this release"),
    # Refusals of work in the background.
    marked(
        "the gate says wait: %(reason)s. Period %(period)s stays open. Ask firms that are missing to submit; "
        "`shieldwall-aggregator release explain` says how many, and what the gate would answer now."
    ),
    marked("the gate says wait: %(reason)s. A release was published since the freeze; wait for the next."),
    marked("period %(period)s is frozen already; its release is built by `release build %(period)s`."),
    marked("period %(period)s is still open; freeze it first: trends read periods in order."),
    marked("period %(period)s is open. Type `shieldwall-aggregator period freeze %(period)s` first."),
    marked("a later period than %(period)s has been published; releases follow the order of periods."),
    marked("period %(period)s was frozen without a release: %(reason)s"),
    # Subjects of the audit log.
    marked("%(period)s, %(n)s figures"),
    marked("%(n)s for %(firm)s"),
    marked("%(n)s of %(firm)s"),
    marked("%(person)s is now %(role)s"),
    marked("as %(role)s"),
    marked("for a %(role)s"),
    marked("for %(person)s"),
    marked("at the first start"),
    marked("manager"),
    marked("operator"),
    marked("reader"),
)  # fmt: skip


def again(text: str) -> str:
    """In the language spoken now."""
    return text if spoken() == ENGLISH else _again(text)


def _again(text: str) -> str:
    for form, pattern in _patterns():
        if found := pattern.fullmatch(text):
            values = {name: _listed(value) if name in RETOLD else value for name, value in found.groupdict().items()}
            return gettext(form) % values if values else gettext(form)
    period, colon, rest = text.partition(": ")
    if colon and re.fullmatch(PERIOD, period):
        return f"{period}: {_again(rest)}"
    return PART.join(map(_again, text.split(PART))) if PART in text else text


def _listed(value: str) -> str:
    """A reason, or names of releases between commas."""
    told = _again(value)
    return told if told != value else ", ".join(map(_again, value.split(", "))) if ", " in value else value


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((form, _pattern(form)) for form in FORMS)


def _pattern(form: str) -> re.Pattern[str]:
    known: set[str] = set()

    def group(found: re.Match[str]) -> str:
        name = found[1]
        if name in known:
            return f"(?P={name})"
        known.add(name)
        return f"(?P<{name}>{VALUES.get(name, r'[0-9]+')})"

    # Escaping leaves `%(name)s` as `%\(name\)s`.
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", group, re.escape(form)), re.DOTALL)
