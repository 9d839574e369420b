"""`config: {app: sudoers}`: who may run what as whom, aliases resolved, and the Defaults in force (sudoers(5)).

value
    rules            list of {users, hosts, runas_users, runas_groups, commands, tags, nopasswd, all_commands,
                     overridden}, in the order of the files; of two rules that match sudo takes the later, and
                     `overridden` marks a rule that a later one takes the place of for everybody it names
    defaults         name -> true, false, text, or a list for +=; only what is written for everybody, the last one wins
    scoped_defaults  list of {scope: host|user|runas|command, members, name, value}
`nopasswd` is what holds: the tag, else `Defaults authenticate`. `tags` are those written or inherited.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.config.base import broken, joined
from agent.probes.config.sudo_words import (
    BadEntryError,
    Command,
    commands,
    default_entries,
    members,
    uncommented,
    unquoted,
)
from shieldwall import limits
from shieldwall.checks.fact import Fact, FactKey, path_of
from shieldwall.checks.outcome import Reason

FILE: Final = "/etc/sudoers"
ALIASES: Final = {
    "User_Alias": "user", "Runas_Alias": "runas", "Host_Alias": "host", "Cmnd_Alias": "command",
    "Cmd_Alias": "command",
}  # fmt: skip
SCOPES: Final = {"@": "host", ":": "user", ">": "runas", "!": "command"}
DEPTH: Final = 128
"""sudo's own bound on nested includes."""


@dataclass(frozen=True, slots=True)
class Rule:
    users: tuple[str, ...]
    hosts: tuple[str, ...]
    command: Command
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class ScopedDefault:
    scope: str
    """"" for everybody."""
    members: tuple[str, ...]
    name: str
    operator: str
    value: bool | str
    file: str
    line: int


@dataclass(slots=True)
class Policy:
    """What is read so far."""

    rules: list[Rule] = field(default_factory=list)
    defaults: list[ScopedDefault] = field(default_factory=list)
    aliases: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    files: int = 0


def read(key: FactKey, host: Host) -> Fact:
    return _fact(policy(host), FILE)


def policy(host: Host) -> Policy:
    """What sudo would read on this host. Raises AbsentError without a sudoers file, UnreadableError."""
    return host.once("sudoers", lambda: _load(host, FILE))


def load_file(host: Host, file: str) -> Fact:
    """The same fact for another main file."""
    return _fact(_load(host, file), file)


def _load(host: Host, file: str) -> Policy:
    out = Policy()
    _file(host, file, out, 0)
    return out


def _file(host: Host, file: str, out: Policy, depth: int) -> None:
    if depth > DEPTH:
        raise broken(file, 0, "includes go too deep")
    out.files += 1
    if out.files > limits.INCLUDE_FILES:
        raise UnreadableError(Reason.REFUSED, f"{file} is one of more than {limits.INCLUDE_FILES} included files")
    for number, raw in joined(host.text(file)):
        try:
            _entry(host, file, number, raw, out, depth)
        except BadEntryError as error:
            raise broken(file, number, f"{error}; `visudo -c` shows it") from error


def _entry(host: Host, file: str, number: int, raw: str, out: Policy, depth: int) -> None:
    include = re.match(r"[ \t]*[@#](include|includedir)[ \t]+(.+)$", raw)
    if include:
        for path in _included(host, posixpath.dirname(file), include[1], include[2].strip()):
            try:
                _file(host, path, out, depth + 1)
            except AbsentError as error:
                raise broken(file, number, f"{path} is not there") from error
        return
    text = uncommented(raw).strip()
    if not text:
        return
    word = re.match(r"[A-Za-z_]+", text)
    if word and word[0] in ALIASES and text[word.end() : word.end() + 1] in (" ", "\t"):
        _aliases(ALIASES[word[0]], text[word.end() :], out)
    elif re.match(r"Defaults([ \t@:>!]|$)", text):
        out.defaults += _defaults(text[8:], file, number)
    else:
        out.rules += _rules(text, file, number)


def _included(host: Host, folder: str, kind: str, path: str) -> list[str]:
    """Files in order. A folder's files whose name holds a dot or ends in "~" are skipped, so is an absent folder."""
    name = unquoted(path)
    full = name if name.startswith("/") else f"{folder}/{name}"
    if kind == "include":
        return [full]
    try:
        names = host.listdir(full)
    except AbsentError:
        return []
    kept = [f"{full.rstrip('/')}/{n}" for n in names if "." not in n and not n.endswith("~")]
    return [path for path in kept if host.exists(path) and host.stat(path).kind == "file"]


