"""apt.conf(5) and sources.list(5) as apt reads them.

Value: every option under its lower-case name ("apt::periodic::unattended-upgrade": "1"; a list option holds a list),
and `sources`: one record for each enabled package source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from agent.looking.host import Host
from agent.probes.config.apt_sources import sources_of
from agent.probes.config.base import Setting, fact_of
from shieldwall.checks.fact import Fact, FactKey

FOLDER: Final = "/etc/apt/apt.conf.d"
MAIN: Final = "/etc/apt/apt.conf"
READ_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+")
TOKEN: Final = re.compile(
    r"(?P<space>\s+|//[^\n]*|/\*.*?(?:\*/|\Z)|\#(?!clear\b|include\b)[^\n]*)"
    r"|(?P<text>\"(?:[^\"\\]|\\.)*\")|(?P<mark>[{};])|(?P<word>[^\s\"{};]+)",
    re.DOTALL,
)


def options(host: Host) -> Mapping[str, Setting]:
    """Every option of apt on this host, by lower-case name, read at most once. Raises UnreadableError."""
    return host.once("apt options", lambda: _options(host))


def read(key: FactKey, host: Host) -> Fact:
    """Raises AbsentError when there is no apt here."""
    host.stat("/etc/apt")
    sources = sources_of(host)
    fact = fact_of(options(host), source="/etc/apt", more={"sources": [source.to_json() for source in sources]})
    places = {f"sources.{at}": source.origin for at, source in enumerate(sources)}
    return Fact.known(fact.value, source=fact.source, origins={**fact.origins, **places})


def files(host: Host) -> Iterator[str]:
    """Parts in the order of their names, then apt.conf itself, so that it has the last word."""
    for path in host.glob(f"{FOLDER}/*"):
        name = path.rpartition("/")[2]
        if READ_NAME.fullmatch(name) and ("." not in name or name.endswith(".conf")) and host.stat(path).kind == "file":
            yield path
    if host.exists(MAIN):
        yield MAIN


def _options(host: Host) -> Mapping[str, Setting]:
    found: dict[str, Setting] = {}
    for path in files(host):
        _Reader(found, path).read(host.text(path))
    return found


@dataclass(slots=True)
class _Reader:
    """Applies the statements of one file to `found`."""

    found: dict[str, Setting]
    path: str

    def read(self, text: str) -> None:
        scopes: list[str] = []
        words: list[str] = []
        first = 1
        for number, kind, item in _tokens(text):
            if kind in ("text", "word"):
                first = number if not words else first
                # quotes around a list item tell it from an option's name
                words.append(item)
            elif item == ";":
                self._statement("::".join(scopes), words, first)
                words = []
            elif item == "{":
                scopes.append(words[0].strip('"').lower().removesuffix("::") if words else "")
                words = []
            else:
                self._statement("::".join(scopes), words, first)
                words = []
                if scopes:
                    scopes.pop()

    def _statement(self, scope: str, words: list[str], line: int) -> None:
        if not words:
            return
        if words[0].lower() == "#clear":
            for name in words[1:]:
                self._clear(_joined(scope, name.lower()))
        elif len(words) == 1 and words[0].startswith('"'):
            self._append(scope, _plain(words[0]), line)
        elif len(words) >= 2:
            name, value = words[0].lower(), _plain(" ".join(words[1:]))
            if name.endswith("::"):
                self._append(_joined(scope, name.removesuffix("::")), value, line)
            else:
                self.found[_joined(scope, name)] = Setting(value, self.path, line)

    def _append(self, name: str, value: str, line: int) -> None:
        before = self.found.get(name)
        values = before.value if before and isinstance(before.value, list) else []
        self.found[name] = Setting([*values, value], self.path, line)

    def _clear(self, name: str) -> None:
        name = name.removesuffix("::")
        for known in [k for k in self.found if k == name or k.startswith(f"{name}::")]:
            del self.found[known]


def _joined(scope: str, name: str) -> str:
    return f"{scope}::{name}" if scope else name


def _plain(item: str) -> str:
    return item[1:-1] if len(item) >= 2 and item[0] == item[-1] == '"' else item


def _tokens(text: str) -> Iterator[tuple[int, str, str]]:
    line, at = 1, 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:  # a quote without its end: the rest is one word
            yield line, "word", text[at + 1 :]
            return
        kind = match.lastgroup or "space"
        if kind != "space":
            yield line, kind, match[0]
        line += match[0].count("\n")
        at = match.end()
