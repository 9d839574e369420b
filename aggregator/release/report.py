"""A release as a report for people, in one of the forms of aggregator.render."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aggregator.render import load
from aggregator.render.words import words_of
from shieldwall.packs.pack import Pack
from shieldwall.published.release import Release

BESIDE: Final = {"html": "report.html", "csv": "figures.csv", "pdf": "report.pdf"}
"""Format -> file that lies beside every release."""


def render_beside(folder: Path, release: Release, pack: Pack, house: str = "") -> list[str]:
    """Write the forms people read beside the signed file; the names of those this machine cannot make.

    The PDF needs libraries of the operating system that no Python package brings. Raises OSError.
    """
    missing = []
    for form, name in BESIDE.items():
        try:
            write_report(folder / name, make_report(release, form, pack, house))
        except (ImportError, OSError) as error:
            if form != "pdf" or (isinstance(error, OSError) and error.errno is not None):
                raise
            missing.append(name)
    return missing


def make_report(release: Release, form: str, pack: Pack, house: str = "") -> bytes:
    """form   a key of aggregator.render.FORMATS; a check the pack no longer has is shown without advice
    house  what the cluster calls itself
    """
    return load(form)(release, words_of(pack.check(f.id) for f in release.checks if f.id in pack.checks), house)


def write_report(path: Path, data: bytes) -> None:
    """All of it or nothing: a half-written report must not be handed on. Raises OSError."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
