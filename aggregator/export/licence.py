"""Under what terms a cluster gives its figures away; which one is for the cluster to decide, in aggregator.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Licence:
    title: str
    page: str
    authority: str
    """Its entry in the licence list of the Publications Office of the EU."""


LICENCES: Final[dict[str, Licence]] = {
    "CC-BY-4.0": Licence(
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
        "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0",
    ),
    "CC0-1.0": Licence(
        "Creative Commons CC0 1.0 Universal",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "http://publications.europa.eu/resource/authority/licence/CC0",
    ),
}
