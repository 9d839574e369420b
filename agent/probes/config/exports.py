"""`app: exports`: which folders NFS gives to whom (exports(5))."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import broken, drop_ins, joined
from agent.probes.words import shell_words
from shieldwall.checks.fact import Fact, FactKey

FILE: Final = "/etc/exports"
EVERYBODY: Final = frozenset({"*", "0.0.0.0/0", "::/0", "0.0.0.0", ""})  # noqa: S104


def read(key: FactKey, host: Host) -> Fact:
    """A list of {path, client, everybody, writable, root_squash, secure}, one a path and client; [] without exports."""
    found: list[dict[str, Any]] = []
    origins: dict[str, str] = {}
    for file in (FILE, *drop_ins(host, ("/etc/exports.d",), ".exports")):
        try:
            text = host.text(file)
        except AbsentError:
            continue
        for number, line in joined(text):
            for export in _exports(file, number, line):
                origins[str(len(found))] = f"{file}:{number}"
                found.append(export)
    return Fact.known(found, source=FILE, origins=origins)


def _exports(file: str, number: int, line: str) -> Iterator[dict[str, Any]]:
    try:
        words = shell_words(line, comments=True)
    except ValueError as error:
        raise broken(file, number, str(error)) from error
    if not words:
        return
    path, common = words[0], ""
    clients = []
    for word in words[1:]:
        if word.startswith("-"):
            common = word[1:]
        else:
            clients.append((common, word))
    for defaults, word in clients or [(common, "*")]:
        match = re.fullmatch(r"([^(]*)(?:\((.*)\))?", word)
        client, options = (match[1], match[2] or "") if match else (word, "")
        words_on = [o.strip() for o in f"{defaults},{options}".split(",")]
        yield {
            "path": path,
            "client": client or "*",
            "everybody": client in EVERYBODY,
            "writable": _last(words_on, "rw", "ro", default=False),
            "root_squash": _last(words_on, "root_squash", "no_root_squash", default=True) or "all_squash" in words_on,
            "secure": _last(words_on, "secure", "insecure", default=True),
        }


def _last(options: list[str], yes: str, no: str, *, default: bool) -> bool:
    for option in reversed(options):
        if option in (yes, no):
            return option == yes
    return default
