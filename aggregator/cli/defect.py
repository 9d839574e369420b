"""The report of a defect of our own: where it happened, and no value that may belong to a member."""

from __future__ import annotations

import contextlib
import os
import platform
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from shieldwall import __version__


def write_report(error: BaseException, arguments: Sequence[str]) -> Path | None:
    """A file only its owner reads; None when none could be written."""
    with contextlib.suppress(OSError):
        handle, name = tempfile.mkstemp(prefix="shieldwall-aggregator-defect-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(describe(error, arguments))
        return Path(name)
    return None


def describe(error: BaseException, arguments: Sequence[str]) -> str:
    """Versions, the options without their values, and the frames of each error in the chain, without its words."""
    words = [word.partition("=")[0] for word in arguments if word.startswith("-")]
    lines = [
        f"shieldwall-aggregator {__version__} on Python {platform.python_version()}, {platform.system()}",
        f"options: {' '.join(words)} (values left out)",
    ]
    seen: BaseException | None = error
    while seen is not None:
        lines += ["", f"{type(seen).__module__}.{type(seen).__qualname__}"]
        lines += [
            f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(seen.__traceback__)
        ]
        seen = seen.__cause__ or seen.__context__
    return "\n".join([*lines, "", "Please attach this file to an issue of the project; it is safe to share.", ""])
