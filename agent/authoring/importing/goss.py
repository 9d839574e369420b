"""goss.yaml: each resource becomes one check. Commands, requests and templates stay unsupported; nothing is run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from agent.authoring.importing import pattern
from agent.authoring.importing.outline import (
    GONE,
    GrammarError,
    Imported,
    Outline,
    Rule,
    UnsupportedError,
    every,
    negated,
    one,
    some,
    unsupported,
)  # fmt: skip
from agent.authoring.importing.wazuh_rule import Term, lines
from shieldwall.encoding.cursor import Cursor
from shieldwall.errors import PackError
from shieldwall.packs.library import read_yaml

TALK: Final = ("title", "meta", "skip", "timeout")
COMPARISONS: Final = {"lt": "lt", "le": "le", "gt": "gt", "ge": "ge"}
KINDS: Final = {"file": "file", "directory": "dir", "symlink": "link", "socket": "socket", "pipe": "fifo"}


def read(data: bytes, file: str) -> Imported:
    """Raises PackError when the file is no goss file at all."""
    if b"{{" in data:
        raise PackError("it holds templates; run `goss render` and import what that prints", file=file)
    outlines: list[Outline] = []
    faults: list[str] = []
    for kind, section in read_yaml(data, file).entries():
        if kind not in RESOURCES:
            faults.append(str(section.error(f"goss has no resource '{kind}'; known: {', '.join(RESOURCES)}")))
            continue
        for name, resource in section.entries():
            try:
                outlines.append(_resource(kind, name, resource))
            except PackError as error:
                faults.append(str(error))
    return Imported(tuple(outlines), tuple(faults))


def _resource(kind: str, name: str, resource: Cursor) -> Outline:
    at = {key: item for key, item in resource.entries() if key not in TALK}
    identity = f"goss-{kind}-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-') or 'root'}"[:76]
    if not at:
        raise resource.error("this resource asks for nothing")
    gone = next((at[key] for key in ("exists", "installed") if key in at and at[key].value is False), None)
    rules = []
    for key, item in at.items():
        if gone is not None and item is not gone:
            continue
        try:
            rules.append(RESOURCES[kind](name, key, item))
        except UnsupportedError as error:
            rules.append(unsupported(f"{identity}-{key}", str(error)))
        except GrammarError as error:
            raise item.error(str(error)) from error
    talk = dict(resource.entries())
    return Outline(
        id=identity,
        title=str(talk["title"].value) if "title" in talk else f"{kind} {name} is as the firm wants it",
        why=f"The firm's own rule about {kind} {name}.",
        fix=f"Make {kind} {name} what the rule asks for, or change the rule.",
        rule=every(rules),
        missing="fail",
        line=resource.document.lines.get(resource.path, 0),
    )


def matched(test: Mapping[str, Any], shape: Callable[[Any], Any], wanted: Any) -> Rule:
    """A rule that what `test` gets is as goss's matcher wants; `shape` makes a fact of a value."""
    match wanted:
        case bool() | int() | str():
            other = (
                not wanted if isinstance(wanted, bool) else wanted + 1 if isinstance(wanted, int) else f"{wanted}-not"
            )
            return one({**test, "expect": wanted}, shape(wanted), shape(other))
        case {"and": list() as parts}:
            return every([matched(test, shape, part) for part in parts])
        case {"or": list() as parts}:
            return some([matched(test, shape, part) for part in parts])
        case {"not": part}:
            return negated(matched(test, shape, part))
        case {"match-regexp": str() as text}:
            found = pattern.bounded(pattern.translated(text, pattern.PCRE2))
            return one({**test, "expect": {"matches": found}}, shape(pattern.line_for([found], [])), shape("\x00"))
        case {"have-prefix": str() as text}:
            return one({**test, "expect": {"starts": text}}, shape(text), shape("\x00"))
        case {"have-suffix": str() as text}:
            return one({**test, "expect": {"ends": text}}, shape(text), shape("\x00"))
        case {"contain-substring": str() as text}:
            return one({**test, "expect": {"contains": text}}, shape(text), shape("\x00"))
    if isinstance(wanted, Mapping) and wanted and set(wanted) <= set(COMPARISONS):
        rules = []
        for operator, number in wanted.items():
            if not isinstance(number, int):
                raise UnsupportedError(f"the comparison with {number!r}")
            low, high = (number - 1, number + 1) if operator in ("lt", "le") else (number + 1, number - 1)
            rules.append(one({**test, "expect": {operator: number}}, shape(low), shape(high)))
        return every(rules)
    raise UnsupportedError(f"the matcher {str(wanted)[:60]}")


def _file(name: str, key: str, item: Cursor) -> Rule:
    where = {"file": {"path": name}}
    match key:
        case "exists":
            rule = one({**where, "expect": {"exists": True}}, {"path": name}, GONE)
            return rule if item.boolean() else negated(rule)
        case "mode":
            mode = str(item.value).rjust(4, "0")
            return one({**where, "get": "mode", "expect": mode}, {"mode": mode}, {"mode": "7777"})
        case "owner" | "group":
            return matched({**where, "get": key}, lambda value: {key: value}, item.value)
        case "uid" | "gid" | "size":
            return matched({**where, "get": key}, lambda value: {key: value}, item.value)
        case "filetype":
            kind = KINDS.get(str(item.value))
            if kind is None or kind == "link":
                raise UnsupportedError(f"the type {item.value} of {name}; links are followed")
            return one({**where, "get": "type", "expect": kind}, {"type": kind}, {"type": "other"})
        case "linked-to":
            return matched({**where, "get": "link"}, lambda value: {"link": value}, item.value)
        case "contains" | "contents":
            return every([_content(name, part) for part in item.items(at_least=1)])
    raise UnsupportedError(f"{key} of a file")


