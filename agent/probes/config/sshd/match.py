"""`Match` lines (OpenSSH 9.2: servconf.c match_cfg_line)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from agent.probes.config.sshd.syntax import cut, matches_list


@dataclass(frozen=True, slots=True)
class Connection:
    """For whom the configuration is asked. What is None matches no criterion that needs it, as `sshd -T -C` has it."""

    user: str | None = None
    groups: tuple[str, ...] = ()


class BadMatchError(Exception):
    """sshd would refuse the line."""


NEEDS_ARGUMENT: Final = ("user", "group", "host", "address", "localaddress", "localport", "rdomain")


def matched(text: str, connection: Connection | None) -> bool:
    """Whether the criteria hold. Without a connection only the syntax is judged, and only "all" holds.

    Raises BadMatchError.
    """
    result, count, rest = True, 0, text or None
    while True:
        name, rest = cut(rest)
        if not name:
            break
        if name.startswith("#"):
            rest = None
            break
        count += 1
        argument, after = cut(rest)
        if name.lower() == "all":
            if count > 1 or (argument and not argument.startswith("#")):
                raise BadMatchError("'all' cannot be combined with other criteria")
            return True
        rest = after
        if not argument or argument.startswith("#"):
            raise BadMatchError(f"nothing to match {name} with")
        result = _criterion(name.lower(), argument, connection) and result
    if not count:
        raise BadMatchError("Match without criteria")
    return result


def _criterion(name: str, argument: str, connection: Connection | None) -> bool:
    if name not in NEEDS_ARGUMENT:
        raise BadMatchError(f"unknown criterion {name}")
    if name in ("address", "localaddress") and not address_list_valid(argument):
        raise BadMatchError(f"bad address list {argument}")
    if name == "localport" and not port_valid(argument):
        raise BadMatchError(f"bad port {argument}")
    if connection is None or connection.user is None:
        return False
    if name == "user":
        return matches_list(connection.user, argument) == 1
    if name == "group":
        return _group(connection.groups, argument)
    return False


def _group(groups: tuple[str, ...], patterns: str) -> bool:
    found = False
    for group in groups:
        match matches_list(group, patterns):
            case -1:
                return False
            case 1:
                found = True
    return found


def port_valid(text: str) -> bool:
    return text == "ssh" or (re.fullmatch(r"\s*\+?\d+", text) is not None and int(text) <= 65535)


def address_list_valid(text: str) -> bool:
    """addr_match_list with no address: an empty member, host bits beyond the mask and a mask too long are errors.

    What is no address at all is a wildcard pattern and passes.
    """
    for member in text.split(","):
        address, slash, mask = member.removeprefix("!").partition("/")
        if not address and not slash:
            return False
        if not slash or not re.fullmatch(r"\d+", mask) or int(mask) > 128:
            continue
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            continue
        width = parsed.max_prefixlen
        if int(mask) > width or int(parsed) & ((1 << (width - int(mask))) - 1):
            return False
    return True
