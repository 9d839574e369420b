"""How a line of sudoers is cut into members, commands and Defaults (sudoers(5), "Quick guide to EBNF" on)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

TAG: Final = re.compile(r"\s*((?:NO)?(?:PASSWD|EXEC|SETENV|LOG_INPUT|LOG_OUTPUT|MAIL|INTERCEPT)|(?:NO)?FOLLOW)\s*:")
OPTION: Final = re.compile(
    r"\s*(ROLE|TYPE|PRIVS|LIMITPRIVS|TIMEOUT|NOTBEFORE|NOTAFTER|CWD|CHROOT|APPARMOR_PROFILE)\s*=\s*"
    r"(\"(?:[^\"\\]|\\.)*\"|(?:[^\s,\\]|\\.)+)"
)
DIGEST: Final = re.compile(r"\s*sha(?:224|256|384|512)\s*:\s*[0-9A-Za-z+/=]+\s*(,(?=\s*sha\d{3}\s*:)|)")
MEMBER: Final = re.compile(r"\s*((?:!\s*)*)(\"(?:[^\"\\]|\\.)*\"|(?:[^\s,:=!()\"\\]|\\.)(?:[^\s,=()\\\"]|\\.)*)")
DEFAULT: Final = re.compile(r"\s*(!*)\s*([a-z_]+)\s*(?:(\+=|-=|=)\s*(\"(?:[^\"\\]|\\.)*\"|(?:[^\s,\\]|\\.)+))?\s*(,|$)")
COMMAND_END: Final = re.compile(r"(?:[^,:=\\\"#]|\\.|\"[^\"]*\")*", re.DOTALL)


Runas = tuple[tuple[str, ...], tuple[str, ...]]
"""Users, groups."""


class BadEntryError(Exception):
    """sudo would call it a syntax error."""


@dataclass(frozen=True, slots=True)
class Command:
    command: str
    """With "!" in front when negated, and with its arguments."""
    tags: tuple[str, ...] = ()
    runas_users: tuple[str, ...] = ("root",)
    runas_groups: tuple[str, ...] = ()
    rest: str = ""
    """What stands behind the ":" that ended the list of commands, on the last of it."""


def uncommented(line: str) -> str:
    """Without the remark: "#" outside quotes, unless a number follows (a user id)."""
    quoted, at = False, 0
    while at < len(line):
        char = line[at]
        if char == "\\":
            at += 2
            continue
        if char == '"':
            quoted = not quoted
        elif char == "#" and not quoted:
            before = line[at - 1] if at else ""
            if not re.match(r"#-?\d", line[at:]) or (at and before not in " \t,%!:(=@>"):
                return line[:at]
        at += 1
    return line


def unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return re.sub(r"\\(.)", r"\1", text)


def members(text: str) -> tuple[tuple[str, ...], str]:
    """(the comma-separated members at the start, what follows). Raises BadEntryError when there is none."""
    out: list[str] = []
    while True:
        found = MEMBER.match(text)
        if found is None:
            raise BadEntryError("a name is missing")
        negation = "!" * (found[1].count("!") % 2)
        out.append(negation + unquoted(found[2]))
        text = text[found.end() :]
        comma = re.match(r"\s*,", text)
        if comma is None:
            return tuple(out), text
        text = text[comma.end() :]


def commands(text: str, *, plain: bool) -> list[Command]:
    """The commands of one list, at least one. `plain`: of an alias, where no runas and no tag may stand."""
    out: list[Command] = []
    runas: Runas = (("root",), ())
    tags: dict[str, str] = {}
    while True:
        if not plain:
            runas, text = _runas(text, runas)
            text = _skip(OPTION, text)
            text = _tags(text, tags)
        text = _skip(DIGEST, text)
        found = COMMAND_END.match(text)
        body = found[0].strip() if found else ""
        text = text[found.end() if found else 0 :]
        out.append(Command(_command(body), tuple(sorted(tags.values())), *runas))
        if not text or text[0] == "#":
            break
        if text[0] == ",":
            text = text[1:]
            continue
        if text[0] == ":" and not plain:
            last = out[-1]
            out[-1] = Command(last.command, last.tags, last.runas_users, last.runas_groups, text[1:])
            break
        raise BadEntryError(f"unexpected {text[0]} in a command")
    return out


def _runas(text: str, before: Runas) -> tuple[Runas, str]:
    found = re.match(r"\s*\(((?:[^()\\]|\\.)*)\)", text)
    if found is None:
        return before, text
    users, colon, groups = found[1].partition(":")
    who = _all_members(users) if users.strip() else ()
    as_group = _all_members(groups) if colon and groups.strip() else ()
    return (who if who or as_group else ("root",), as_group), text[found.end() :]


def _all_members(text: str) -> tuple[str, ...]:
    found, rest = members(text)
    if rest.strip():
        raise BadEntryError(f"unexpected {rest.strip()[:20]} in runas")
    return found


def _skip(pattern: re.Pattern[str], text: str) -> str:
    while found := pattern.match(text):
        text = text[found.end() :]
    return text


def _tags(text: str, tags: dict[str, str]) -> str:
    """Tags are inherited by the commands behind them, until the opposite one."""
    while found := TAG.match(text):
        tags[found[1].removeprefix("NO")] = found[1]
        text = text[found.end() :]
    return text


def _command(body: str) -> str:
    plain = body.lstrip("! \t")
    negation = "!" * (body[: len(body) - len(plain)].count("!") % 2)
    if not re.match(r"/|\^|ALL$|[A-Z][A-Z0-9_]*$|sudoedit(\s|$)|list$", plain):
        raise BadEntryError(f"{plain[:40] or 'nothing'} is not a command")
    return negation + re.sub(r"\\([,:=\\#])", r"\1", plain)


def default_entries(text: str) -> Iterator[tuple[str, str, bool | str]]:
    """(name, operator, value); a flag is true or, behind "!", false."""
    while True:
        found = DEFAULT.match(text)
        if found is None:
            raise BadEntryError(f"{text[:40]} is no setting")
        on = len(found[1]) % 2 == 0
        if found[3] and not on:
            raise BadEntryError("a value behind a negation")
        yield found[2], found[3] or "", unquoted(found[4]) if found[3] else on
        text = text[found.end() :]
        if found[5] != ",":
            return
