"""Text that a terminal shows as text: what a host contains must not be able to steer the reader's screen."""

from __future__ import annotations

import re
from typing import Final

STEERING: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls; tab and newline are handled by the caller's layout
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # direction, zero-width and line separators
    "\ufff9-\ufffb\U000e0000-\U000e007f"  # annotation and tag characters
    "\ud800-\udfff"  # bytes that were not UTF-8
    "]"
)


def safe(text: str) -> str:
    """The text, with all that could move a cursor, change a colour or reorder letters written out as an escape."""
    return STEERING.sub(_escape, text)


def one_line(text: str, limit: int | None = None) -> str:
    """As safe, on one line; shortened with an ellipsis when longer than `limit` characters."""
    line = safe(" ".join(text.split()) if "\n" in text or "\t" in text else text)
    return line if limit is None or len(line) <= limit else line[: max(limit - 1, 0)] + "…"


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
