"""Opening a released file from elsewhere: bounded, and signed by a key somebody vouches for or marked as unchecked."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aggregator.compare.base import Side
from shieldwall.encoding.envelope import open_envelope, peek
from shieldwall.errors import IntegrityError, UsageError
from shieldwall.limits import INFLATED_BYTES
from shieldwall.log.checkpoint import parse_vkey
from shieldwall.published.release import PAYLOAD_TYPE, parse_release

LARGEST: Final = INFLATED_BYTES


def open_side(data: bytes, key: str = "") -> Side:
    """A signed release as it is served.

    key   note key of the cluster that signed it, as `/v1/cluster` of its aggregator tells; empty: not checked
    Raises IntegrityError when it is too large, of another kind, or not signed by that key.
    """
    if len(data) > LARGEST:
        raise IntegrityError(f"a release of more than {LARGEST} bytes is none: take release.json as it was published")
    name = ""
    if key:
        name, public = parse_vkey(key.strip())
        opened = open_envelope(data, [public])
    else:
        opened = peek(data)
    if opened.payload_type != PAYLOAD_TYPE:
        raise IntegrityError(f"the file holds {opened.payload_type}, not a release: take release.json")
    return Side(parse_release(opened.payload), name)


def read_side(file: Path, key: str = "") -> Side:
    """Raises UsageError for a file that cannot be read, IntegrityError as `open_side`, naming the file."""
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}.") from error
    try:
        return open_side(data, key)
    except IntegrityError as error:
        raise IntegrityError(f"{file}: {error}") from error
