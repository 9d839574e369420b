"""rsyslog.conf(5), in its old and its new syntax, with included files in the order they are read.

Value: {forward: [{protocol: udp | tcp | relp, tls}], listens: [udp | tcp | relp], modules: [name], filecreatemode,
files: [{selector, path, mode}]}. Names of the receiving hosts are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from agent.looking.host import Host
from agent.probes.config.base import Depth, numbered, text_or_none
from shieldwall.checks.fact import Fact, FactKey

MAIN: Final = "/etc/rsyslog.conf"
INCLUDE: Final = re.compile(
    r"^\$includeconfig\s+(\S+)|^include\s*\(.*?\bfile\s*=\s*\"([^\"]+)\"", re.IGNORECASE | re.DOTALL
)
CALL: Final = re.compile(r"\b(module|input|action|global)\s*\(([^()]*)\)", re.IGNORECASE | re.DOTALL)
PAIR: Final = re.compile(r"([\w.]+)\s*=\s*(?:\"([^\"]*)\"|(\S+))")
OLD_RULE: Final = re.compile(r"^([\w*,;.!=]+\.[\w*,;.!=]+|:\w+,\s*[^,]+,\s*\"[^\"]*\")\s+(.+)$")
LEGACY: Final = re.compile(r"^\$(\w+)\s+(.+)$")
INPUTS: Final = {"imudp": "udp", "imtcp": "tcp", "imptcp": "tcp", "imrelp": "relp"}
LEGACY_INPUTS: Final = {"udpserverrun": "udp", "inputtcpserverrun": "tcp", "inputrelpserverrun": "relp"}
DEFAULT_MODE: Final = "0644"
"""$FileCreateMode when nothing sets it."""


@dataclass(slots=True)
class Seen:
    forward: list[dict[str, Any]] = field(default_factory=list)
    listens: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    mode: str = DEFAULT_MODE
    driver: str = ""
    origins: dict[str, str] = field(default_factory=dict)


def read(key: FactKey, host: Host) -> Fact:
    """Raises AbsentError when rsyslog is not configured here."""
    seen = Seen()
    host.stat(MAIN)
    for path, number, statement in _statements(host, MAIN, Depth()):
        _apply(seen, statement, f"{path}:{number}")
    value = {
        "forward": seen.forward, "listens": sorted(set(seen.listens)), "modules": seen.modules,
        "filecreatemode": seen.mode, "files": seen.files,
    }  # fmt: skip
    return Fact.known(value, source=MAIN, origins=seen.origins)


def _statements(host: Host, path: str, depth: Depth) -> Iterator[tuple[str, int, str]]:
    """(file, line, statement): a line, or all lines of one in parentheses."""
    text = text_or_none(host, path)
    if text is None:
        return
    start, pending = 0, ""
    for number, line in numbered(text):
        bare = line.strip()
        if not pending and (not bare or bare.startswith("#")):
            continue
        start = start or number
        pending += (" " if pending else "") + (bare[:-1] if bare.endswith("\\") else bare)
        if bare.endswith("\\") or pending.count("(") > pending.count(")"):
            continue
        match = INCLUDE.match(pending)
        if match:
            for found in host.glob(match[1] or match[2]):
                yield from _statements(host, found, depth.below(found))
        else:
            yield path, start, pending
        start, pending = 0, ""
    if pending:
        yield path, start, pending


def _apply(seen: Seen, text: str, origin: str) -> None:
    legacy = LEGACY.match(text)
    if legacy:
        _legacy(seen, legacy[1].lower(), legacy[2].strip(), origin)
        return
    head, _, _ = text.partition("action")
    for call, inner in CALL.findall(text):
        options = {name.lower(): quoted or bare for name, quoted, bare in PAIR.findall(inner)}
        match call.lower():
            case "module":
                _module(seen, options.get("load", ""))
                if options.get("load", "").endswith("omfile") and "filecreatemode" in options:
                    seen.mode = options["filecreatemode"]
            case "input":
                kind = INPUTS.get(options.get("type", "").lower())
                if kind:
                    seen.listens.append(kind)
            case "global":
                seen.driver = options.get("defaultnetstreamdriver", seen.driver)
            case _:
                _action(seen, head.strip(), options, origin)
    rule = OLD_RULE.match(text)
    if rule and not CALL.search(rule[2]):
        _old_action(seen, rule[1], rule[2].strip(), origin)


def _legacy(seen: Seen, name: str, value: str, origin: str) -> None:
    if name == "filecreatemode":
        seen.mode = value
        seen.origins["filecreatemode"] = origin
    elif name == "modload":
        _module(seen, value)
    elif name in LEGACY_INPUTS:
        seen.listens.append(LEGACY_INPUTS[name])
    elif name == "defaultnetstreamdriver":
        seen.driver = value


def _module(seen: Seen, name: str) -> None:
    if name:
        seen.modules.append(name.rpartition("/")[2].removesuffix(".so"))


def _action(seen: Seen, selector: str, options: dict[str, str], origin: str) -> None:
    kind = options.get("type", "").lower()
    if kind == "omfwd":
        driver = options.get("streamdriver", seen.driver).lower()
        tls = driver in ("gtls", "ossl") and options.get("streamdrivermode", "1" if seen.driver else "0") != "0"
        _forward(seen, options.get("protocol", "udp").lower(), tls, origin)
    elif kind == "omrelp":
        _forward(seen, "relp", options.get("tls", "off").lower() == "on", origin)
    elif kind == "omfile" and "file" in options:
        _file(seen, selector, options["file"], options.get("filecreatemode", seen.mode), origin)


def _old_action(seen: Seen, selector: str, action: str, origin: str) -> None:
    if action.startswith("@"):
        _forward(seen, "tcp" if action.startswith("@@") else "udp", seen.driver.lower() in ("gtls", "ossl"), origin)
    elif action.startswith(":omrelp:"):
        _forward(seen, "relp", False, origin)
    elif action.lstrip("-").startswith("/"):
        _file(seen, selector, action.lstrip("-").partition(";")[0], seen.mode, origin)


def _forward(seen: Seen, protocol: str, tls: bool, origin: str) -> None:
    seen.origins[f"forward.{len(seen.forward)}"] = origin
    seen.forward.append({"protocol": protocol, "tls": tls})


def _file(seen: Seen, selector: str, path: str, mode: str, origin: str) -> None:
    seen.origins[f"files.{len(seen.files)}"] = origin
    seen.files.append({"selector": selector, "path": path, "mode": mode})
