"""A language nobody speaks: every message in ⟦brackets⟧ and 40 % longer. What stands outside brackets was forgotten.

It takes the place of German, made by the very tools that make the real one: a text that is not in a catalogue, or that
no call asks for, stays English and is seen.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from itertools import cycle
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from deploy.languages import templates
from shieldwall import language

OPEN, CLOSE = "⟦", "⟧"
LONGER = 0.4
_KEPT = re.compile(r"%\(\w+\)s|%%|<[^>]*>|`[^`]*`|&\w+;")


def stretched(text: str) -> str:
    words = re.findall(r"\w+", _KEPT.sub(" ", text)) or ["x"]
    more, source = "", cycle(words)
    while len(more) < LONGER * len(_KEPT.sub("", text)):
        more += f" {next(source)}"
    return f"{OPEN}{text}{more}{CLOSE}"


def pseudo_german(
    folder: Path, monkeypatch: pytest.MonkeyPatch, more: Iterable[str] = (), domains: Iterable[str] = language.DOMAINS
) -> None:
    """more   texts of made-up checks, which no catalogue knows"""
    for template in (templates.MAKERS[domain]() for domain in domains):
        made = Catalog(locale="de", domain=template.domain)
        for text in more if template.domain == "checks" else ():
            made.add(text, stretched(text))
        for message in template:
            if message.id:
                said = message.id if isinstance(message.id, tuple) else (message.id,)
                made.add(
                    message.id, tuple(map(stretched, said)) if isinstance(message.id, tuple) else stretched(said[0])
                )
        out = io.BytesIO()
        write_mo(out, made)
        path = folder / "de" / "LC_MESSAGES" / f"{template.domain}.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(out.getvalue())
    monkeypatch.setattr(language, "FOLDER", folder)
    language._language.cache_clear()
