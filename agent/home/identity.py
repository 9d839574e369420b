"""Who this agent is: its private key, what the cluster calls it, and the machine both belong to.

A key is written once, whole or not at all, and never deleted: one that is no longer used is set aside under the
agent's home. The machine binding stays here; it only serves to notice a copy before the copy speaks.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.home.config import Home
from shieldwall.encoding import canonical, record
from shieldwall.encoding.envelope import key_id, public_key
from shieldwall.errors import ConfigError, IntegrityError, RefusedError, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_HEADER: Final = "shieldwall-agent-key-v1 "
_KEY_BYTES: Final = 32
_LATER: Final[dict[str, object]] = {"rotation": "", "former": []}
"""Members that files written before they existed lack."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What tells this installation from its copy. Never leaves the host; None where it cannot be read."""

    machine_id: str | None
    product: str | None
    """DMI product UUID, readable by root only."""
    home: str | None

    def traits(self) -> dict[str, str]:
        named = {"machine-id": self.machine_id, "product": self.product, "home": self.home}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Trait:
    name: str
    mac: str
    """HMAC under the agent's key, hex."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What is known about the cluster since joining; `enrolment.json`."""

    url: str
    aud: str
    agent: str
    epoch: int
    server: str
    """The log key, base64 of 32 bytes."""
    key: str
    """Id of the agent's key."""
    head: str
    """SHA-256 of the enrolment receipt: `prev` of the first statement."""
    receipt: str
    """Of the event that made this key ours, as JSON; presented should the cluster lose its server."""
    machine: tuple[Trait, ...]
    rotation: str = ""
    """The payload of the rotation that brought this key; empty for the first one."""
    former: tuple[str, ...] = ()
    """Origins the cluster's log had before, under the same log key."""

    def log_key(self) -> Ed25519PublicKey:
        return public_key(canonical.unb64(self.server))


@dataclass(frozen=True, slots=True)
class Identity:
    """An enrolled agent that may speak."""

    enrolment: Enrolment
    key: Ed25519PrivateKey


def read_machine(home: Home, root: Path = Path("/")) -> Machine:
    return Machine(
        _line(root / "etc/machine-id"), _line(root / "sys/class/dmi/id/product_uuid"), str(home.path.resolve())
    )


def traits(machine: Machine, key: Ed25519PrivateKey) -> tuple[Trait, ...]:
    raw = key.private_bytes_raw()
    return tuple(
        Trait(name, hmac.new(raw, f"{name}\0{value}".encode(), hashlib.sha256).hexdigest())
        for name, value in machine.traits().items()
    )


def load_identity(home: Home, machine: Machine) -> Identity:
    """Raises UsageError when not enrolled, ConfigError for damaged files, RefusedError on another machine."""
    enrolment = read_enrolment(home)
    if enrolment is None:
        raise UsageError("this agent belongs to no cluster yet; `shieldwall join` takes the invitation of your cluster")
    settle_key(home, enrolment)
    key = load_key(home.key)
    if key_id(key.public_key()) != enrolment.key:
        raise ConfigError(f"{home.key} is not the key that was enrolled; restore it, or ask for a new invitation")
    known = {trait.name: trait.mac for trait in enrolment.machine}
    for trait in traits(machine, key):
        if not hmac.compare_digest(known.get(trait.name, trait.mac), trait.mac):
            raise RefusedError(
                f"this agent was enrolled on another machine or folder ({trait.name} differs): restored or cloned? "
                "Nothing was sent. Ask your cluster manager for a new invitation and run `shieldwall join --replace`"
            )
    return Identity(enrolment, key)


def read_enrolment(home: Home) -> Enrolment | None:
    """None before joining. Raises ConfigError when the file is damaged."""
    try:
        data = home.enrolment.read_bytes()
    except FileNotFoundError:
        return None
    try:
        members = canonical.decode(data)
        return record.from_value(Enrolment, {**_LATER, **members} if isinstance(members, dict) else members)
    except IntegrityError as error:
        raise ConfigError(f"{home.enrolment} is damaged ({error}); restore it from a backup") from error


def write_enrolment(home: Home, enrolment: Enrolment) -> None:
    """Whole or not at all, mode 0600."""
    write_private(home.enrolment, canonical.encode(record.to_value(enrolment)) + b"\n", replace=True)


def ensure_key(path: Path) -> Ed25519PrivateKey:
    """The key at `path`, made when there is none. Two processes that race end with the same one."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if not path.exists():
        fresh = Ed25519PrivateKey.generate()
        text = f"{_HEADER}{canonical.b64(fresh.private_bytes_raw())}\n"
        with contextlib.suppress(FileExistsError):
            write_private(path, text.encode(), replace=False)
    return load_key(path)


def load_key(path: Path) -> Ed25519PrivateKey:
    """Raises ConfigError when it is missing, readable for others or damaged."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read(200).decode("ascii", "replace")
    except OSError as error:
        raise ConfigError(f"cannot read the agent's key {path}: {error.strerror}") from error
    if os.name == "posix" and mode & 0o077:
        raise ConfigError(f"others may read the agent's key {path} (mode {mode:04o}); run `chmod 600 {path}`")
    try:
        raw = canonical.unb64(text.removeprefix(_HEADER).rstrip("\n"))
    except IntegrityError:
        raw = b""
    if not text.startswith(_HEADER) or len(raw) != _KEY_BYTES:
        raise ConfigError(f"{path} is damaged; restore it from a backup, it cannot be made again")
    return Ed25519PrivateKey.from_private_bytes(raw)


def settle_key(home: Home, enrolment: Enrolment) -> None:
    """Finish a change of key that the enrolment already tells of: the next key becomes the key, the old one is kept.

    Does nothing when there is none to finish; may be repeated after an interruption at any step.
    """
    if not home.next_key.exists() or key_id(load_key(home.next_key).public_key()) != enrolment.key:
        return
    if home.key.exists() and key_id(load_key(home.key).public_key()) != enrolment.key:
        former = home.key.with_name(f"former-{_mark(home.key)}-{home.key.name}")
        with contextlib.suppress(FileExistsError):
            former.hardlink_to(home.key)
        _sync_folder(home.path)
    with contextlib.suppress(FileNotFoundError):
        home.next_key.replace(home.key)
    _sync_folder(home.path)


def former_keys(home: Home) -> tuple[Ed25519PrivateKey, ...]:
    """Keys that were in use here before, in no order."""
    return tuple(load_key(path) for path in sorted(home.path.glob(f"former-*-{home.key.name}")))


def set_aside(home: Home) -> None:
    """Put key and enrolment out of use, under names that end in the key's id. Does nothing when there is no key."""
    if not home.key.exists():
        return
    mark = _mark(home.key)
    for path in (home.enrolment, home.next_key, home.key):
        if path.exists():
            path.rename(path.with_name(f"former-{mark}-{path.name}"))
    _sync_folder(home.path)


def _mark(key: Path) -> str:
    return hashlib.sha256(key.read_bytes()).hexdigest()[:12]


def write_private(path: Path, data: bytes, *, replace: bool) -> None:
    """A file of mode 0600, whole and durable or not at all. Raises FileExistsError when it may not be replaced."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.new")
    more = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | more, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            partial.replace(path)
        else:
            path.hardlink_to(partial)
    finally:
        partial.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _line(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None
