"""How many firms of a hundred have a measure in place, by size: published figures where there are any.

A figure is used for checks whose id it names, the first that fits. `published` says which of the four sizes stand in
the source; the others are our assumption, drawn along the slope that sources with sizes show. Questionnaires are
answered too well and measure another thing than a probe does, so these are starting points for a simulation and
nothing else: no release ever contains one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final, Literal

SIZES: Final = ("1-9", "10-49", "50-249", "250+")
"""Employees; the order of every tuple below."""

EUROSTAT: Final = "Eurostat, ICT security in enterprises (isoc_cisce_ra), EU, 10 or more employees"
INE: Final = "INE, ICT usage in enterprises, Spain"
UK: Final = "UK Cyber Security Breaches Survey, businesses"
ASSUMED: Final = "our assumption"


@dataclass(frozen=True, slots=True)
class Prior:
    checks: tuple[str, ...]
    """Patterns of check ids, * allowed; of themes in THEMES."""
    percent: tuple[int, int, int, int]
    """Firms of a hundred that have it in place, by SIZES."""
    source: str
    year: int
    """Of the survey; 0 for an assumption."""
    published: str
    """What the source says in figures; empty for an assumption."""
    verified: Literal["primary", "secondary", ""] = "secondary"
    """As of aggregator.disclosure.yardsticks: read in the office's own publication, or in others' accounts of it."""


PRIORS: Final[tuple[Prior, ...]] = (
    Prior(
        ("account-password-*", "account-no-empty-passwords", "account-builtin-admin-managed"),
        (60, 82, 91, 97), EUROSTAT, 2024, "83.69 % use strong password authentication, all sizes from 10",
        "primary",
    ),
    Prior(
        ("account-mfa-*", "cloud-admin-separate-*"),
        (18, 29, 45, 65), INE, 2024, "29.35 % of 10 to 49 use two authentication mechanisms, 34.55 % of all from 10",
    ),
    Prior(
        ("account-admin-count-*", "account-daily-user-*", "sudo-*", "org-access-*", "account-dormant-*"),
        (60, 68, 80, 88), UK, 2023, "67 % restrict administrator rights, all sizes",
    ),
    Prior(
        ("patch-security-updates-current", "patch-known-vulnerable-*", "patch-browser-*"),
        (28, 38, 50, 60), UK, 2023, "31 % have a rule to apply security updates within 14 days, all sizes",
    ),
    Prior(
        ("patch-*",),
        (51, 86, 93, 97), EUROSTAT, 2019, "87 % keep software up to date, all sizes from 10; INE: 51.22 % under 10",
    ),
    Prior(("malware-*",), (80, 84, 91, 95), UK, 2024, "83 % have up-to-date malware protection, all sizes"),
    Prior(
        ("firewall-*", "exposure-*"), (72, 80, 88, 93), UK, 2024, "75 % have network firewalls, all sizes"
    ),
    Prior(("org-network-segmented", "wifi-*"), (42, 64, 76, 88), EUROSTAT, 2024, "65.43 % control network access",
          "primary"),
    Prior(
        ("vpn-*", "remote-supplier-*"), (8, 46, 68, 85), EUROSTAT, 2024,
        "49.64 % use a VPN, all sizes from 10; INE: 7.71 % under 10",
    ),
    Prior(
        ("log-*",), (11, 41, 60, 80), EUROSTAT, 2024,
        "45.16 % keep log files for analysis, all sizes from 10; INE: 11.29 % under 10",
    ),
    Prior(
        ("backup-offline-*", "backup-restore-*", "backup-encrypted-*"), (22, 33, 45, 60), ASSUMED, 0, "", ""
    ),
    Prior(
        ("backup-*",), (42, 77, 87, 94), EUROSTAT, 2024,
        "79.23 % back up to a separate place, all sizes from 10; INE: 42.40 % under 10",
        "primary",
    ),
    Prior(
        ("disk-encryption-*", "removable-*", "swap-*", "mobile-*", "bitlocker-*"), (15, 30, 51, 70), INE, 2022,
        "30.20 % of 10 to 49 and 51.32 % of 50 to 249 use encryption; 14.76 % under 10",
    ),
    Prior(
        ("org-incident-*", "org-continuity-*", "org-report-duties"), (17, 28, 55, 73), UK, 2024,
        "formal incident response plan: 22 % of all, 55 % of medium, 73 % of large",
    ),
    Prior(
        ("org-awareness-*", "org-phishing-*", "org-it-staff-*"), (40, 56, 77, 91), EUROSTAT, 2019,
        "staff made aware: 58, 78 and 91 % of small, medium and large; 59.97 % of all in 2024",
    ),
    Prior(
        ("org-policy-*", "org-data-*", "org-clean-*", "org-ai-*", "org-responsible-*", "account-joiner-*"),
        (10, 31, 54, 77), EUROSTAT, 2019,
        "documents on ICT security: 30, 54 and 76 % of small, medium and large; 35.50 % of all in 2024",
    ),
    Prior(
        ("org-risk-*", "org-audit-*", "org-vulnerability-*"), (24, 48, 62, 75), UK, 2025,
        "48 % of small businesses made a risk assessment; INE: 7.68 % under 10",
    ),
    Prior(("org-insurance-*",), (43, 62, 65, 60), UK, 2025, "62 % of small businesses are insured"),
    Prior(("org-supplier-*",), (12, 20, 35, 50), ASSUMED, 0, "", ""),
)  # fmt: skip

THEMES: Final[dict[str, Prior]] = {
    theme: Prior((theme,), percent, ASSUMED, 0, "", "")
    for theme, percent in {
        "people-organisation": (25, 38, 55, 72),
        "access": (55, 65, 76, 86),
        "updates": (50, 62, 75, 85),
        "device-protection": (45, 56, 68, 80),
        "systems-network": (48, 57, 68, 78),
        "backup-recovery": (35, 52, 66, 80),
    }.items()
}
"""For checks no published figure speaks of."""

SIZE_SHARE: Final = (35, 40, 20, 5)
"""Members of a cluster by SIZES; an assumption: most firms have under ten employees, most members more."""

SECTORS: Final = (
    ("metalworking", 24), ("food", 14), ("plastics", 12), ("logistics", 12), ("software", 12), ("construction", 10),
    ("retail", 8), ("health", 8),
)  # fmt: skip
"""An assumption."""

UNANSWERED: Final = 8
"""Of a hundred questions a firm leaves open; an assumption, as are the next four."""
WITHOUT_ROOT: Final = 12
"""Of a hundred agents run without the right to see everything."""
NOT_MET: Final = 20
"""Of a hundred hosts that do not have what a conditional check is about."""
WAIVED: Final = 4
"""Of a hundred findings that somebody accepted for now."""
CLOCK_UNSYNCED: Final = 5


def prior_for(check: str, theme: str) -> Prior:
    """The first figure that names the check, else the theme's."""
    for prior in PRIORS:
        if any(fnmatchcase(check, pattern) for pattern in prior.checks):
            return prior
    return THEMES[theme]
