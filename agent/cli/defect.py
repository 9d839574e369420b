"""The report of a defect of our own: enough to find it, nothing of the firm in it."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from shieldwall import __version__

SECRET: Final = re.compile(r"[A-Za-z0-9+/_=-]{20,}|'[^']*'|\"[^\"]*\"|/[^\s:]+")
"""Keys, tokens, quoted values and paths in an exception's words."""


def write_report(error: BaseException, arguments: Sequence[str], environ: Mapping[str, str]) -> Path | None:
    """Write the report (mode 0600) into the agent's home, or else a temporary folder; None when neither is writable."""
    text = describe(error, arguments, datetime.now(UTC))
    for folder in _folders(environ):
        with contextlib.suppress(OSError):
            handle, name = tempfile.mkstemp(prefix="shieldwall-defect-", suffix=".txt", dir=folder)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            return Path(name)
    return None


def describe(error: BaseException, arguments: Sequence[str], now: datetime) -> str:
    """Versions, the command and its options without their values, and the frames of every error in the chain."""
    words = [a.partition("=")[0] for i, a in enumerate(arguments) if a.startswith("-") or i == 0]
    lines = [
        f"shieldwall {__version__} on Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        f"at {now:%Y-%m-%dT%H:%MZ}",
        f"command: {' '.join(words)} (values left out)",
        "",
    ]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}: {SECRET.sub('…', str(seen))[:300]}")
        for frame in traceback.extract_tb(seen.__traceback__):
            lines.append(f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}")
        seen = seen.__cause__ or seen.__context__
    return "\n".join([*lines, "", "Please attach this file to an issue of the project; it is safe to share.", ""])


def _folders(environ: Mapping[str, str]) -> list[str]:
    from agent.home.config import find_home

    home = find_home(environ).path
    return [str(home), tempfile.gettempdir()] if home.is_dir() else [tempfile.gettempdir()]


def _short(path: str) -> str:
    parts = Path(path).parts
    for package in ("agent", "shieldwall"):
        if package in parts:
            return "/".join(parts[len(parts) - 1 - parts[::-1].index(package) :])
    return parts[-1]
