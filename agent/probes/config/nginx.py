"""nginx, includes followed, directives inherited from http to server (nginx.org/en/docs).

Value: {server_tokens, ssl_protocols, servers: [{listen: [text], tls, server_tokens, ssl_protocols, autoindex}]}.
autoindex is true when the server or any location of it lists folders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import UnreadableError
from agent.probes.config.base import Depth, broken
from agent.probes.package import installed
from shieldwall.checks.expectation.version import compare
from shieldwall.checks.fact import Fact, FactKey

MAIN: Final = "/etc/nginx/nginx.conf"
TOKEN: Final = re.compile(
    r"\s+|#[^\n]*|(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[{};]|(?:\\.|\$\{|[^\s{};\"'])+)", re.DOTALL
)
SWITCHES: Final[Mapping[str, list[list[str]]]] = {
    "server_tokens": [["on"], ["off"], ["build"]], "autoindex": [["on"], ["off"]],
}  # fmt: skip
"""Directives that stand at most once in a block, and what each takes."""
OLD_PROTOCOLS: Final = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
NEW_PROTOCOLS: Final = ["TLSv1.2", "TLSv1.3"]
NEW_SINCE: Final = "1.27.3"
"""Without ssl_protocols, TLS 1.0 and 1.1 are off since this version (nginx.org/en/CHANGES)."""


@dataclass(slots=True)
class Block:
    name: str
    arguments: Sequence[str] = ()
    directives: dict[str, list[list[str]]] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def last(self, name: str) -> list[str] | None:
        return self.directives[name][-1] if name in self.directives else None

    def every(self, name: str) -> list[str]:
        """The words of all lines of that name, for directives that add up."""
        return list(dict.fromkeys(word for words in self.directives.get(name, []) for word in words))

    def all(self, name: str) -> Iterator[Block]:
        """Blocks of that name at any depth."""
        for block in self.blocks:
            if block.name == name:
                yield block
            yield from block.all(name)


def read(key: FactKey, host: Host) -> Fact:
    """Raises AbsentError when nginx is not configured here, UnreadableError (parse) for a file nginx would refuse."""
    root = Block("main")
    _file(host, MAIN, root, Depth())
    protocols = _default_protocols(host)
    http = next(root.all("http"), Block("http"))
    tokens = (http.last("server_tokens") or ["on"])[0].lower()
    common = http.every("ssl_protocols") or protocols
    servers, origins = [], {"server_tokens": http.origins.get("server_tokens", "default")}
    for at, server in enumerate(http.all("server")):
        servers.append(_server(server, http, tokens, common))
        origins[f"servers.{at}"] = server.origins.get("", MAIN)
        for name in ("server_tokens", "ssl_protocols", "autoindex"):
            place = server.origins.get(name) or http.origins.get(name)
            if place:
                origins[f"servers.{at}.{name}"] = place
    value = {"server_tokens": tokens, "ssl_protocols": common, "servers": servers}
    return Fact.known(value, source=MAIN, origins=origins)


def _server(server: Block, http: Block, tokens: str, protocols: list[str]) -> dict[str, Any]:
    listens = server.directives.get("listen", [["80"]])
    ssl = (server.last("ssl") or ["off"])[0].lower() == "on"
    inherited = (server.last("autoindex") or http.last("autoindex") or ["off"])[0].lower()
    lists = [inherited] + [(b.last("autoindex") or ["off"])[0].lower() for b in server.all("location")]
    return {
        "listen": [" ".join(words) for words in listens],
        "tls": ssl or any("ssl" in words[1:] or "quic" in words[1:] for words in listens),
        "server_tokens": (server.last("server_tokens") or [tokens])[0].lower(),
        "ssl_protocols": server.every("ssl_protocols") or protocols,
        "autoindex": "on" in lists,
    }


def _default_protocols(host: Host) -> list[str]:
    try:
        package = installed(host).packages.get("nginx")
    except UnreadableError:
        package = None
    return NEW_PROTOCOLS if package and compare(package.version, NEW_SINCE) >= 0 else OLD_PROTOCOLS


def _file(host: Host, path: str, into: Block, depth: Depth) -> None:
    stack = [into]
    words: list[str] = []
    for number, item in _tokens(host.text(path), path):
        if item == ";":
            _directive(host, path, number, stack[-1], words, depth)
            words = []
        elif item == "{":
            block = Block(words[0].lower() if words else "", words[1:])
            block.origins[""] = f"{path}:{number}"
            stack[-1].blocks.append(block)
            stack.append(block)
            words = []
        elif item == "}":
            if len(stack) == 1:
                raise broken(path, number, "a closing brace without its opening one")
            stack.pop()
            words = []
        else:
            words.append(item)
    if len(stack) > 1:
        raise broken(path, 0, "a block is not closed")


def _directive(host: Host, path: str, number: int, block: Block, words: list[str], depth: Depth) -> None:
    if not words:
        return
    name = words[0].lower()
    if name == "include" and len(words) == 2:
        pattern = words[1] if words[1].startswith("/") else f"/etc/nginx/{words[1]}"
        for found in host.glob(pattern):
            _file(host, found, block, depth.below(found))
        return
    if name in SWITCHES:
        if name in block.directives:
            raise broken(path, number, f"{name} stands twice in one block, which nginx refuses")
        if [word.lower() for word in words[1:]] not in SWITCHES[name]:
            raise broken(path, number, f"{name} takes {' or '.join(way for (way,) in SWITCHES[name])}")
    block.directives.setdefault(name, []).append(words[1:])
    block.origins[name] = f"{path}:{number}"


def _tokens(text: str, path: str) -> Iterator[tuple[int, str]]:
    at, number = 0, 1
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise broken(path, number, "a quote is not closed")
        if match[1]:
            word = match[1]
            yield number, word[1:-1] if word[0] in "\"'" else word
        number += match[0].count("\n")
        at = match.end()
