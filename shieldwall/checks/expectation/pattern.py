"""Patterns of packs, on RE2: linear time in the text whatever a pack or a host may hold."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from shieldwall import limits


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Any:
    """Raises ValueError for a pattern that is too long or that RE2 refuses."""
    import re2

    if len(pattern) > limits.PATTERN_CHARS:
        raise ValueError(f"a pattern has at most {limits.PATTERN_CHARS} characters, this one {len(pattern)}")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(f"not an RE2 pattern: {error.args[0]!s}") from error


def search(pattern: str, text: str) -> bool:
    line = text.encode("utf-8", "surrogateescape")[: limits.LINE_BYTES]
    return compiled(pattern).search(line.decode("utf-8", "replace")) is not None
