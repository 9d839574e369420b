"""One at a time: a lock file that the kernel frees when its holder dies, however it dies."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from shieldwall.errors import ConfigError, UsageError


class BusyError(UsageError):
    """Another process holds the lock."""


@contextlib.contextmanager
def locked(path: Path, *, wait: bool = False, what: str = "scan") -> Iterator[None]:
    """Hold the lock at `path`. Without `wait`, raises BusyError when another process holds it."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError as error:
        raise ConfigError(f"cannot use the lock file {path}: {error.strerror}") from error
    try:
        if not _take(handle, wait):
            raise BusyError(
                f"another {what} is running (lock {path}); wait until it ends, or look with `ps` whether it hangs"
            )
        yield
    finally:
        os.close(handle)


def _take(handle: int, wait: bool) -> bool:
    try:
        import fcntl
    except ImportError:
        return _take_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _take_windows(handle: int) -> bool:
    import importlib

    msvcrt = importlib.import_module("msvcrt")
    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True