def _content(name: str, part: Cursor) -> Rule:
    text = part.text()
    negative, body = text.startswith("!"), text.removeprefix("!")
    if len(body) > 1 and body.startswith("/") and body.endswith("/"):
        found = pattern.translated(body[1:-1], pattern.PCRE2)
    else:
        found = pattern.escaped(body)
    rule = lines({"path": name}, [Term(found)])
    return negated(rule) if negative else rule


def _package(name: str, key: str, item: Cursor) -> Rule:
    match key:
        case "installed":
            rule = one({"package": {"name": name}, "expect": {"exists": True}}, {"version": "1"}, GONE)
            return rule if item.boolean() else negated(rule)
        case "versions":
            if not isinstance(item.value, list) or len(item.value) != 1:
                raise UnsupportedError("more than one version of a package")
            return matched(
                {"package": {"name": name}, "get": "version"}, lambda value: {"version": value}, str(item.value[0])
            )
    raise UnsupportedError(f"{key} of a package")


def _service(name: str, key: str, item: Cursor) -> Rule:
    match key:
        case "enabled":
            rule = one(
                {"service": {"name": name}, "get": "enabled", "expect": "enabled"},
                {"enabled": "enabled"},
                {"enabled": "disabled"},
            )
            return rule if item.boolean() else negated(rule)
        case "running":
            runs = item.boolean()
            return one(
                {"service": {"name": name}, "get": "active", "expect": runs}, {"active": runs}, {"active": not runs}
            )
    raise UnsupportedError(f"{key} of a service")


def _port(name: str, key: str, item: Cursor) -> Rule:
    protocol, _, number = name.rpartition(":")
    if not number.isdigit():
        raise GrammarError(f"a port is written tcp:22, not {name}")
    proto = (protocol or "tcp").removesuffix("6")
    where = {"port": int(number), "proto": proto}
    seen = {"proto": proto, "port": int(number), "address": "0.0.0.0", "loopback": False}  # noqa: S104 - an example
    match key:
        case "listening":
            rule = one({"listen": {}, "some": {"where": where, "get": "port"}, "expect": int(number)}, [seen], [])
            return rule if item.boolean() else negated(rule)
        case "ip":
            return every([
                one({"listen": {}, "some": {"where": where, "get": "address"}, "expect": address},
                    [{**seen, "address": address}], [])
                for address in item.texts()
            ])  # fmt: skip
    raise UnsupportedError(f"{key} of a port")


def _account(part: str, name: str, key: str, item: Cursor) -> Rule:
    where = {"account": {"part": part}}
    if key == "exists":
        rule = one({**where, "some": {"get": "name"}, "expect": name}, [{"name": name}], [])
        return rule if item.boolean() else negated(rule)
    if key in ("uid", "gid", "home", "shell"):
        over = {**where, "some": {"where": {"name": name}, "get": key}}
        return matched(over, lambda value: [{"name": name, key: value}], item.value)
    if key == "groups" and isinstance(item.value, list):
        return every([
            one({"account": {"part": "groups"}, "some": {"where": {"name": group}, "get": "members"},
                 "expect": {"has": name}},
                [{"name": group, "members": [name]}], [])
            for group in item.texts()
        ])  # fmt: skip
    raise UnsupportedError(f"{key} of an account")


def _kernel(name: str, key: str, item: Cursor) -> Rule:
    if key != "value":
        raise UnsupportedError(f"{key} of a kernel parameter")
    wanted = int(item.value) if re.fullmatch(r"-?\d+", str(item.value)) else item.value
    return matched({"kernel": {"sysctl": name}, "get": "running"}, lambda value: {"running": value}, wanted)


def _mount(name: str, key: str, item: Cursor) -> Rule:
    where = {"mount": {"path": name}}
    match key:
        case "exists":
            wanted = item.boolean()
            return one({**where, "get": "separate", "expect": wanted}, {"separate": wanted}, {"separate": not wanted})
        case "opts":
            options = list(item.texts())
            return one(
                {**where, "get": "options", "expect": {"superset": options}}, {"options": options}, {"options": []}
            )
        case "source":
            return matched({**where, "get": "source"}, lambda value: {"source": value}, item.value)
        case "filesystem":
            return matched({**where, "get": "fstype"}, lambda value: {"fstype": value}, item.value)
    raise UnsupportedError(f"{key} of a mount")


def _process(name: str, key: str, item: Cursor) -> Rule:
    if key != "running":
        raise UnsupportedError(f"{key} of a process")
    rule = one({"process": {"name": name}, "expect": {"exists": True}}, {"count": 1}, GONE)
    return rule if item.boolean() else negated(rule)


def _never(name: str, key: str, item: Cursor) -> Rule:
    raise UnsupportedError(f"{key} of {name}: commands are not run and nothing is fetched for an imported rule")


RESOURCES: Final[dict[str, Callable[[str, str, Cursor], Rule]]] = {
    "file": _file, "package": _package, "service": _service, "port": _port, "kernel-param": _kernel, "mount": _mount,
    "user": lambda name, key, item: _account("users", name, key, item),
    "group": lambda name, key, item: _account("groups", name, key, item),
    "process": _process, "command": _never, "http": _never, "dns": _never, "addr": _never, "interface": _never,
    "matching": _never, "gossfile": _never,
}  # fmt: skip
