"""What the catalogue `checks` holds: the words of checks, policies, themes and training topics, in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.render.summary import THEME_TITLES
from aggregator.render.topics import TOPICS
from shieldwall.checks.check import EFFORTS, WEIGHTS, parted
from shieldwall.packs.library import read_yaml


@dataclass(frozen=True, slots=True)
class Text:
    english: str
    place: str
    """File, relative to the checkout."""
    note: str
    """For the translator: what this is, and of which check."""


def texts(home: Path) -> Iterator[Text]:
    """Everything, shared words first, then each check with its title, reasons and fixes together."""
    yield from _words()
    for path in sorted((home / "policies").glob("*.yaml")):
        data = _read(path)
        for key in ("title", "description"):
            yield Text(data[key], _place(path, home), f"policy {data['id']}: {key}")
    for path in sorted((home / "checks").glob("*/*.yaml")):
        yield from _check(_read(path), _place(path, home))


def _check(data: dict[str, Any], place: str) -> Iterator[Text]:
    name = f"check {data['id']}"
    yield Text(data["title"], place, f"{name}: title, said of a host or firm for which it holds")
    why, asked = parted(data["why"])
    yield Text(why, place, f"{name}: why it matters")
    if asked:
        yield Text(asked, place, f"{name}: when to answer yes")
    for fix in data["fix"]:
        platforms = ", ".join(fix.get("platforms", ()))
        yield Text(fix["text"], place, f"{name}: how to put it right{f' on {platforms}' if platforms else ''}")


def _words() -> Iterator[Text]:
    for theme, title in THEME_TITLES.items():
        yield Text(title, "agent/render/summary.py", f"theme {theme}: title")
    for word in WEIGHTS:
        yield Text(word, "shieldwall/checks/check.py", "severity of a check, from critical down to info")
    for word in EFFORTS:
        yield Text(
            word, "shieldwall/checks/check.py", "effort: putting it right takes minutes, hours, days, or is a project"
        )
    for identity, topic in TOPICS.items():
        place = "aggregator/render/topics.py"
        yield Text(topic.title, place, f"training topic {identity}: title")
        yield Text(topic.audience, place, f"training topic {identity}: for whom")
        for part in topic.outline:
            yield Text(part, place, f"training topic {identity}: one of three parts")


def _read(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = read_yaml(path.read_bytes(), path.name).value
    return value


def _place(path: Path, home: Path) -> str:
    return path.relative_to(home).as_posix()
