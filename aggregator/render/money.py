"""What a gap in money is about: what would have to be bought, what kind of money that takes, and what to ask for.

No prices: a release holds none, and whoever names one without an offer has invented it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from shieldwall.language import marked


class Kind(Enum):
    """What kind of money. The value is for people."""

    EQUIPMENT = marked("equipment")
    LICENCES = marked("licences")
    SERVICE = marked("a service")
    STAFF = marked("staff time")


class Way(Enum):
    """How firms of a cluster would buy it together. The value is for people."""

    JOINT = marked("bought together")
    SHARED = marked("one service for several firms")
    ADVICE = marked("one adviser for several firms")
    COURSES = marked("courses, half a day each")


@dataclass(frozen=True, slots=True)
class Category:
    title: str
    kinds: tuple[Kind, ...]
    infrastructure: bool
    """Things and services that stay, unlike advice and courses."""


CATEGORIES: Final[dict[str, Category]] = {
    "F-BACKUP": Category(marked("Places for backups"), (Kind.EQUIPMENT, Kind.SERVICE), True),
    "F-CERT": Category(marked("Expert advice"), (Kind.SERVICE, Kind.STAFF), False),
    "F-ENDPOINT": Category(marked("Protection of computers and telephones"), (Kind.LICENCES, Kind.STAFF), True),
    "F-IDENTITY": Category(marked("A second sign-in factor"), (Kind.EQUIPMENT, Kind.LICENCES, Kind.STAFF), True),
    "F-NETWORK": Category(marked("Network and remote access"), (Kind.EQUIPMENT, Kind.STAFF), True),
    "F-REFRESH": Category(marked("Replacing what gets no updates"), (Kind.EQUIPMENT, Kind.LICENCES), True),
    "F-SERVICES": Category(marked("Services that somebody runs"), (Kind.SERVICE,), True),
    "F-TRAIN": Category(marked("Courses and exercises"), (Kind.SERVICE, Kind.STAFF), False),
}
"""One for each of shieldwall.checks.vocabulary.FUNDING."""
TEACHING: Final = "F-TRAIN"
"""Its money buys know-how: what it would close is counted as a gap in knowledge."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """Something firms would buy once for several of them."""

    title: str
    way: Way
    kinds: tuple[Kind, ...]
    asked: tuple[str, ...]
    """What to ask for in an offer."""


PURCHASES: Final[dict[tuple[str, str], Purchase]] = {
    ("F-BACKUP", "T-BKP"): Purchase(
        marked("A place for backups outside the firm"),
        Way.JOINT,
        (Kind.EQUIPMENT, Kind.SERVICE),
        (
            marked("A copy that nobody in the firm, administrators included, can change or delete for a set time"),
            marked("An area and a key of its own for each firm"),
            marked("A trial restore for each firm every year, with the time it took"),
        ),
    ),
    ("F-CERT", "T-CLOUD"): Purchase(
        marked("A review of cloud settings"),
        Way.ADVICE,
        (Kind.SERVICE,),
        (
            marked("A comparison with a published baseline, and the list of differences"),
            marked("Help with mending the differences, not only a report"),
        ),
    ),
    ("F-CERT", "T-GOV"): Purchase(
        marked("Advice on duties for products with software in them"),
        Way.ADVICE,
        (Kind.SERVICE, Kind.STAFF),
        (
            marked("Which products of each firm the duties reach, and by when"),
            marked("A plan for updates and for taking reports of weaknesses"),
        ),
    ),
    ("F-CERT", "T-SUP"): Purchase(
        marked("Advice on what customers require"),
        Way.ADVICE,
        (Kind.SERVICE, Kind.STAFF),
        (
            marked("One list of the requirements of all customers of a firm"),
            marked("Which of them the firm meets already, with proof"),
        ),
    ),
    ("F-ENDPOINT", "T-AWARE"): Purchase(
        marked("Management of telephones and tablets"),
        Way.JOINT,
        (Kind.LICENCES, Kind.STAFF),
        (
            marked("A lock, a PIN and wiping of lost devices, set from one place"),
            marked("Private devices stay private: the firm's data kept apart"),
        ),
    ),
    ("F-ENDPOINT", "T-CRYPT"): Purchase(
        marked("Encryption of portable computers"),
        Way.JOINT,
        (Kind.LICENCES, Kind.STAFF),
        (
            marked("Editions of the operating system that can encrypt the whole disk"),
            marked("Recovery keys kept where the owner of the firm can reach them"),
        ),
    ),
    ("F-ENDPOINT", "T-EP"): Purchase(
        marked("Malware protection for every computer"),
        Way.JOINT,
        (Kind.LICENCES,),
        (
            marked("One place where every computer's state is seen"),
            marked("Protection that an ordinary user cannot switch off"),
        ),
    ),
    ("F-IDENTITY", "T-ACC"): Purchase(
        marked("A second sign-in factor"),
        Way.JOINT,
        (Kind.EQUIPMENT, Kind.LICENCES, Kind.STAFF),
        (
            marked("Keys or apps that a false sign-in page cannot fool"),
            marked("Two keys for each administrator, one of them locked away"),
            marked("Sign-in services whose licence allows the factor to be required"),
        ),
    ),
    ("F-NETWORK", "T-NET"): Purchase(
        marked("Network equipment that separates and still gets updates"),
        Way.JOINT,
        (Kind.EQUIPMENT, Kind.STAFF),
        (
            marked("Years of security updates promised in writing"),
            marked("Separate networks for offices, machines, guests and administration"),
            marked("Administration that cannot be reached from the internet"),
        ),
    ),
    ("F-NETWORK", "T-REM"): Purchase(
        marked("A gate for remote access"),
        Way.JOINT,
        (Kind.EQUIPMENT, Kind.LICENCES),
        (
            marked("A second factor for staff and for suppliers"),
            marked("Access to single machines, not to the whole network"),
            marked("Updates of the gate itself looked after by somebody named"),
        ),
    ),
    ("F-REFRESH", "T-HARD"): Purchase(
        marked("Replacing devices that speak only old protocols"),
        Way.JOINT,
        (Kind.EQUIPMENT,),
        (
            marked("A list of the devices that keep the old protocol alive"),
            marked("Storage and scanners that speak current protocols"),
        ),
    ),
    ("F-REFRESH", "T-PATCH"): Purchase(
        marked("Replacing computers and telephones without updates"),
        Way.JOINT,
        (Kind.EQUIPMENT, Kind.LICENCES),
        (
            marked("The date until which each model gets updates, in writing"),
            marked("Wiping and taking back of the old devices"),
        ),
    ),
    ("F-SERVICES", "T-EP"): Purchase(
        marked("One desk that sees malware alerts"),
        Way.SHARED,
        (Kind.SERVICE, Kind.LICENCES),
        (
            marked("Alerts of all devices of a firm in one place"),
            marked("Somebody named who calls, and the hours in which they do"),
        ),
    ),
    ("F-SERVICES", "T-LOG"): Purchase(
        marked("Central logs and somebody who looks at them"),
        Way.SHARED,
        (Kind.SERVICE, Kind.STAFF),
        (
            marked("Logs kept where an intruder in the firm cannot change them"),
            marked("A look at the alarms at least once a week, and a call when it matters"),
            marked("No firm sees another's logs"),
        ),
    ),
    ("F-SERVICES", "T-MAIL"): Purchase(
        marked("A filter for incoming mail"),
        Way.SHARED,
        (Kind.SERVICE,),
        (
            marked("Checking for malware, phishing and dangerous attachments"),
            marked("Held mail that the receiver can see and ask for"),
        ),
    ),
    ("F-SERVICES", "T-PATCH"): Purchase(
        marked("Updates looked after by a service"),
        Way.SHARED,
        (Kind.SERVICE,),
        (
            marked("Security updates within fourteen days, programs other than the system included"),
            marked("A monthly list of what is still missing, and why"),
        ),
    ),
    (TEACHING, ""): Purchase(
        marked("Courses and exercises"),
        Way.COURSES,
        (Kind.SERVICE, Kind.STAFF),
        (
            marked("Half a day, close by, with exercises on the firms' own computers"),
            marked("A place for every firm, and a second date for those who could not come"),
        ),
    ),
}
"""By funding category and training topic of the checks it would close; an empty topic stands for any."""


def purchase(category: str, topic: str) -> tuple[str, Purchase]:
    """An id that is the same in every release, and what would be bought; a plain one for a pair not in the table."""
    for known in ((category, topic), (category, "")):
        if known in PURCHASES:
            return "-".join(part for part in known if part).lower(), PURCHASES[known]
    about = CATEGORIES.get(category) or Category(category, (), True)
    return category.lower(), Purchase(about.title, Way.JOINT, about.kinds, ())


def category(identity: str) -> Category:
    """The category, or a plain one for an id that is not in the table."""
    return CATEGORIES.get(identity) or Category(identity, (), True)
