"""The local directory of macOS: a property list for each account and group, which only root may read.

Whoever may not read the files asks dscl(1), which has the same records without the passwords. Names people gave
themselves are never looked at: accounts are known by number and short name, administrators by group number 80.
"""

from __future__ import annotations

import hashlib
import hmac
import plistlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes import plist
from agent.probes.account.entries import Group, User
from shieldwall import limits
from shieldwall.checks.outcome import Reason

NODE: Final = "/var/db/dslocal/nodes/Default"
DISABLED: Final = ";DisabledUser;"
RECORDS: Final = 5_000
ROUNDS: Final = 1_000_000
"""macOS writes some ten thousand rounds; more would be a way to keep the agent busy."""
STANDARD: Final = {
    "RecordName": "name", "UniqueID": "uid", "PrimaryGroupID": "gid", "NFSHomeDirectory": "home", "UserShell": "shell",
    "Password": "passwd", "AuthenticationAuthority": "authentication_authority", "GeneratedUID": "generateduid",
    "IsHidden": "IsHidden", "GroupMembership": "users", "GroupMembers": "groupmembers",
}  # fmt: skip
"""Names that dscl uses -> names in the files."""
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    user: User
    authorities: tuple[str, ...]
    """How the account may prove who it is; () for one nobody can sign in with."""
    file: str
    """"" when dscl told."""

    @property
    def locked(self) -> bool:
        """Switched off, or with no way to prove who one is and no empty password either."""
        return any(DISABLED in word for word in self.authorities) or (not self.authorities and self.user.password != "")


def accounts(host: Host) -> tuple[Account, ...]:
    """Raises UnreadableError."""
    return host.once(
        "macos accounts", lambda: tuple(a for r, file in _records(host, "users") if (a := _account(r, file)))
    )


def users(host: Host) -> tuple[User, ...]:
    return tuple(account.user for account in accounts(host))


def groups(host: Host) -> tuple[Group, ...]:
    """With the members a group names by short name or by their unique identifier. Raises UnreadableError."""
    return host.once("macos groups", lambda: _groups(host))


def empty_password(host: Host, account: Account) -> bool | Reason:
    """Whether the empty password opens the account; its hash stays here. A reason when that cannot be told."""
    if account.user.password == "" and not account.authorities:
        return True
    if not any("ShadowHash" in word for word in account.authorities):
        return False
    if not account.file:
        return Reason.PRIVILEGE
    try:
        record = plistlib.loads(host.read(account.file))
        shadow = plistlib.loads(record["ShadowHashData"][0])["SALTED-SHA512-PBKDF2"]
        rounds, salt, entropy = int(shadow["iterations"]), bytes(shadow["salt"]), bytes(shadow["entropy"])
        if not 0 < rounds <= ROUNDS or not 0 < len(entropy) <= 256:
            return Reason.PARSE
        return hmac.compare_digest(hashlib.pbkdf2_hmac("sha512", b"", salt, rounds, len(entropy)), entropy)
    except UnreadableError as error:
        return error.reason
    except KeyError:
        return Reason.UNSUPPORTED  # a scheme of before 10.8
    except (Exception, RecursionError):
        return Reason.PARSE


def _records(host: Host, kind: str) -> list[tuple[Record, str]]:
    folder = f"{NODE}/{kind}"
    try:
        names = [name for name in host.listdir(folder) if name.endswith(".plist")]
    except AbsentError as error:
        raise UnreadableError(Reason.UNSUPPORTED, f"{folder} is not there") from error
    except UnreadableError as error:
        if not host.live or error.reason is not Reason.PRIVILEGE:
            raise
        return [(record, "") for record in _asked(host, kind)]
    if len(names) > RECORDS:
        raise UnreadableError(Reason.REFUSED, f"{folder} holds more than {RECORDS} records")
    return [(plist.table(host, f"{folder}/{name}"), f"{folder}/{name}") for name in names]


def _asked(host: Host, kind: str) -> list[Record]:
    attributes = list(STANDARD)
    answer = host.run("dscl", "-plist", ".", "-readall", f"/{kind.capitalize()}", *attributes)
    return records_of(answer.output.encode("utf-8", "surrogateescape"))


def records_of(answer: bytes) -> list[Record]:
    """What `dscl -plist` prints, with the names the files use. Raises UnreadableError(parse)."""
    found = plist.parse(answer, "dscl")
    if not isinstance(found, list):
        raise UnreadableError(Reason.PARSE, "dscl answered otherwise than expected")
    return [
        {STANDARD.get(str(key).rpartition(":")[2], str(key)): value for key, value in record.items()}
        for record in found[:RECORDS]
        if isinstance(record, dict)
    ]


def _account(record: Record, file: str) -> Account | None:
    uid, gid, name = _number(record, "uid"), _number(record, "gid"), _first(record, "name")
    if uid is None or not name:
        return None
    password = _first(record, "passwd", "*")
    user = User(name, password, uid, gid if gid is not None else -1, _first(record, "home"), _first(record, "shell"), 0)
    return Account(user, tuple(_texts(record, "authentication_authority")), file)


def _groups(host: Host) -> tuple[Group, ...]:
    by_id = {_first(record, "generateduid"): _first(record, "name") for record, _ in _records(host, "users")}
    found = []
    for record, _ in _records(host, "groups"):
        gid, name = _number(record, "gid"), _first(record, "name")
        if gid is None or not name:
            continue
        members = [*_texts(record, "users"), *(by_id.get(one, "") for one in _texts(record, "groupmembers"))]
        found.append(Group(name, gid, tuple(dict.fromkeys(m for m in members if m)), 0))
    return tuple(found)


def _texts(record: Record, name: str) -> list[str]:
    value = record.get(name, [])
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)][: limits.INCLUDE_FILES]


def _first(record: Record, name: str, default: str = "") -> str:
    return next(iter(_texts(record, name)), default)


def _number(record: Record, name: str) -> int | None:
    text = _first(record, name)
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 12 else None
