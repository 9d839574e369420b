"""Watching the logs of other clusters, and showing what others who watch ours have signed.

As witness: a log is signed for when its own signature holds and it proves to contain what was seen of it before. What
was seen is written down before the cosignature leaves, so that no two histories are ever signed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from aggregator.config import Config, write_private, write_whole
from shieldwall.encoding import canonical, record
from shieldwall.errors import ConfigError, IntegrityError, UsageError
from shieldwall.log import merkle
from shieldwall.log.checkpoint import Checkpoint, open_checkpoint, parse_vkey
from shieldwall.log.cosignature import Cosigned, Witness, cosign, cosigned, parse_witness
from shieldwall.membership.invitation import valid_url

Fetch = Callable[[int, int], list[bytes]]
"""The proof that a log of the second size begins with what it was at the first."""
WITNESSED: Final = "witnessed.note"


@dataclass(frozen=True, slots=True)
class Watched:
    """A log of another cluster; `witness/<hash of its origin>.json`."""

    vkey: str
    url: str
    """Base address; empty when checkpoints come as files."""
    size: int
    root: str
    """Hex; of the empty tree before the first look."""
    signed: int
    """Unix time of the last cosignature; 0 before the first."""

    @property
    def origin(self) -> str:
        return parse_vkey(self.vkey)[0]


def my_name(config: Config) -> str:
    """The witness's name; it outlives a log that had to be renamed."""
    return f"{config.origin.rpartition('/')[0]}/witness"


def my_key(config: Config) -> Ed25519PrivateKey:
    """Made when first asked for. Raises ConfigError for a file that holds no such key."""
    file = config.witness_key
    if not file.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_private(file, pem)
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file} cannot be used ({error}); restore it from your backup of the keys.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"{file} is not an Ed25519 key; restore it from your backup of the keys.")
    return key


def my_vkey(config: Config) -> str:
    return Witness(my_name(config), my_key(config).public_key()).vkey()


def add(config: Config, vkey: str, url: str) -> Watched:
    """Watch a log from now on. Raises UsageError when it is watched already or our own, IntegrityError for no key."""
    made = Watched(vkey, url.rstrip("/"), 0, merkle.EMPTY_ROOT.hex(), 0)
    if made.origin == config.origin:
        raise UsageError("this is your own log; a witness is of another cluster.")
    if url and not valid_url(made.url):
        raise UsageError(f"`{url[:80]}` is no address such as https://cluster.example.")
    file = _file(config, made.origin)
    if file.exists():
        raise UsageError(f"{made.origin} is watched already; `witness list` shows since when.")
    file.parent.mkdir(mode=0o700, exist_ok=True)
    write_private(file, canonical.encode(record.to_value(made)))
    return made


def watched(config: Config) -> list[Watched]:
    return sorted((_load(file) for file in (config.folder / "witness").glob("*.json")), key=lambda item: item.origin)


def sign(config: Config, origin: str, note: str, fetch: Fetch, now: int) -> str:
    """The log's checkpoint with our line added, in the place of any line of ours.

    Raises UsageError for a log nobody added, IntegrityError for one that does not hold or shows another past: then
    nothing is signed and what was seen stays as it was.
    """
    file = _file(config, origin)
    key = my_key(config)
    with _alone(config):
        if not file.exists():
            raise UsageError(f"nobody added {origin}; `witness add` takes its log key.")
        before = _load(file)
        shown = open_checkpoint(note, origin=origin, log_key=parse_vkey(before.vkey)[1])
        if shown.size < before.size:
            raise IntegrityError(
                f"{origin} shows {shown.size} leaves and had {before.size}: it lost some, or hides them. "
                "Nothing was signed; ask its manager"
            )
        proof = fetch(before.size, shown.size) if 0 < before.size < shown.size else []
        try:
            merkle.verify_consistency(before.size, bytes.fromhex(before.root), shown.size, shown.root, proof)
        except IntegrityError as error:
            raise IntegrityError(
                f"{origin} does not contain what it contained before ({error}): its past was changed. Nothing was "
                f"signed; keep this checkpoint and {file} as evidence, and tell its members"
            ) from error
        after = Watched(before.vkey, before.url, shown.size, shown.root.hex(), now)
        write_whole(file, canonical.encode(record.to_value(after)))
    log_line = note.rpartition("\n\n")[2].split("\n")
    kept = [line for line in log_line if line.startswith(f"\u2014 {origin} ")]
    return f"{shown.text()}\n" + "".join(f"{line}\n" for line in kept) + cosign(shown, my_name(config), key, now)


def take(config: Config, note: str, log_key_note: Checkpoint) -> list[Cosigned]:
    """Keep a checkpoint of ours that configured witnesses signed. Lines for the same size are gathered.

    log_key_note: `note` as opened under our own log key. Raises IntegrityError when no configured witness signed it or
    a larger one is kept already, UsageError when none is configured.
    """
    known = [parse_witness(vkey) for vkey in config.witnesses]
    if not known:
        raise UsageError("no witness is known: write its key into `witnesses` of aggregator.yaml, then try again.")
    found = cosigned(note, log_key_note, known)
    if not found:
        raise IntegrityError("no witness named in aggregator.yaml signed this checkpoint")
    before = kept_note(config)
    if before is not None and int(before.split("\n")[1]) > log_key_note.size:
        raise IntegrityError("a larger checkpoint with a cosignature is kept already; ask the witness to sign anew")
    same = before is not None and before.startswith(log_key_note.text())
    lines = dict.fromkeys([*_lines(note), *(_lines(before) if before is not None and same else [])])
    names = {line.split(" ")[1]: line for line in reversed(lines)}
    allowed = [name for name in (config.origin, *(witness.name for witness in known)) if name in names]
    body = "".join(f"{names[name]}\n" for name in allowed)
    write_whole(config.folder / WITNESSED, f"{log_key_note.text()}\n{body}".encode())
    return found


def kept_note(config: Config) -> str | None:
    """The last checkpoint of the present log that a witness signed."""
    try:
        note = (config.folder / WITNESSED).read_text()
    except FileNotFoundError:
        return None
    return note if note.startswith(f"{config.origin}\n") else None


def with_witnesses(config: Config, note: str) -> str:
    """Our own fresh checkpoint; with the lines of witnesses when it is the very one they signed."""
    kept = kept_note(config)
    same = kept is not None and kept.partition("\n\n")[0] == note.partition("\n\n")[0]
    return kept if kept is not None and same else note


def _lines(note: str) -> list[str]:
    return note.rpartition("\n\n")[2].rstrip("\n").split("\n")


def _file(config: Config, origin: str) -> Path:
    return config.folder / "witness" / f"{canonical.digest(origin.encode())[:24]}.json"


def _load(file: Path) -> Watched:
    try:
        return record.from_value(Watched, canonical.decode(file.read_bytes()))
    except IntegrityError as error:
        raise ConfigError(
            f"{file} is damaged ({error}): restore it from a backup; without it two pasts could be signed."
        ) from error


@contextmanager
def _alone(config: Config) -> Iterator[None]:
    (config.folder / "witness").mkdir(mode=0o700, exist_ok=True)
    handle = os.open(config.folder / "witness" / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
