"""Run as a program: the agent in a process that believes it runs on Windows, without the modules Windows lacks.

Python itself stays the one of this machine. What is shown is that nothing the agent imports stands in the way, and what
it makes of what winreg says; not that it works on a real Windows.
"""

from __future__ import annotations

import asyncio  # noqa: F401
import os
import selectors  # noqa: F401
import subprocess  # noqa: F401
import sys
import tempfile  # noqa: F401
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import click  # noqa: F401
import psutil  # noqa: F401
import rich  # noqa: F401
import sqlite_utils  # noqa: F401

MISSING = {"fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "syslog", "crypt", "spwd"}
UNIX_ONLY = ("O_CLOEXEC", "O_NONBLOCK", "O_NOCTTY", "O_NOFOLLOW", "O_DIRECTORY", "fchmod", "geteuid", "getuid", "uname",
             "killpg", "setsid", "nice")  # fmt: skip
HERE = Path(__file__).parent


class Lacking:
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


class Locking:
    """Of msvcrt, the Windows way to lock a file."""

    LK_NBLCK = 2

    @staticmethod
    def locking(handle: int, mode: int, size: int) -> None: ...


def main() -> None:
    sys.path[:0] = [str(HERE.parent), str(HERE)]
    import windows_systems as systems
    import winreg_stand_in
    from windows_tree import ANN

    words = systems.LANGUAGES["de"]
    software = {**systems.software(words), "Policies\\Closed": {"V": 1}}
    winreg_stand_in.fill({"SYSTEM": systems.system(words), "SOFTWARE": software, "Person": systems.PERSON}, ANN)
    winreg_stand_in.CLOSED.add("hklm\\software\\microsoft\\windows defender\\exclusions\\paths")
    sys.modules["winreg"] = winreg_stand_in
    sys.modules["msvcrt"] = Locking  # type: ignore[assignment]
    for name in MISSING:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, Lacking())  # type: ignore[arg-type]
    for name in UNIX_ONLY:
        delattr(os, name)
    sys.platform = "win32"
    for name in [name for name in sys.modules if name.partition(".")[0] in ("agent", "shieldwall")]:
        del sys.modules[name]
    from agent.cli import main as program

    program(sys.argv[1:])


if __name__ == "__main__":
    main()
