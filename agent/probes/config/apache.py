"""Apache httpd: the configuration as it is put together from includes, without the sections of modules that are not
loaded (httpd.apache.org/docs/2.4).

Value: {servertokens, serversignature, traceenable, protocols: [TLS protocol], indexes: [folder that is listed],
modules: [name], vhosts: number}. Words are lower-case except folders and protocols.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import Depth, Setting, joined, text_or_none
from shieldwall.checks.fact import Fact, FactKey

MAINS: Final = (
    ("/etc/apache2/apache2.conf", "/etc/apache2"), ("/etc/httpd/conf/httpd.conf", "/etc/httpd"),
    ("/etc/apache2/httpd.conf", "/etc/apache2"),
)  # fmt: skip
DEFAULTS: Final = {"servertokens": "full", "serversignature": "off", "traceenable": "on"}
WORD: Final = re.compile(r'"((?:\\.|[^"\\])*)"|(\S+)')
ALL: Final = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
"""SSLProtocol all: what OpenSSL of these days still knows (mod_ssl of 2.4)."""
VARIABLE: Final = re.compile(r"\$\{(\w+)\}")


@dataclass(slots=True)
class Seen:
    host: Host
    root: str
    settings: dict[str, Setting] = field(default_factory=dict)
    modules: list[str] = field(default_factory=list)
    folders: dict[str, tuple[bool, str]] = field(default_factory=dict)
    """Folder -> (listed, origin)."""
    protocols: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    vhosts: int = 0
    defines: dict[str, str] = field(default_factory=dict)


def read(key: FactKey, host: Host) -> Fact:
    """Raises AbsentError when Apache is not configured here."""
    main, root = next(((m, r) for m, r in MAINS if host.exists(m)), ("", ""))
    if not main:
        raise AbsentError(MAINS[0][0])
    seen = Seen(host, root)
    _file(seen, main, Depth())
    found = {**{name: Setting(value) for name, value in DEFAULTS.items()}, **seen.settings}
    listed = [(folder, origin) for folder, (on, origin) in sorted(seen.folders.items()) if on]
    protocols = sorted({p for chosen, _ in seen.protocols for p in chosen}) if seen.protocols else list(ALL)
    value: dict[str, Any] = {
        **{name: found[name].value for name in DEFAULTS},
        "protocols": protocols if "ssl" in seen.modules else [],
        "indexes": [folder for folder, _ in listed] if "autoindex" in seen.modules else [],
        "modules": sorted(set(seen.modules)),
        "vhosts": seen.vhosts,
    }
    origins = {name: found[name].origin for name in DEFAULTS}
    origins |= {f"indexes.{at}": origin for at, (_, origin) in enumerate(listed)}
    if seen.protocols:
        origins["protocols"] = seen.protocols[-1][1]
    return Fact.known(value, source=main, origins=origins)


def _file(seen: Seen, path: str, depth: Depth) -> None:
    text = text_or_none(seen.host, path)
    if text is None:
        return
    sections: list[tuple[str, str]] = []
    hidden = 0
    for number, line in joined(text):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("</"):
            if sections:
                sections.pop()
            hidden = min(hidden, len(sections))
            continue
        if line.startswith("<"):
            name, *words = _words(seen, line.strip("<>"))
            if not hidden and not _applies(seen, name.lower(), words):
                sections.append((name.lower(), ""))
                hidden = hidden or len(sections)
                continue
            sections.append((name.lower(), words[-1] if words else ""))
            seen.vhosts += name.lower() == "virtualhost" and not hidden
            continue
        if hidden and len(sections) >= hidden:
            continue
        name, *words = _words(seen, line)
        _directive(seen, name.lower(), words, sections, f"{path}:{number}", depth)


def _directive(
    seen: Seen, name: str, words: list[str], sections: list[tuple[str, str]], origin: str, depth: Depth
) -> None:
    value = words[0] if words else ""
    if name in ("include", "includeoptional") and value:
        for found in _included(seen, value):
            _file(seen, found, depth.below(found))
    elif name == "loadmodule" and value:
        seen.modules.append(value.removesuffix("_module"))
    elif name == "serverroot" and value:
        seen.root = value
    elif name == "define" and value:
        seen.defines[value] = words[1] if len(words) > 1 else ""
    elif name in DEFAULTS:
        path, _, line = origin.rpartition(":")
        seen.settings[name] = Setting(value.lower(), path, int(line))
    elif name == "sslprotocol":
        seen.protocols.append((tuple(_protocols(words)), origin))
    elif name == "options":
        folder = next(
            (where for kind, where in reversed(sections) if kind in ("directory", "directorymatch", "location")), "/"
        )
        _options(seen, folder, words, origin)


def _options(seen: Seen, folder: str, words: list[str], origin: str) -> None:
    lower = [word.lower() for word in words]
    before = seen.folders.get(folder, (False, ""))[0]
    if {"none", "-indexes"} & set(lower):
        seen.folders[folder] = (False, origin)
    elif {"+indexes", "indexes", "all", "+all"} & set(lower):
        seen.folders[folder] = (True, origin)
    elif any(word[0] not in "+-" for word in lower):
        seen.folders[folder] = (False, origin)
    else:
        seen.folders[folder] = (before, origin)


def _protocols(words: list[str]) -> Iterator[str]:
    chosen: list[str] = []
    for word in words:
        sign, name = (word[0], word[1:]) if word[0] in "+-" else ("", word)
        named = [p for p in (*ALL, "SSLv3") if p.lower() == name.lower()] if name.lower() != "all" else list(ALL)
        if sign == "-":
            chosen = [p for p in chosen if p not in named]
        else:
            chosen = [*([] if not sign and name.lower() == "all" else chosen), *named]
    yield from dict.fromkeys(chosen)


def _applies(seen: Seen, name: str, words: list[str]) -> bool:
    test = words[0] if words else ""
    wanted, test = not test.startswith("!"), test.removeprefix("!")
    if name == "ifmodule":
        module = test.removesuffix(".c").removeprefix("mod_").removesuffix("_module")
        return (module in seen.modules or module in ("core", "so", "unixd", "version")) is wanted
    if name == "ifdefine":
        return (test in seen.defines) is wanted
    return True


def _included(seen: Seen, path: str) -> Iterator[str]:
    for found in seen.host.glob(path if path.startswith("/") else f"{seen.root}/{path}"):
        if seen.host.exists(found) and seen.host.stat(found).kind == "dir":
            yield from (f"{found}/{name}" for name in seen.host.listdir(found))
        else:
            yield found


def _words(seen: Seen, line: str) -> list[str]:
    words = [quoted or bare for quoted, bare in WORD.findall(line)] or [""]
    return [VARIABLE.sub(lambda match: seen.defines.get(match[1], match[0]), word) for word in words]
