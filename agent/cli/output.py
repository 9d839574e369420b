"""Results on their way out: to standard output as it can take them, or whole into a file or not at all."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TextIO

from agent.render.base import WIDTH, Style

PLAIN: Final = str.maketrans({"█": "#", "░": ".", "·": "-", "–": "-", "…": ".", "✓": "+", "✗": "x", "→": ">"})
"""Our own signs, for terminals that do not speak UTF-8."""


def style_for(stream: TextIO, environ: Mapping[str, str], *, everything: bool = False) -> Style:
    """Colour and width only for a person at a terminal; NO_COLOR (no-color.org) and TERM=dumb are honoured."""
    if not stream.isatty():
        return Style(WIDTH, colour=False, everything=everything)
    colour = not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    return Style(min(shutil.get_terminal_size((WIDTH, 24)).columns, 120), colour, everything)


def put(text: str) -> None:
    """Write a result to standard output, whatever its encoding can carry."""
    stream = sys.stdout
    encoding = stream.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    stream.write(text)


def write_file(path: Path, text: str) -> None:
    """Write all of it or leave what was there. Raises OSError with the file's name.

    A new file has mode 0600, for it holds evidence; one that was there keeps the mode somebody gave it.
    """
    data = text.encode("utf-8", "backslashreplace")
    temporary = ""
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            path.write_bytes(data)
            return
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if path.exists() and hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), stat.S_IMODE(path.stat().st_mode))
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror or "could not be written", str(path)) from error
