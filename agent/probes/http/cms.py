"""Content-management systems by the generator a page names, against the branches that still get security fixes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shieldwall.checks.fact import NOT_THERE

UNTIL: Final[dict[str, dict[str, str]]] = {
    "drupal": {"7": "2025-01-05", "8": "2021-11-02", "9": "2023-11-01", "10": "2026-12-09"},
    "joomla": {"1": "2012-09-30", "2": "2014-12-31", "3": "2023-08-17", "4": "2025-10-15", "5": "2027-10-19"},
    "typo3": {
        "6": "2017-04-18", "7": "2018-12-01", "8": "2020-03-31", "9": "2021-09-30", "10": "2023-04-30",
        "11": "2024-10-31", "12": "2026-04-30", "13": "2027-12-31",
    },
}  # fmt: skip
"""Product -> major version -> last day of free security fixes. Written down from memory, not copied from the projects'
release pages; days ahead are announcements that may move. Hold them against those pages when you touch this."""
WORDPRESS_OLDEST: Final = (6, 0)
"""Our own line: WordPress promises fixes for the newest version only, and this one came out in 2022."""
NAME = re.compile(r"(wordpress|drupal|joomla!?|typo3)(?:\s*cms)?[^0-9]{0,20}([0-9]+(?:\.[0-9]+)*)?", re.I)


@dataclass(frozen=True, slots=True)
class Cms:
    product: str
    version: Any
    supported: str
    """yes | no | unclear: the page hides its version, or the branch is not in our table."""


def read(generator: str, today: date) -> Any:
    """A Cms, or absent when the page names none that is known."""
    match = NAME.search(generator)
    if match is None:
        return dict(NOT_THERE)
    product, version = match[1].lower().rstrip("!"), match[2] or ""
    return Cms(product, version or dict(NOT_THERE), _supported(product, version, today))


def _supported(product: str, version: str, today: date) -> str:
    if not version:
        return "unclear"
    if product == "wordpress":
        numbers = tuple(int(part) for part in version.split(".")[:2])
        return "no" if numbers < WORDPRESS_OLDEST else "unclear"
    major = version.split(".")[0]
    if int(major) < min(map(int, UNTIL[product])):
        return "no"
    until = UNTIL[product].get(major)
    if until is None:
        return "unclear"
    return "yes" if date.fromisoformat(until) >= today else "no"
