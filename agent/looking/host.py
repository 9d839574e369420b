"""The one way to look at a host: the live one, or a tree mounted somewhere (`--root`).

Every path below is a path *on that host* ("/etc/passwd"); symlinks are resolved inside its root, so a tree can never
make the agent read the machine it runs on. Nothing here judges, stores or writes.
"""

from __future__ import annotations

import errno
import fnmatch
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar, cast

from agent.looking.commands import CommandResult, run_tool
from agent.looking.looked import AbsentError, UnreadableError
from shieldwall import limits
from shieldwall.checks.outcome import Reason

T = TypeVar("T")

MAX_LINKS = 40
"""The kernel's own bound on symlinks in one path."""


READING: Final = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_NOFOLLOW", "O_BINARY")
)
"""Never waits for a FIFO or device, never follows a link; on Windows, which knows neither so, byte for byte."""

TREES: Final = {
    "macos": "/System/Library/CoreServices/SystemVersion.plist",
    "windows": "/Windows/System32/config/SOFTWARE",
}
"""System -> a file that only its trees have."""


@dataclass(frozen=True, slots=True)
class FileStat:
    path: str
    kind: str
    """file | dir | link | fifo | socket | device | other"""
    mode: int
    uid: int
    gid: int
    size: int
    mtime: float
    device: int
    inode: int


