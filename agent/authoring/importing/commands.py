"""Commands whose answer a probe knows as well. They are recognised by their words and never run.

What is looked for in the output has to be of a form this module understands, or the rule stays unsupported: guessing
what a pattern over somebody else's output means is how audits come to pass what they should not.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from typing import Any, Final

from agent.authoring.importing.outline import GONE, Rule, UnsupportedError, negated, one, some
from agent.authoring.importing.wazuh_rule import COMPARE, OPERATORS, satisfying

NAME: Final = r"[A-Za-z0-9@_.:+-]+"
UNIT_WORDS: Final = {"enabled": "enabled", "disabled": "disabled", "masked": "masked", "static": "static"}
MISSING: Final = ("no such file or directory", "not found", "failed to get unit file state")
NOT_INSTALLED: Final = ("is not installed", "no packages found", "not-installed", "no package")
INSTALLED: Final = ("install ok installed", "^ii", "^status: install")
MODE: Final = re.compile(r"access:(?:\(|\s)?(?P<mode>0?[0-7]{3,4})/", re.IGNORECASE)


def of_command(command: str, content: str) -> Rule:
    """Raises UnsupportedError, which names the command."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UnsupportedError(f"the command {command[:80]}: {error}") from error
    if words and not re.search(r"[|;&<>`$]", command):
        program = words[0].rpartition("/")[2]
        for known, made in KNOWN.items():
            if program == known:
                return made(words[1:], content)
    raise UnsupportedError(f"no probe knows what `{command[:80]}` prints; it is not run")


def _loose(content: str) -> str:
    """A pattern without what only stands for blanks, and its case; '!' and 'r:' stay in front."""
    text = re.sub(r"\\[st][*+]?|\[\[:(?:space|blank):\]\][*+]?|[ \t]+[*+]?", "", content)
    return re.sub(r"\\([.=/:()-])", r"\1", text)


def _terms(content: str) -> str:
    if content.startswith("!"):
        raise UnsupportedError(f"{content[:60]} holds for any other line of the output; say `not c:` instead")
    if " && " in content:
        raise UnsupportedError(f"the output of a command by {content[:60]}")
    return content


def _sysctl(words: list[str], content: str) -> Rule:
    names = [word for word in words if not word.startswith("-")]
    if len(names) != 1 or "=" in names[0]:
        raise UnsupportedError(f"`sysctl {' '.join(words)}`")
    name = names[0]
    bare = "-n" in words or "-nb" in words
    compared = COMPARE.match(content[2:]) if content.startswith("n:") else None
    text = _loose(compared["re"] if compared else _terms(content).removeprefix("r:")).strip("^$")
    value = text if bare else next((text.removeprefix(p) for p in (f"{name}=", "=") if text.startswith(p)), "")
    fact = {"kernel": {"sysctl": name}, "get": "running"}
    if compared and re.fullmatch(r"\((?:\\d|\[0-9\])[+*]?\)", value):
        operator, number = OPERATORS[compared["op"]], int(compared["n"])
        good, bad = satisfying(operator, number)
        return one({**fact, "expect": {operator: number}}, {"running": good}, {"running": bad})
    if compared or not re.fullmatch(r"-?\d+", value):
        raise UnsupportedError(f"the value of {name} by {content[:60]}")
    return one({**fact, "expect": int(value)}, {"running": int(value)}, {"running": int(value) + 1})


def _systemctl(words: list[str], content: str) -> Rule:
    verbs = [word for word in words if not word.startswith("-")]
    if len(verbs) != 2 or verbs[0] not in ("is-enabled", "is-active"):
        raise UnsupportedError(f"`systemctl {' '.join(words)}`")
    unit = verbs[1]
    said = [alternative.strip("^$() ").lower() for alternative in _terms(content).removeprefix("r:").split("|")]
    if verbs[0] == "is-active":
        if said not in (["active"], ["inactive"]) or not re.search(r"\^|inactive", content):
            raise UnsupportedError(f"whether {unit} runs, by {content[:60]}")
        runs = said == ["active"]
        return one({"service": {"name": unit}, "get": "active", "expect": runs}, {"active": runs}, {"active": not runs})
    wanted: list[str] = []
    for word in said:
        known = "absent" if any(part in word for part in MISSING) else UNIT_WORDS.get(word)
        if known is None:
            raise UnsupportedError(f"how {unit} is enabled, by {content[:60]}")
        wanted.append(known)
    other = "masked" if "enabled" in wanted else "enabled"
    expect: Any = wanted[0] if len(wanted) == 1 else {"in": wanted}
    return one(
        {"service": {"name": unit}, "get": "enabled", "expect": expect}, {"enabled": wanted[0]}, {"enabled": other}
    )


