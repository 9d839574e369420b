"""Package sources of apt: sources.list(5), in its one-line and its paragraph form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from agent.looking.host import Host
from agent.probes.config.base import numbered, text_or_none

MAIN: Final = "/etc/apt/sources.list"
FOLDER: Final = "/etc/apt/sources.list.d"
ONE_LINE: Final = re.compile(r"^\s*(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)")
YES: Final = frozenset({"yes", "true", "1", "on", "with", "enable"})


@dataclass(frozen=True, slots=True)
class AptSource:
    scheme: str
    """http | https | file | cdrom | …"""
    host: str
    suite: str
    trusted: bool
    """Signatures are not needed: trusted=yes, allow-insecure=yes, allow-weak=yes or allow-downgrade-to-insecure=yes."""
    signed_by: bool
    """Bound to keys of its own."""
    origin: str
    """file:line"""

    @property
    def security(self) -> bool:
        return self.suite.rstrip("/").endswith(("-security", "/updates")) or "security" in self.host

    def to_json(self) -> dict[str, Any]:
        return {
            "scheme": self.scheme, "host": self.host, "suite": self.suite, "trusted": self.trusted,
            "signed_by": self.signed_by, "security": self.security,
        }  # fmt: skip


def sources_of(host: Host) -> list[AptSource]:
    """Every enabled source. User names and passwords in addresses are dropped here. Raises UnreadableError."""
    found: list[AptSource] = []
    text = text_or_none(host, MAIN)
    if text is not None:
        found += _lines(text, MAIN)
    for path in host.glob(f"{FOLDER}/*"):
        if path.endswith(".list"):
            found += _lines(host.text(path), path)
        elif path.endswith(".sources"):
            found += _paragraphs(host.text(path), path)
    return found


def _lines(text: str, path: str) -> Iterator[AptSource]:
    for number, line in numbered(text):
        match = ONE_LINE.match(line.partition("#")[0])
        if match:
            options = dict(o.partition("=")[::2] for o in (match[2] or "").lower().split())
            yield _source(match[3], match[4], options, f"{path}:{number}")


def _paragraphs(text: str, path: str) -> Iterator[AptSource]:
    fields: dict[str, str] = {}
    name, start = "", 0
    for number, line in [*numbered(text), (0, "")]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if fields:
                yield from _paragraph(fields, f"{path}:{start}")
            fields, start = {}, 0
        elif line[0] in " \t":
            if name in fields:
                fields[name] += " " + line.strip()
        else:
            name = line.partition(":")[0].strip().lower()
            fields[name] = line.partition(":")[2].strip()
            start = start or number


def _paragraph(fields: dict[str, str], origin: str) -> Iterator[AptSource]:
    if "types" not in fields or fields.get("enabled", "yes").lower() not in YES:
        return
    for uri in fields.get("uris", "").split():
        for suite in fields.get("suites", "").split():
            yield _source(uri, suite, {name: value.lower() for name, value in fields.items()}, origin)


def _source(uri: str, suite: str, options: dict[str, str], origin: str) -> AptSource:
    try:
        parts = urlsplit(uri)
        scheme, host = parts.scheme, parts.hostname or ""
    except ValueError:
        scheme, host = uri.partition(":")[0], ""
    loose = ("trusted", "allow-insecure", "allow-weak", "allow-downgrade-to-insecure")
    trusted = any(options.get(name, "") in YES for name in loose)
    return AptSource(scheme, host, suite, trusted, "signed-by" in options, origin)
