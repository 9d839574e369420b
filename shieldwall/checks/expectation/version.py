"""Version order of Debian packages (Debian Policy 5.6.12), which also orders the versions RPM and upstreams write."""

from __future__ import annotations

import re

PARTS = re.compile(r"([^0-9]*)([0-9]*)")


def compare(left: str, right: str) -> int:
    """Negative, zero or positive as left is older than, equal to or newer than right."""
    left_epoch, left_rest = _epoch(left)
    right_epoch, right_rest = _epoch(right)
    if left_epoch != right_epoch:
        return left_epoch - right_epoch
    left_upstream, left_revision = _revision(left_rest)
    right_upstream, right_revision = _revision(right_rest)
    return _compare_part(left_upstream, right_upstream) or _compare_part(left_revision, right_revision)


def _epoch(version: str) -> tuple[int, str]:
    head, colon, rest = version.partition(":")
    return (int(head), rest) if colon and head.isdigit() else (0, version)


def _revision(version: str) -> tuple[str, str]:
    upstream, dash, revision = version.rpartition("-")
    return (upstream, revision) if dash else (version, "")


def _compare_part(left: str, right: str) -> int:
    for (left_text, left_number), (right_text, right_number) in _zip(left, right):
        left_order, right_order = _order(left_text), _order(right_text)
        if left_order != right_order:
            return -1 if left_order < right_order else 1
        difference = int(left_number or 0) - int(right_number or 0)
        if difference:
            return difference
    return 0


def _zip(left: str, right: str) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    lefts, rights = PARTS.findall(left), PARTS.findall(right)
    size = max(len(lefts), len(rights))
    pad = [("", "")]
    return list(zip(lefts + pad * (size - len(lefts)), rights + pad * (size - len(rights)), strict=True))


def _order(text: str) -> list[int]:
    """Tilde before the end, the end before letters, letters before everything else; the end is a trailing zero."""
    return [-1 if c == "~" else ord(c) if c.isalpha() else ord(c) + 0x110000 for c in text] + [0]
