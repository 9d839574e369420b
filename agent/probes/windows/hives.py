"""The registry of a tree: its hive files, read by libregf, which is fuzzed and holds little of a file in memory."""

from __future__ import annotations

import os
import stat
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from agent.looking.host import READING, Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.windows.base import MAX_DATA, MAX_KEYS, MAX_VALUES, Key, Value, typed
from agent.probes.windows.running import PERSON
from shieldwall.checks.outcome import Reason
from shieldwall.limits import MIB

CONFIG: Final = "/Windows/System32/config"
PROFILES: Final = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
HIVE_BYTES: Final = 1024 * MIB
"""A SOFTWARE of a machine in use has 100 to 200 MiB; the format ends at 2 GiB."""
DEEPEST: Final = 512
"""Levels of keys that Windows allows."""


SHORT: Final = 4
"""Shorter data stand in the record of the value itself."""
AT_DATA: Final = 8
"""Where, from the start of that record ("vk", length of the name, size)."""


@dataclass(frozen=True, slots=True)
class _Hive:
    file: Any
    """Of libregf; it must outlive the root."""
    root: Any
    descriptor: int


class Hives:
    """Opens each hive when it is first asked for. One lock: a handle of libregf serves one thread at a time."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._open: dict[str, _Hive | AbsentError | UnreadableError] = {}
        self._lock = threading.RLock()
        self._set: str | None = None

    def key(self, path: str) -> Key:
        parts = [part for part in path.split("\\") if part]
        with self._lock:
            if parts[1:2] == [] or len(parts) > DEEPEST:
                raise UnreadableError(Reason.UNSUPPORTED, f"{path} is not one key of a hive")
            below = parts[2:]
            if parts[:2] == ["HKLM", "SYSTEM"] and below and below[0].lower() == "currentcontrolset":
                below[0] = self._control_set()
            try:
                hive = self._hive(parts[0], parts[1])
                return _key(_descend(hive, below, path), path, hive.descriptor)
            except (OSError, MemoryError, ValueError, OverflowError) as error:
                raise UnreadableError(Reason.PARSE, f"{path}: the hive is damaged there") from error

    def users(self) -> tuple[str, ...]:
        try:
            return tuple(sid for sid in self.key(PROFILES).keys if PERSON.match(sid))
        except AbsentError:
            return ()

    def _control_set(self) -> str:
        """Which of the numbered sets is the one in use, from Select\\Current."""
        if self._set is None:
            number = self.key("HKLM\\SYSTEM\\Select").number("Current")
            if number is None or not 0 < number < 1000:
                raise UnreadableError(Reason.PARSE, "HKLM\\SYSTEM\\Select names no current control set")
            self._set = f"ControlSet{number:03}"
        return self._set

    def _hive(self, root: str, name: str) -> _Hive:
        at = f"{root}\\{name}".upper()
        if at not in self._open:
            try:
                self._open[at] = self._opened(self._file(root, name))
            except (AbsentError, UnreadableError) as error:
                self._open[at] = error
        found = self._open[at]
        if isinstance(found, (AbsentError, UnreadableError)):
            raise found
        return found

    def _file(self, root: str, name: str) -> str:
        if root == "HKLM":
            return f"{CONFIG}/{name}"
        if name.upper() == ".DEFAULT":
            return f"{CONFIG}/DEFAULT"
        folder = self.key(f"{PROFILES}\\{name}").text("ProfileImagePath")
        if not folder or len(folder) < 3:
            raise AbsentError(f"profile of {name}")
        # "C:\Users\Ann" or "%SystemDrive%\Users\Ann": the tree is that drive
        inside = folder.partition(":" if folder[1] == ":" else "%\\")[2].replace("\\", "/").strip("/")
        return f"/{inside}/NTUSER.DAT"

    def _opened(self, path: str) -> _Hive:
        try:
            import pyregf
        except ImportError as error:
            raise UnreadableError(
                Reason.TOOL, "reading hives needs libregf: pip install 'shieldwall[windows-offline]'"
            ) from error
        descriptor = _regular(self._host, path)
        weakref.finalize(self, os.close, descriptor)
        try:
            hive = pyregf.file()
            hive.open(f"/dev/fd/{descriptor}")
            root = hive.get_root_key()
        except (OSError, MemoryError, ValueError, OverflowError) as error:
            raise UnreadableError(Reason.PARSE, f"{path} is not a whole registry hive") from error
        if root is None:
            raise UnreadableError(Reason.PARSE, f"{path} has no root key")
        return _Hive(hive, root, descriptor)


def _regular(host: Host, path: str) -> int:
    """A descriptor of it, opened without waiting for a FIFO or following a link. Raises as Host.stat does."""
    here = host.any_case(path)
    info = host.stat(here)
    if info.kind != "file" or info.size > HIVE_BYTES:
        raise UnreadableError(Reason.REFUSED, f"{here} is not a file of at most {HIVE_BYTES} bytes")
    try:
        descriptor = os.open(host.real_path(here), READING)
    except PermissionError as error:
        raise UnreadableError(Reason.PRIVILEGE, f"{here} is not readable for this user; run as root") from error
    except OSError as error:
        raise UnreadableError(Reason.UNSUPPORTED, f"{here}: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableError(Reason.REFUSED, f"{here} is not a regular file")
    return descriptor


def _descend(hive: _Hive, below: list[str], path: str) -> Any:
    here = hive.root
    for name in below:
        here = here.get_sub_key_by_name(name)
        if here is None:
            raise AbsentError(path)
    return here


def _key(found: Any, path: str, descriptor: int) -> Key:
    values = {value.name.lower(): value for value in _values(found, descriptor)}
    names = tuple(found.get_sub_key(at).name or "" for at in range(min(found.number_of_sub_keys, MAX_KEYS)))
    return Key(path, values, names, found.get_last_written_time_as_integer())


def _values(found: Any, descriptor: int) -> Iterator[Value]:
    for at in range(min(found.number_of_values, MAX_VALUES)):
        value = found.get_value(at)
        size, data = value.get_data_size(), None
        if 0 < size < SHORT:
            # libregf 20260526 gives the last bytes of such a field, Windows writes the first
            data = os.pread(descriptor, size, value.get_offset() + AT_DATA)
        elif size <= MAX_DATA:
            data = value.data or b""
        yield Value(value.name or "", value.type, None if data is None else typed(value.type, data))
