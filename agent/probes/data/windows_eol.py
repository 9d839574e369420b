"""The last day with security updates of each Windows build, as Microsoft announced it, as far as the authors know.

The dates were not compared with Microsoft's pages when they were written down, and Microsoft may move one. A build that
is not listed has no date: the check says so and does not guess.

One date for Home and Pro, one for Enterprise and Education, one for the long-term channel, one for servers; None where
that build never came in that kind. Paid or enrolled extended updates (ESU) are not counted: no registry value proves
them for a build as a whole.
"""

from __future__ import annotations

from typing import Final

TABLE: Final[dict[int, tuple[str | None, str | None, str | None, str | None]]] = {
    7600: ("2013-04-09", "2013-04-09", None, "2013-04-09"),
    7601: ("2020-01-14", "2020-01-14", None, "2020-01-14"),
    9200: ("2016-01-12", "2016-01-12", None, "2023-10-10"),
    9600: ("2023-01-10", "2023-01-10", None, "2023-10-10"),
    10240: ("2017-05-09", "2017-05-09", "2025-10-14", None),
    10586: ("2017-10-10", "2018-04-10", None, None),
    14393: ("2018-04-10", "2019-04-09", "2026-10-13", "2027-01-12"),
    15063: ("2018-10-09", "2019-10-08", None, None),
    16299: ("2019-04-09", "2020-10-13", None, None),
    17134: ("2019-11-12", "2021-05-11", None, None),
    17763: ("2020-11-10", "2021-05-11", "2029-01-09", "2029-01-09"),
    18362: ("2020-12-08", "2020-12-08", None, None),
    18363: ("2021-05-11", "2022-05-10", None, None),
    19041: ("2021-12-14", "2021-12-14", None, None),
    19042: ("2022-05-10", "2023-05-09", None, None),
    19043: ("2022-12-13", "2022-12-13", None, None),
    19044: ("2023-06-13", "2024-06-11", "2027-01-12", None),
    19045: ("2025-10-14", "2025-10-14", None, None),
    20348: (None, None, None, "2031-10-14"),
    22000: ("2023-10-10", "2024-10-08", None, None),
    22621: ("2024-10-08", "2025-10-14", None, None),
    22631: ("2025-11-11", "2026-11-10", None, None),
    25398: (None, None, None, "2025-10-24"),
    26100: ("2026-10-13", "2027-10-12", "2029-10-09", "2034-11-14"),
    26200: ("2027-10-12", "2028-10-10", None, None),
}
"""Build -> dates; CurrentBuild of the registry."""
LONG_TERM: Final = ("EnterpriseS", "EnterpriseSN", "IoTEnterpriseS", "EnterpriseSEval")
LONGER: Final = ("Enterprise", "EnterpriseN", "Education", "EducationN", "IoTEnterprise", "EnterpriseG", "ServerRdsh")


def end_of_updates(build: int, edition: str) -> str | None:
    """ISO date, or None for a build that the table does not know.

    edition   EditionID of the registry, the same word in every language
    """
    dates = TABLE.get(build)
    if dates is None:
        return None
    if edition in LONG_TERM:
        return dates[2]
    if edition.startswith("Server") and edition != "ServerRdsh":
        return dates[3]
    return dates[1] if edition in LONGER else dates[0]
