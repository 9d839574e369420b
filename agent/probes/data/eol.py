"""Until when a release of an operating system gets security updates without a contract of its own.

Debian (with its public long-term support) and Ubuntu (without the paid extension) are compared in the suite with
Debian's package distro-info-data. The other rows are what their makers announced, as far as their authors know: they
were not compared with the makers' pages when they were written down, and a maker may move a date. A release that is
not listed has no date: the check says so and does not guess.

Apple announces no ends. It mends the newest three releases; a release ends here on the day the third after it came out,
for those still to come at the end of the September in which one has come out every year. Not compared with anything.
"""

from __future__ import annotations

from typing import Final

DATES: Final[dict[str, dict[str, str]]] = {
    "debian": {
        "8": "2020-06-30", "9": "2022-06-30", "10": "2024-06-30", "11": "2026-08-31", "12": "2028-06-30",
        "13": "2030-06-30",
    },
    "ubuntu": {
        "14.04": "2019-04-25", "16.04": "2021-04-30", "18.04": "2023-05-31", "20.04": "2025-05-29",
        "22.04": "2027-06-01", "23.04": "2024-01-25", "23.10": "2024-07-11", "24.04": "2029-05-31",
        "24.10": "2025-07-10", "25.04": "2026-01-15", "25.10": "2026-07-09", "26.04": "2031-05-29",
    },
    "rhel": {"6": "2020-11-30", "7": "2024-06-30", "8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31"},
    "almalinux": {"8": "2029-03-01", "9": "2032-05-31", "10": "2035-05-31"},
    "rocky": {"8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31"},
    "ol": {"7": "2024-12-31", "8": "2029-07-31", "9": "2032-06-30", "10": "2035-06-30"},
    "centos": {"6": "2020-11-30", "7": "2024-06-30"},
    "centos-stream": {"8": "2024-05-31", "9": "2027-05-31", "10": "2030-05-31"},
    "fedora": {
        "38": "2024-05-21", "39": "2024-11-26", "40": "2025-05-13", "41": "2025-12-15", "42": "2026-05-13",
        "43": "2026-12-09",
    },
    "sles": {
        "12.5": "2024-10-31", "15.3": "2022-12-31", "15.4": "2023-12-31", "15.5": "2024-12-31", "15.6": "2025-12-31",
        "15.7": "2031-07-31", "16.0": "2027-11-30",
    },
    "opensuse-leap": {
        "15.3": "2022-12-31", "15.4": "2023-12-07", "15.5": "2024-12-31", "15.6": "2026-04-30", "16.0": "2027-10-31",
    },
    "macos": {
        "10.13": "2020-11-12", "10.14": "2021-10-25", "10.15": "2022-10-24", "11": "2023-09-26", "12": "2024-09-16",
        "13": "2025-09-15", "14": "2026-09-30", "15": "2027-09-30", "26": "2028-09-30", "27": "2029-09-30",
    },
}  # fmt: skip
"""ID of os-release, or macos -> release -> last day, ISO 8601."""

BY_MAJOR: Final = frozenset({"debian", "rhel", "almalinux", "rocky", "ol", "centos", "centos-stream", "fedora"})
"""Where a minor release changes nothing about the date."""


def end_of_life(distribution: str, version: str) -> str | None:
    """The last day with security updates, None when this table does not say."""
    dates = DATES.get(distribution, {})
    return dates.get(version.partition(".")[0] if distribution in BY_MAJOR else version)
