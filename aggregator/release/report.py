"""A release as a report for people, in one of the forms of aggregator.render."""

from __future__ import annotations

from pathlib import Path

from aggregator.render import load
from aggregator.render.words import words_of
from shieldwall.pack import Pack
from shieldwall.release import Release


def make_report(release: Release, form: str, pack: Pack) -> bytes:
    """form   a key of aggregator.render.FORMATS; a check the pack no longer has is shown without advice"""
    return load(form)(release, words_of(pack.check(f.id) for f in release.checks if f.id in pack.checks))


def write_report(path: Path, data: bytes) -> None:
    """All of it or nothing: a half-written report must not be handed on. Raises OSError."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
