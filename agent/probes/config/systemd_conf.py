"""What systemd's own programs share: `FILE.conf` with drop-ins in `FILE.conf.d`, as systemd reads them.

The main file is the first that exists from /etc to /usr/lib; drop-ins come after it and win (systemd-system.conf(5)).
The last assignment counts; an empty one resets to nothing. Keys are lower-case here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from agent.looking.host import Host
from agent.probes.config.base import Setting, drop_ins, joined, text_or_none

FOLDERS: Final = ("/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd", "/lib/systemd")
SPAN: Final = re.compile(r"(?:\d+(?:\.\d+)?\s*[a-zA-Z]*\s*)+")
PART: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zA-Z]*)")
YES: Final = frozenset({"1", "yes", "y", "true", "t", "on"})
NO: Final = frozenset({"0", "no", "n", "false", "f", "off"})
UNITS: Final = {
    "": 1, "s": 1, "sec": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "minute": 60, "minutes": 60, "h": 3600,
    "hr": 3600, "hour": 3600, "hours": 3600, "d": 86400, "day": 86400, "days": 86400, "w": 604800, "week": 604800,
    "weeks": 604800, "month": 2629800, "months": 2629800, "year": 31557600, "years": 31557600, "y": 31557600,
    "ms": 0.001, "msec": 0.001, "us": 0.000001, "usec": 0.000001,
}  # fmt: skip
"""systemd.time(7); a month has 30.44 days, a year 365.25."""


def files(host: Host, name: str) -> list[str]:
    """The main file, then its drop-ins, in the order in which systemd applies them."""
    main = next((f"{folder}/{name}" for folder in FOLDERS if host.exists(f"{folder}/{name}")), None)
    return [*([main] if main else []), *drop_ins(host, [f"{folder}/{name}.d" for folder in FOLDERS])]


def settings(
    host: Host, name: str, section: str, understood: Callable[[str, str], bool] = lambda name, value: True
) -> dict[str, Setting]:
    """The last assignment of each key of one section over all files; one that is not understood leaves what was before.

    Raises UnreadableError.
    """
    found: dict[str, Setting] = {}
    for path in files(host, name):
        current = ""
        for number, line in joined(text_or_none(host, path) or ""):
            text = line.strip()
            if not text or text[0] in "#;":
                continue
            if text.startswith("[") and text.endswith("]"):
                current = text[1:-1]
            elif current.lower() == section.lower() and "=" in text:
                key, _, value = text.partition("=")
                if understood(key.strip().lower(), value.strip()):
                    found[key.strip().lower()] = Setting(value.strip(), path, number)
    return found


def seconds(text: str) -> float | None:
    """A time span of systemd.time(7) in seconds: `30d`, `1month 2w`, `90`. None when it is not one."""
    if not SPAN.fullmatch(text.strip()):
        return None
    total = 0.0
    for number, unit in PART.findall(text):
        size = UNITS.get("month" if unit == "M" else unit.lower())
        if size is None:
            return None
        total += float(number) * size
    return total


def flag(text: str) -> str:
    """yes or no for what systemd takes as a boolean; any other text in lower case."""
    word = text.strip().lower()
    return "yes" if word in YES else "no" if word in NO else word
