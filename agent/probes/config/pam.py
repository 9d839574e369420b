"""`config: {app: pam, service}`: the stacks of a PAM service with everything it includes (pam.conf(5), pam.d(5)).

value
    {auth, account, password, session}, each a list of {control, module, args} in the order PAM tries them; args maps
    name -> value, or true for an option without one. `module` is the file name alone.
A line of an included file stands where the include stood; one of a `substack` has `substack: true`. A service without
a file of its own is served by `other`, and is absent when there is none either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import Depth, broken, joined
from shieldwall.checks.fact import Fact, FactKey

FOLDERS: Final = ("/etc/pam.d", "/usr/lib/pam.d", "/usr/etc/pam.d")
"""The first that has the file wins; the second is Linux-PAM's vendor folder, the third openSUSE's."""
TYPES: Final = ("auth", "account", "password", "session")
SIMPLE: Final = ("required", "requisite", "sufficient", "optional", "include", "substack")
WORD: Final = re.compile(r"\[((?:[^\]\\]|\\.)*)\]|(\S+)")
LINES: Final = 4_096
"""All lines of one service, includes counted; the largest real stack has sixty."""


@dataclass(frozen=True, slots=True)
class Rule:
    kind: str
    control: str
    module: str
    args: dict[str, str | bool]
    substack: bool
    file: str
    line: int


def read(key: FactKey, host: Host) -> Fact:
    service = str(key.arg("service", "other"))
    rules = stack(host, service)
    value: dict[str, list[dict[str, Any]]] = {kind: [] for kind in TYPES}
    origins: dict[str, str] = {}
    for rule in rules:
        origins[f"{rule.kind}.{len(value[rule.kind])}"] = f"{rule.file}:{rule.line}"
        record: dict[str, Any] = {"control": rule.control, "module": rule.module, "args": dict(rule.args)}
        if rule.substack:
            record["substack"] = True
        value[rule.kind].append(record)
    return Fact.known(value, source=_file(host, service) or "", origins=origins)


def stack(host: Host, service: str) -> list[Rule]:
    """All rules of a service. Raises AbsentError when neither it nor `other` has a file, UnreadableError."""
    return host.once(f"pam {service}", lambda: _stack(host, service))


def _stack(host: Host, service: str) -> list[Rule]:
    file = _file(host, service) or _file(host, "other")
    if file is None:
        raise AbsentError(f"{FOLDERS[0]}/{service}")
    out: list[Rule] = []
    _read(host, file, TYPES, out, False, Depth())
    return out


def _file(host: Host, service: str) -> str | None:
    if not re.fullmatch(r"[\w.@-]+", service):
        return None
    return next((f"{folder}/{service}" for folder in FOLDERS if host.exists(f"{folder}/{service}")), None)


def _read(host: Host, file: str, kinds: tuple[str, ...], out: list[Rule], substack: bool, depth: Depth) -> None:
    if len(out) > LINES:
        raise broken(file, 0, "includes go too deep")
    for number, raw in joined(host.text(file)):
        text = re.split(r"(?<!\\)#", raw, maxsplit=1)[0].strip()
        include = re.match(r"@include\s+(\S+)$", text)
        if include:
            _included(host, include[1], file, number, kinds, out, substack, depth)
            continue
        if not text:
            continue
        rule = _rule(text, file, number, substack)
        if rule.kind not in kinds:
            continue
        if rule.control in ("include", "substack"):
            _included(host, rule.module, file, number, (rule.kind,), out, substack or rule.control == "substack", depth)
        else:
            out.append(rule)


def _included(
    host: Host, name: str, file: str, number: int, kinds: tuple[str, ...], out: list[Rule], substack: bool, depth: Depth
) -> None:
    path = name if name.startswith("/") else _file(host, name)
    if path is None or not host.exists(path):
        raise broken(file, number, f"includes {name}, which is not there; PAM refuses every login")
    _read(host, path, kinds, out, substack, depth.below(path))


def _rule(text: str, file: str, number: int, substack: bool) -> Rule:
    words = [(found[1] is not None, found[1] if found[1] is not None else found[2]) for found in WORD.finditer(text)]
    kind = words[0][1].removeprefix("-").lower()
    if kind not in TYPES or len(words) < 3:
        raise broken(file, number, "not a PAM rule")
    bracketed, control = words[1]
    control = " ".join(control.split()) if bracketed else control.lower()
    if not bracketed and control not in SIMPLE:
        raise broken(file, number, f"{control} is no PAM control")
    module = words[2][1]
    if control not in ("include", "substack"):
        module = module.rpartition("/")[2]
    args: dict[str, str | bool] = {}
    for _, word in words[3:]:
        name, equals, value = word.partition("=")
        args[name] = value if equals else True
    return Rule(kind, control, module, args, substack, file, number)