@dataclass(frozen=True, slots=True)
class Host:
    root: Path = Path("/")
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    elevated: bool = field(default_factory=lambda: _elevated())
    _folders: dict[str, tuple[tuple[str, ...], int]] = field(default_factory=dict, repr=False, compare=False)
    """Folder as asked for -> where it lies and how many links lead there; a scan asks for few, again and again."""
    _cache: dict[str, object] = field(default_factory=dict, repr=False, compare=False)
    _making: dict[str, threading.RLock] = field(default_factory=dict, repr=False, compare=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    @property
    def live(self) -> bool:
        """True for the running host; /proc, /sys, sockets and tools speak of it only."""
        return self.root == Path("/")

    @property
    def system(self) -> str:
        """linux | macos | windows: what runs here, or what the tree is by the files that only it has."""
        if self.live:
            return {"darwin": "macos", "win32": "windows"}.get(sys.platform, "linux")
        return self.once(
            "system", lambda: next((n for n, p in TREES.items() if self._there(self.any_case(p))), "linux")
        )

    def any_case(self, path: str) -> str:
        """The same path as names are written on this host, for one that cares not about capitals.

        A part that is not there, or cannot be seen, stays as it was asked for.
        """
        done = ""
        for part in [p for p in path.split("/") if p]:
            if not self._there(f"{done}/{part}"):
                try:
                    names = self.listdir(done or "/")
                except (AbsentError, UnreadableError):
                    names = []
                part = next((name for name in names if name.lower() == part.lower()), part)
            done += f"/{part}"
        return done

    def read(self, path: str, limit: int = limits.FILE_BYTES) -> bytes:
        """A regular file's bytes. Raises AbsentError, or UnreadableError for everything else that stands in the way.

        Never blocks on a FIFO or device, never follows a link out of the root.
        """
        return b"".join(self.pieces(path, limit))

    def pieces(self, path: str, limit: int, size: int = 0) -> Iterator[bytes]:
        """As read, for a file that need not be held whole: at most `size` bytes each; 0 for as many as there are."""
        real = self._resolve(path)
        try:
            fd = os.open(real, READING)
        except OSError as error:
            raise self._translate(error, path) from error
        try:
            info = os.fstat(fd)
            if not stat.S_ISREG(info.st_mode):
                raise UnreadableError(Reason.REFUSED, f"{path} is not a regular file")
            if info.st_size > limit:
                raise UnreadableError(Reason.REFUSED, f"{path} is larger than {limit} bytes")
            total = 0
            piece = size or info.st_size or 1 << 16  # files of /proc have no size
            while chunk := os.read(fd, piece):
                total += len(chunk)
                if total > limit:
                    raise UnreadableError(Reason.REFUSED, f"{path} is larger than {limit} bytes")
                yield chunk
                piece = size or 1 << 16
        except OSError as error:
            raise self._translate(error, path) from error
        finally:
            os.close(fd)

    def text(self, path: str) -> str:
        """The file as text; bytes that are not UTF-8 survive as surrogates, so no file can make a probe crash."""
        return self.read(path).decode("utf-8", "surrogateescape")

    def stat(self, path: str, *, follow: bool = True) -> FileStat:
        real = self._resolve(path) if follow else self._resolve_parent(path)
        try:
            info = os.lstat(real)
        except OSError as error:
            raise self._translate(error, path) from error
        return FileStat(
            path, file_kind(info.st_mode), stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid, info.st_size,
            info.st_mtime, info.st_dev, info.st_ino,
        )  # fmt: skip

    def exists(self, path: str) -> bool:
        """False only when it is certainly absent. Raises UnreadableError when that cannot be seen."""
        try:
            self.stat(path)
        except AbsentError:
            return False
        return True

    def listdir(self, path: str) -> list[str]:
        """Sorted names in a folder, in C locale order. Raises AbsentError, UnreadableError."""
        try:
            return sorted(os.listdir(self._resolve(path)))
        except OSError as error:
            raise self._translate(error, path) from error

    def glob(self, pattern: str) -> list[str]:
        """Paths that match a shell pattern, sorted; an absent folder gives none. Raises UnreadableError."""
        found = [""]
        for part in [p for p in pattern.split("/") if p]:
            step: list[str] = []
            for base in found:
                if not any(c in part for c in "*?["):
                    step.append(f"{base}/{part}")
                    continue
                try:
                    names = self.listdir(base or "/")
                except AbsentError:
                    continue
                hidden = part.startswith(".")
                step += [
                    f"{base}/{n}" for n in names if fnmatch.fnmatchcase(n, part) and (hidden or not n.startswith("."))
                ]
            found = step[: limits.INCLUDE_FILES]
        return sorted(p for p in found if self._there(p))

    def run(self, tool: str, *args: str) -> CommandResult:
        """Run a tool of the fixed table on the live host. Raises UnreadableError (tool, timeout, unsupported)."""
        if not self.live:
            raise UnreadableError(Reason.UNSUPPORTED, f"{tool} cannot be asked about a mounted tree")
        return run_tool(tool, args)

    def need_live(self, what: str) -> None:
        if not self.live:
            raise UnreadableError(Reason.UNSUPPORTED, f"{what} can only be seen on the running host")

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made at most once for this host; for files and walks that several facts share.

        One lock a name: a walk that takes long, or hangs, keeps nobody waiting who does not need it.
        """
        with self._lock:
            making = self._making.setdefault(name, threading.RLock())
        with making:
            if name not in self._cache:
                self._cache[name] = make()
            return cast(T, self._cache[name])

    def real_path(self, path: str) -> Path:
        """Where the file lies on this machine, links resolved inside the root. Raises as read does."""
        return Path(self._resolve(path))

    def canonical(self, path: str) -> str:
        """The host path after resolving links, for telling denied files by what they are, not how they are named."""
        real = self._resolve(path)
        return real if self.live else "/" + os.path.relpath(real, self.root)

    def _there(self, path: str) -> bool:
        try:
            self.stat(path, follow=False)
        except AbsentError:
            return False
        except UnreadableError:
            return True
        return True

    def _resolve_parent(self, path: str) -> str:
        head, _, name = path.rstrip("/").rpartition("/")
        return os.path.join(self._resolve(head or "/"), name) if name else str(self.root)

    def _resolve(self, path: str) -> str:
        parts = [p for p in path.split("/") if p and p != "."]
        above = "/".join(parts[:-1])
        known = self._folders.get(above)
        if known is None:
            known = self._folders[above] = self._followed(parts[:-1], (), 0, path)
        names, _ = self._followed(parts[-1:], *known, path)
        return str(self.root).rstrip("/") + "/" + "/".join(names)

    def _followed(self, parts: list[str], start: tuple[str, ...], links: int, path: str) -> tuple[tuple[str, ...], int]:
        """The names that lead to `parts` below `start` without a link among them, and how many links were followed."""
        todo, done = parts[::-1], list(start)
        base = str(self.root).rstrip("/")
        while todo:
            part = todo.pop()
            if part == "..":
                done = done[:-1]
                continue
            here = base + "/" + "/".join([*done, part])
            try:
                target = os.readlink(here)
            except OSError as error:
                if error.errno in (errno.EINVAL, errno.ENOENT):
                    done.append(part)
                    continue
                raise self._translate(error, path) from error
            links += 1
            if links > MAX_LINKS:
                raise UnreadableError(Reason.REFUSED, f"{path} goes through more than {MAX_LINKS} symbolic links")
            if target.startswith("/"):
                done = []
            todo += [p for p in target.split("/") if p and p != "."][::-1]
        return tuple(done), links

    @staticmethod
    def _translate(error: OSError, path: str) -> Exception:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return AbsentError(path)
        if error.errno in (errno.EACCES, errno.EPERM):
            return UnreadableError(Reason.PRIVILEGE, f"{path} is not readable for this user; run as root to see it")
        if error.errno in (errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO, errno.EISDIR):
            return UnreadableError(Reason.REFUSED, f"{path}: {error.strerror}")
        return UnreadableError(Reason.UNSUPPORTED, f"{path}: {error.strerror}")


def _elevated() -> bool:
    """Root, or on Windows an administrator whose token says so (not run on a real Windows yet)."""
    if hasattr(os, "geteuid"):
        return os.geteuid() == 0
    import ctypes

    windows = getattr(ctypes, "windll", None)
    return windows is not None and bool(windows.shell32.IsUserAnAdmin())


def file_kind(mode: int) -> str:
    for test, name in (
        (stat.S_ISREG, "file"), (stat.S_ISDIR, "dir"), (stat.S_ISLNK, "link"), (stat.S_ISFIFO, "fifo"),
        (stat.S_ISSOCK, "socket"), (stat.S_ISBLK, "device"), (stat.S_ISCHR, "device"),
    ):  # fmt: skip
        if test(mode):
            return name
    return "other"
