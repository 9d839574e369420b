"""What each kind of sshd argument may be, and the value it stands for (OpenSSH 9.2: servconf.c, misc.c)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from agent.probes.config.sshd.algorithms import FAMILIES, GSS_KEX_VALID, assembled, valid
from agent.probes.config.sshd.match import address_list_valid
from agent.probes.config.sshd.syntax import BLANKS, Line


class BadValueError(Exception):
    """sshd would refuse the line."""


Parse = Callable[[Line], Any]
INT_MAX: Final = 2**31 - 1
SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
SIZES: Final = {"b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40, "p": 2**50, "e": 2**60}
METHODS: Final = (
    "none", "publickey", "gssapi-keyex", "gssapi-with-mic", "password", "keyboard-interactive", "hostbased",
)  # fmt: skip
TOS: Final = (
    *(f"af{x}{y}" for x in "1234" for y in "123"), *(f"cs{x}" for x in "01234567"),
    "ef", "le", "lowdelay", "throughput", "reliability", "none",
)  # fmt: skip
FACILITIES: Final = ("DAEMON", "USER", "AUTH", "AUTHPRIV", *(f"LOCAL{n}" for n in range(8)))
LEVELS: Final = {
    **{name: name for name in ("QUIET", "FATAL", "ERROR", "INFO", "VERBOSE", "DEBUG", "DEBUG2", "DEBUG3")},
    "DEBUG1": "DEBUG",
}


def any_words(line: Line) -> tuple[str, ...]:
    """All words, none of them empty; there may be none before a remark."""
    if line.words is None:
        raise BadValueError("quotes that do not close")
    if "" in line.words:
        raise BadValueError("an argument is empty")
    return line.words


def words(line: Line) -> tuple[str, ...]:
    """All words, at least one and none empty."""
    found = any_words(line)
    if not found:
        raise BadValueError("an argument is missing")
    return found


def one(line: Line) -> str:
    found = words(line)
    if len(found) > 1:
        raise BadValueError(f"more than one argument: {' '.join(found[:3])}")
    return found[0]


def choice(*names: str, **same: str) -> Parse:
    """One of the names, whatever the case; `same` maps other spellings to one of them."""
    table = {name: name for name in names} | same

    def parse(line: Line) -> str:
        text = one(line)
        if text.lower() not in table:
            raise BadValueError(f"{text} is none of {', '.join(table)}")
        return table[text.lower()]

    return parse


def named(table: dict[str, str]) -> Parse:
    def parse(line: Line) -> str:
        text = one(line)
        if text.upper() not in table:
            raise BadValueError(f"{text} is none of {', '.join(table)}")
        return table[text.upper()]

    return parse


def number(text: str, highest: int = INT_MAX, lowest: int = 0) -> int:
    """strtonum(3)."""
    if not re.fullmatch(r"[ \t\n\v\f\r]*[+-]?[0-9]{1,20}", text) or not lowest <= int(text) <= highest:
        raise BadValueError(f"{text} is not a number from {lowest} to {highest}")
    return int(text)


def integer(line: Line) -> int:
    return number(one(line))


def integer_or_none(line: Line) -> int | str:
    text = one(line)
    return "none" if text.lower() == "none" else number(text)


def seconds(text: str) -> int:
    """convtime: numbers with units one after another, seconds where no unit stands."""
    if not re.fullmatch(r"(\d+[sSmMhHdDwW])*\d+[sSmMhHdDwW]?", text):
        raise BadValueError(f"{text} is not a time")
    total = sum(int(n) * SECONDS[unit.lower() or "s"] for n, unit in re.findall(r"(\d+)([a-zA-Z]?)", text))
    if total > INT_MAX:
        raise BadValueError(f"{text} is too long a time")
    return total


def time(line: Line) -> int:
    return seconds(one(line))


def time_or_none(line: Line) -> int | str:
    text = one(line)
    return "none" if text.lower() == "none" else seconds(text) or "none"


def port(line: Line) -> int:
    text = one(line)
    return 22 if text == "ssh" else number(text, 65535, 1)


def text_word(line: Line) -> str:
    return one(line)


def texts(line: Line) -> list[str]:
    return list(any_words(line))


def raw(line: Line) -> str:
    """The text as it stands, quotes and all (commands, banners)."""
    if line.words is None:
        raise BadValueError("quotes that do not close")
    return line.rest.lstrip(BLANKS)


def command(line: Line) -> str:
    text = raw(line)
    if not text.startswith("/") and text.lower() != "none":
        raise BadValueError("a command must be an absolute path")
    return text


def users(line: Line) -> list[str]:
    for pattern in any_words(line):
        _, at, host = pattern.partition("@")
        if at and not address_list_valid(host):
            raise BadValueError(f"bad pattern {pattern}")
    return list(any_words(line))


def environment_names(line: Line) -> list[str]:
    if any("=" in word for word in any_words(line)):
        raise BadValueError("a name of a variable cannot hold =")
    return list(any_words(line))


def environment(line: Line) -> list[str]:
    first: dict[str, str] = {}
    for word in any_words(line):
        if "=" not in word:
            raise BadValueError(f"{word} is not NAME=value")
        first.setdefault(word.partition("=")[0], word)
    return list(first.values())


def subsystem(line: Line) -> dict[str, str]:
    found = line.words
    if found is None or len(found) < 2 or not found[0] or not found[1]:
        raise BadValueError("a subsystem needs a name and a command")
    return {found[0]: " ".join(found[1:])}


def startups(line: Line) -> dict[str, int]:
    """One number leaves the rate to an earlier line or the default."""
    text = one(line)
    match [int(part) for part in text.split(":")] if re.fullmatch(r"\d{1,9}(:\d{1,9}:\d{1,9})?", text) else []:
        case [full] if full > 0:
            return {"begin": full, "full": full}
        case [begin, rate, full] if 0 < begin <= full and 1 <= rate <= 100:
            return {"begin": begin, "rate": rate, "full": full}
        case _:
            raise BadValueError(f"{text} is not start:rate:full")


def netblock(line: Line) -> str:
    text = one(line)
    parts = text.split(":")
    v4 = 32 if parts[0] == "none" else number(parts[0], 32)
    v6 = 128 if len(parts) < 2 or parts[1] == "none" else number(parts[1], 128)
    return f"{v4}:{v6}"


def octal(line: Line) -> str:
    text = one(line)
    digits = re.match(r"[0-7]{1,20}", text)  # strtol stops where the number ends, and sshd does not look on
    if digits is None or int(digits[0], 8) > 0o777:
        raise BadValueError(f"{text} is not an octal mode")
    return f"0{int(digits[0], 8):o}"


def rekey(line: Line) -> str:
    found = words(line)
    if len(found) > 2:
        raise BadValueError("more than two arguments")
    size = 0
    if found[0].lower() != "default":
        parts = re.fullmatch(r"\+?(\d+)(\.\d+)?([bkmgtpe]?)", found[0].lower())
        if parts is None:
            raise BadValueError(f"{found[0]} is not a size")
        size = int(float(parts[1] + (parts[2] or "")) * SIZES[parts[3] or "b"])
        if 0 < size < 16:
            raise BadValueError(f"{found[0]} is too small")
    after = seconds(found[1]) if len(found) == 2 and found[1].lower() != "none" else 0
    return f"{size} {after}"


def quality(line: Line) -> str:
    found = [word.lower() for word in words(line)]
    if len(found) > 2 or any(word not in TOS and not re.fullmatch(r"\d+|0x[0-9a-f]+", word) for word in found):
        raise BadValueError(f"{' '.join(found)} is no quality of service")
    return f"{found[0]} {found[-1]}"


def methods(line: Line) -> list[str]:
    found = words(line)
    if "any" in found and len(found) > 1:
        raise BadValueError('"any" must stand alone')
    for method in (m for combination in found if combination != "any" for m in combination.split(",")):
        if method.partition(":")[0] not in METHODS:
            raise BadValueError(f"unknown authentication method {method}")
    return list(found)


def opens(listen: bool) -> Parse:
    def parse(line: Line) -> list[str]:
        found = words(line)
        if found[0] in ("any", "none"):
            return [one(line)]
        out = []
        for word in found:
            text = f"*:{word}" if listen and ":" not in word else word
            host, colon, where = text.rpartition(":")
            if not colon or not host or "/" in host or (where != "*" and not number(where, 65535) > 0):
                raise BadValueError(f"{word} is not host:port")
            out.append(text)
        return out

    return parse


def key_options(line: Line) -> str:
    found = any_words(line)
    for word in found:
        if word.lower() not in ("none", "touch-required", "verify-required"):
            raise BadValueError(f"unknown option {word}")
    kept = [name for name in ("touch-required", "verify-required") if name in map(str.lower, found)]
    return " ".join(kept) or "none"


def channel_timeouts(line: Line) -> list[str]:
    for word in any_words(line):
        if word == "none":
            if len(any_words(line)) > 1:
                raise BadValueError('"none" must stand alone')
            continue
        kind, equals, text = word.partition("=")
        if not equals or not kind:
            raise BadValueError(f"{word} is not type=interval")
        seconds(text)
    return list(any_words(line))


def unsupported(line: Line) -> str:
    raise BadValueError("not supported by this sshd")


def algorithms(family: str) -> Parse:
    """The final list, modifiers and patterns resolved."""

    def parse(line: Line) -> list[str]:
        text = one(line)
        if not valid(FAMILIES[family], text):
            raise BadValueError(f"{text[:80]} names an unknown algorithm")
        return assembled(FAMILIES[family], text)

    return parse


def gss_algorithms(line: Line) -> list[str]:
    names = one(line).split(",")
    if any(name not in GSS_KEX_VALID for name in names):
        raise BadValueError("unknown key exchange")
    return names
