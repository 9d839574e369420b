"""Training topics: what each is called and what half a day on it would hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shieldwall.language import gettext as _


@dataclass(frozen=True, slots=True)
class Topic:
    title: str
    audience: str
    outline: tuple[str, str, str]
    """Three blocks of about an hour."""


TOPICS: Final[dict[str, Topic]] = {
    "T-ACC": Topic(
        "Accounts and sign-in",
        "whoever administers computers",
        (
            "How accounts are taken over: three cases",
            "A second factor and a password manager for the whole firm, set up on the spot",
            "Joiners, movers and leavers: a checklist for each firm",
        ),
    ),
    "T-AWARE": Topic(
        "Staff awareness",
        "everybody",
        (
            "Real phishing messages and how they were spotted",
            "Payments, phones and work on the road: the rules that matter",
            "How to report, and an exercise to take home",
        ),
    ),
    "T-BKP": Topic(
        "Backup and recovery",
        "whoever administers computers",
        (
            "What extortion gangs do to backups",
            "An offline or locked copy with what the firm already has",
            "Restoring for real: each firm brings back a folder and times it",
        ),
    ),
    "T-CLOUD": Topic(
        "Cloud services",
        "administrators of cloud services",
        (
            "Which services hold which data: making the list",
            "Administrator accounts, sharing links and old kinds of sign-in",
            "Comparing one's own settings with a free baseline tool",
        ),
    ),
    "T-CRYPT": Topic(
        "Encryption of devices",
        "whoever administers computers",
        (
            "What a thief can read from a laptop, shown",
            "Switching disk encryption on without locking oneself out",
            "Where recovery keys live, and wiping old devices",
        ),
    ),
    "T-EP": Topic(
        "Protection of computers",
        "whoever administers computers",
        (
            "What malware protection sees and what it does not",
            "Settings that stop most of it: macros, scripts, browsers",
            "One place for warnings, and who looks at it",
        ),
    ),
    "T-GOV": Topic(
        "Leading security",
        "management",
        (
            "The five worst days a firm can have, and what they cost",
            "Legal duties in plain words: NIS2, data protection, product rules",
            "A two-page policy and a yearly review, written in the room",
        ),
    ),
    "T-HARD": Topic(
        "Secure settings of servers and computers",
        "whoever administers servers",
        (
            "Reading an audit result: which settings matter first",
            "Making settings stick: files, drop-ins, templates",
            "Mending the ten commonest findings on a practice machine",
        ),
    ),
    "T-IR": Topic(
        "Emergencies",
        "management and IT",
        (
            "The first hour: whom to call, what to unplug, what to leave on",
            "Who must be told, and by when",
            "A table-top exercise with the firm's own plan",
        ),
    ),
    "T-LOG": Topic(
        "Records and alarms",
        "whoever administers servers",
        (
            "Which records tell of a break-in",
            "Keeping them long enough and out of an intruder's reach",
            "A quarter of an hour a week: what to look at",
        ),
    ),
    "T-MAIL": Topic(
        "E-mail and the firm's name",
        "whoever looks after mail and domain",
        (
            "How others send mail in a firm's name",
            "SPF, DKIM and DMARC from first report to rejection",
            "Filters, attachments and encryption in transit",
        ),
    ),
    "T-NET": Topic(
        "Network",
        "whoever looks after the network",
        (
            "Seeing one's own network: plan, devices, open doors",
            "Guests, office and machines in networks of their own",
            "Router and firewall: updates, passwords, what to switch off",
        ),
    ),
    "T-PATCH": Topic(
        "Updates",
        "whoever administers computers",
        (
            "How soon a known hole is used",
            "Automatic updates that do not disturb work",
            "What cannot be updated: listing, isolating, replacing",
        ),
    ),
    "T-REM": Topic(
        "Remote access",
        "whoever administers computers",
        (
            "What is open to the internet, found by looking from outside",
            "SSH and remote desktop set up safely",
            "A gate with a second factor for staff and suppliers",
        ),
    ),
    "T-SUP": Topic(
        "Suppliers and customers",
        "management and purchasing",
        (
            "Which suppliers can stop or open the firm",
            "Clauses and access rules that suppliers accept",
            "What customers will ask, and proofs to have ready",
        ),
    ),
    "T-WEB": Topic(
        "Website",
        "whoever looks after the website",
        (
            "How websites of small firms are broken into",
            "Encryption, headers and updates, checked on one's own site",
            "Contracts with agency and host: three questions",
        ),
    ),
}


def topic(identity: str) -> Topic:
    """The topic, or a plain one for an id that is not in the table."""
    found = TOPICS.get(identity)
    if found is None:
        later = _("To be planned")
        return Topic(identity, _("to be named"), (later, later, later))
    first, second, third = found.outline
    return Topic(_(found.title), _(found.audience), (_(first), _(second), _(third)))