def _sshd(words: list[str], content: str) -> Rule:
    if "-T" not in words:
        raise UnsupportedError(f"`sshd {' '.join(words)}`")
    body = _terms(content)
    compared = COMPARE.match(body[2:]) if body.startswith("n:") else None
    text = (compared["re"] if compared else body.removeprefix("r:")).lower().replace("(?i)", "")
    spaced = re.fullmatch(r"\^?(?:\\s[*+]?)?(?P<name>[a-z0-9]+)(?:\\s|\\t|\s|[*+])+(?P<value>.+?)(?:\\s\*)?\$?", text)
    if not spaced:
        raise UnsupportedError(f"the settings of sshd by {content[:60]}")
    fact = {"config": {"app": "sshd"}, "get": spaced["name"]}
    if compared:
        operator, number = OPERATORS[compared["op"]], int(compared["n"])
        good, bad = satisfying(operator, number)
        return one({**fact, "expect": {operator: number}}, {spaced["name"]: good}, {spaced["name"]: bad})
    values = spaced["value"].strip("()").split("|")
    if not all(re.fullmatch(r"[\w@./-]+", value) for value in values):
        raise UnsupportedError(f"the value of {spaced['name']} in sshd by {content[:60]}")
    typed: list[Any] = [int(value) if value.isdigit() else _sshd_word(value) for value in values]
    expect: Any = typed[0] if len(typed) == 1 else {"in": typed}
    return one({**fact, "expect": expect}, {spaced["name"]: typed[0]}, {spaced["name"]: "something-else"})


def _sshd_word(value: str) -> str:
    """Our probe writes one word for two that mean the same, and levels of logging in capitals."""
    if value == "without-password":
        return "prohibit-password"
    return value.upper() if value in ("quiet", "fatal", "error", "info", "verbose", "debug") else value


def _stat(words: list[str], content: str) -> Rule:
    paths = [word for word in words if word.startswith("/")]
    if len(paths) != 1 or any(word in ("-c", "--format", "-f", "--printf") for word in words):
        raise UnsupportedError(f"`stat {' '.join(words)}`")
    alternatives = _alternatives(_loose(_terms(content).removeprefix("r:")))
    return some([_stat_line(paths[0], each) for each in alternatives])


def _stat_line(path: str, text: str) -> Rule:
    mode = MODE.search(text)
    uid, gid = re.search(r"uid:\(?(\d+)/", text, re.IGNORECASE), re.search(r"gid:\(?(\S+?)/(\w+)?", text, re.IGNORECASE)
    fields: dict[str, Any] = {}
    if mode:
        fields["mode"] = mode[1].rjust(4, "0")
    if uid:
        fields["uid"] = int(uid[1])
    if gid and gid[1].isdigit():
        fields["gid"] = int(gid[1])
    elif gid and gid[2]:
        fields["group"] = gid[2]
    asked = len(re.findall(r"access:|uid:|gid:", text, re.IGNORECASE))
    if not fields or len(fields) != asked:
        raise UnsupportedError(f"what stat says about {path} by {text[:60]}")
    wrong = {
        name: value + 1 if isinstance(value, int) else "7777" if name == "mode" else "x"
        for name, value in fields.items()
    }
    return one({"file": {"path": path}, "expect": {"fields": fields}}, fields, wrong)


def _alternatives(text: str) -> list[str]:
    """Split at the bars that stand in no bracket."""
    out, depth = [""], 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == "|" and depth <= 0:
            out.append("")
        else:
            out[-1] += char
    return out


def _package(words: list[str], content: str) -> Rule:
    names = [word for word in words if not word.startswith("-")]
    if len(names) != 1 or not any(word in ("-l", "-s", "-q", "-W", "--status", "--list") for word in words):
        raise UnsupportedError(f"a question to the package manager with {' '.join(words)[:60]}")
    name, text = (
        names[0],
        _terms(content).removeprefix("r:").lower().replace("\\s", " ").replace("+", "").replace("*", ""),
    )
    absent, there = any(w in text for w in NOT_INSTALLED), any(w in text for w in INSTALLED)
    there = there or re.sub(r"[\\^$]", "", text).startswith(f"{name.lower()}-")
    if absent == there:
        raise UnsupportedError(f"whether {name} is installed by {content[:60]}")
    rule = one({"package": {"name": name}, "expect": {"exists": True}}, {"name": name, "version": "1"}, GONE)
    return negated(rule) if absent else rule


def _modprobe(words: list[str], content: str) -> Rule:
    names = [word for word in words if not word.startswith("-")]
    text = _loose(_terms(content).removeprefix("r:")).strip("^$")
    if (
        len(names) != 1
        or not ("-n" in words or "--showconfig" in words)
        or not re.search(r"install/\w*/?bin/(true|false)|notfound", text)
    ):
        raise UnsupportedError(f"`modprobe {' '.join(words)}`")
    return one(
        {"kernel": {"module": names[0]}, "get": "disabled", "expect": True}, {"disabled": True}, {"disabled": False}
    )


def _lsmod(words: list[str], content: str) -> Rule:
    name = _loose(_terms(content).removeprefix("r:")).strip("^$")
    if words or not re.fullmatch(NAME, name):
        raise UnsupportedError(f"loaded modules by {content[:60]}")
    return one({"kernel": {"module": name}, "get": "loaded", "expect": True}, {"loaded": True}, {"loaded": False})


KNOWN: Final[dict[str, Callable[[list[str], str], Rule]]] = {
    "sysctl": _sysctl, "systemctl": _systemctl, "sshd": _sshd, "stat": _stat, "dpkg": _package, "dpkg-query": _package,
    "rpm": _package, "modprobe": _modprobe, "lsmod": _lsmod,
}  # fmt: skip
