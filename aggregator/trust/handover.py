"""The folder that is carried from the laptop to the server: signed metadata and the files it names."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aggregator.config import write_private
from aggregator.trust.ceremony import Signed
from shieldwall.encoding.closed import read
from shieldwall.errors import ConfigError, IntegrityError
from shieldwall.limits import BUNDLE_BYTES

_FILES: Final = "files"


def write_signed(folder: Path, signed: Signed) -> None:
    """Raises ConfigError when there is something already."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise ConfigError(f"cannot make {folder}: {error.strerror}; name a new folder.") from error
    for path, data in signed.files.items():
        place = folder / _FILES / path
        place.parent.mkdir(parents=True, exist_ok=True)
        write_private(place, data)
    for number, root in enumerate(signed.roots, start=1):
        write_private(folder / f"{number}.root.json", root)
    if signed.cluster:
        write_private(folder / "cluster.json", signed.cluster)
    write_private(folder / "targets.json", signed.targets)


def read_signed(folder: Path) -> Signed:
    """Nothing in it is verified yet. Raises ConfigError."""
    try:
        targets = (folder / "targets.json").read_bytes()
        cluster = (folder / "cluster.json").read_bytes() if (folder / "cluster.json").exists() else b""
        listed = sorted(folder.glob("*.root.json"), key=lambda file: int(file.name.partition(".")[0]))
        roots = tuple(file.read_bytes() for file in listed)
        files = {
            place.relative_to(folder / _FILES).as_posix(): _bounded(place)
            for place in sorted((folder / _FILES).rglob("*"))
            if place.is_file()
        }
        (signed,) = read(targets).known("signed")
        (version,) = signed.known("version")
    except (OSError, ValueError, IntegrityError) as error:
        raise ConfigError(f"{folder} is not what `ceremony sign` made: {error}. Copy the whole folder.") from error
    return Signed(roots, targets, files, version.integer(1), cluster)


def _bounded(file: Path) -> bytes:
    if file.stat().st_size > BUNDLE_BYTES:
        raise ConfigError(f"{file} is larger than any target may be.")
    return file.read_bytes()