def _aliases(kind: str, text: str, out: Policy) -> None:
    for definition in re.split(r"(?<!\\):(?=\s*[A-Z][A-Z0-9_]*\s*=)", text):
        name, equals, value = definition.partition("=")
        if not equals or not re.fullmatch(r"[A-Z][A-Z0-9_]*", name.strip()) or name.strip() == "ALL":
            raise BadEntryError("not an alias definition")
        if (kind, name.strip()) in out.aliases:
            raise BadEntryError(f"alias {name.strip()} is defined twice")
        if kind == "command":
            found = tuple(command.command for command in commands(value, plain=True))
        else:
            found, rest = members(value)
            if rest.strip():
                raise BadEntryError("words after the alias")
        out.aliases[kind, name.strip()] = found


def _defaults(text: str, file: str, number: int) -> Iterator[ScopedDefault]:
    scope, who = "", tuple[str, ...]()
    if text[:1] in SCOPES:
        scope = SCOPES[text[0]]
        who, text = members(text[1:])
    for name, operator, value in default_entries(text.strip()):
        yield ScopedDefault(scope, who, name, operator, value, file, number)


def _rules(text: str, file: str, number: int) -> Iterator[Rule]:
    users, rest = members(text)
    hosts, rest = members(rest)
    while True:
        if not rest.lstrip().startswith("="):
            raise BadEntryError("no = after user and host")
        specs = commands(rest.lstrip()[1:], plain=False)
        for command in specs:
            yield Rule(users, hosts, command, file, number)
        rest = specs[-1].rest
        if not rest:
            return
        hosts, rest = members(rest)


def _fact(found: Policy, source: str) -> Fact:
    defaults: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for default in found.defaults:
        if not default.scope:
            _apply(defaults, default)
            origins[path_of("defaults", default.name)] = f"{default.file}:{default.line}"
    rules = rules_of(found, authenticate=bool(defaults.get("authenticate", True)))
    for at, (rule, value) in enumerate(zip(found.rules, rules, strict=True)):
        value["overridden"] = any(_covers(later, value) for later in rules[at + 1 :])
        origins[path_of("rules", at)] = f"{rule.file}:{rule.line}"
    scoped = [
        {"scope": d.scope, "members": _expand(found, d.scope, d.members), "name": d.name, "value": d.value}
        for d in found.defaults
        if d.scope
    ]
    whole = {"rules": rules, "defaults": defaults, "scoped_defaults": scoped}
    return Fact.known(whole, source=source, origins=origins)


def rules_of(found: Policy, *, authenticate: bool = True) -> list[dict[str, Any]]:
    return [_rule(found, rule, authenticate) for rule in found.rules]


def _apply(defaults: dict[str, Any], default: ScopedDefault) -> None:
    earlier = defaults.get(default.name)
    before: list[str] = earlier if isinstance(earlier, list) else str(earlier).split() if earlier else []
    words = str(default.value).split()
    match default.operator:
        case "+=":
            defaults[default.name] = [*before, *words]
        case "-=":
            defaults[default.name] = [word for word in before if word not in words]
        case _:
            defaults[default.name] = default.value


def _rule(found: Policy, rule: Rule, authenticate: bool) -> dict[str, Any]:
    spec = rule.command
    run = _expand(found, "command", (spec.command,))
    return {
        "users": _expand(found, "user", rule.users),
        "hosts": _expand(found, "host", rule.hosts),
        "runas_users": _expand(found, "runas", spec.runas_users),
        "runas_groups": _expand(found, "runas", spec.runas_groups),
        "commands": run,
        "tags": list(spec.tags),
        "nopasswd": "NOPASSWD" in spec.tags or ("PASSWD" not in spec.tags and not authenticate),
        "all_commands": "ALL" in run,
    }


def _expand(found: Policy, kind: str, names: tuple[str, ...], seen: frozenset[str] = frozenset()) -> list[str]:
    """Members with aliases replaced by what they stand for; "!" before an alias goes to each."""
    out: list[str] = []
    for name in names:
        plain = name.lstrip("!")
        negated = (len(name) - len(plain)) % 2 == 1
        alias = found.aliases.get((kind, plain))
        if alias is None or plain in seen:
            inner = [plain]
        else:
            inner = _expand(found, kind, alias, seen | {plain})
        for item in inner:
            out.append(("!" + item if not item.startswith("!") else item[1:]) if negated else item)
        if len(out) > limits.INCLUDE_FILES:
            raise UnreadableError(Reason.REFUSED, "aliases that multiply beyond any sudoers file")
    return out


def _covers(later: dict[str, Any], rule: dict[str, Any]) -> bool:
    def wider(name: str) -> bool:
        return "ALL" in later[name] or set(rule[name]) <= set(later[name])

    plain = not any(item.startswith("!") for name in ("users", "hosts", "commands") for item in later[name])
    return plain and all(wider(name) for name in ("users", "hosts", "runas_users", "runas_groups", "commands"))
