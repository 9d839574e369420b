"""What may be said of a password and of the dates beside it. The hash itself never leaves this module."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.account.entries import SHADOWED, Shadow, User
from shieldwall.checks.fact import NOT_THERE, unseen
from shieldwall.checks.outcome import Reason

LASTLOG: Final = struct.Struct("<i32s256s")
"""One record of /var/log/lastlog (utmp.h), by user id; little-endian hosts only, as all Linux hosts of firms are."""
Login = datetime | Reason | None
"""When somebody last logged in, None for never."""

SCHEMES: Final = (
    (r"\$y\$.+", "yescrypt"), (r"\$gy\$.+", "gost-yescrypt"), (r"\$7\$.+", "scrypt"), (r"\$6\$.+", "sha512"),
    (r"\$5\$.+", "sha256"), (r"\$2[abxy]?\$.+", "bcrypt"), (r"\$1\$.+", "md5"), (r"\$md5.+", "sunmd5"),
    (r"\$sha1\$.+", "sha1"), (r"\$3\$.+", "nt"), (r"_[./0-9A-Za-z]{19}", "bsdi"), (r"[./0-9A-Za-z]{13}", "des"),
    (r"[./0-9A-Za-z]{24,178}", "bigcrypt"),
)  # fmt: skip
"""crypt(5)."""


def scheme(password: str) -> str:
    """The name of the hash scheme of a password field, locked or not; "none" when no password can match it."""
    plain = password.lstrip("!*")
    return next((name for pattern, name in SCHEMES if re.fullmatch(pattern, plain, re.DOTALL)), "none")


def derived(
    user: User, shadow: dict[str, Shadow] | Reason, now: datetime, seen: Callable[[int], Login]
) -> dict[str, Any]:
    """What is derived from the password field and the dates beside it."""
    names = (
        "locked", "empty_password", "hash", "min_days", "max_days", "inactive_days", "last_change", "expires",
        "expired", "last_seen",
    )  # fmt: skip
    if user.password != SHADOWED:
        entry: Shadow | None = Shadow(user.name, user.password, None, None, None, None, None, None)
    elif isinstance(shadow, Reason):
        return {name: unseen(shadow) for name in names}
    else:
        entry = shadow.get(user.name)
    if entry is None:
        entry = Shadow(user.name, "*", None, None, None, None, None, None)
    kind, empty = scheme(entry.password), entry.password == ""
    expires = _date(entry.expires)
    return {
        "locked": not empty and (entry.password[0] in "!*" or kind == "none"),
        "empty_password": empty,
        "hash": kind,
        "min_days": _or_absent(entry.min_days),
        "max_days": _or_absent(entry.max_days),
        "inactive_days": _or_absent(entry.inactive_days),
        "last_change": _or_absent(_text(_date(entry.changed))),
        "expires": _or_absent(_text(expires)),
        "expired": expires is not None and expires <= now,
        "last_seen": _last_seen(seen(user.uid), _date(entry.changed)),
    }


def _or_absent(value: Any) -> Any:
    return NOT_THERE if value is None else value


def _date(days: int | None) -> datetime | None:
    if days is None or days > 2_900_000:
        return None  # beyond the year 9999, which date arithmetic does not reach
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days)


def _text(when: datetime | None) -> str | None:
    return None if when is None else when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _last_seen(login: Login, changed: datetime | None) -> Any:
    """The later of the last login and the last change of the password, which stands for the day it was made."""
    if isinstance(login, Reason):
        return unseen(login)
    times = [when for when in (login, changed) if when is not None]
    return _text(max(times)) if times else NOT_THERE


def last_logins(host: Host) -> Callable[[int], Login]:
    try:
        data = host.read("/var/log/lastlog", limit=LASTLOG.size * 200_000)
    except AbsentError:
        return lambda uid: Reason.UNSUPPORTED
    except UnreadableError as error:
        reason = error.reason
        return lambda uid: reason

    def login(uid: int) -> Login:
        record = data[uid * LASTLOG.size : (uid + 1) * LASTLOG.size]
        if len(record) < LASTLOG.size:
            return None
        seconds = LASTLOG.unpack(record)[0]
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None

    return login
