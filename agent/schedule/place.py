"""Putting a schedule in its place and taking it away again, whole or not at all."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from agent.schedule import KINDS
from agent.schedule.base import File, Plan, Where, scheduler
from shieldwall.errors import ConfigError, UsageError

COMMAND_SECONDS: Final = 60
Run = Callable[[Sequence[str]], None]
"""Runs one command of the scheduler; raises ConfigError when it fails."""


def run_command(words: Sequence[str]) -> None:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConfigError(f"`{' '.join(words)}` could not be run: {error}") from error
    if done.returncode:
        raise ConfigError(f"`{' '.join(words)}` failed: {done.stderr.strip()[-300:] or done.returncode}")


def install(kind: str, plan: Plan, where: Where, run: Run = run_command) -> tuple[File, ...]:
    """Put the files in place and start the timer; other kinds of schedule of this program are removed first.

    Raises ConfigError when that fails; nothing is then left behind. UsageError when only a person can do it.
    """
    chosen = scheduler(kind)
    if hand := chosen.by_hand(plan.system):
        raise UsageError(f"this schedule cannot be installed from here: print it with --print, then {hand}")
    uninstall(plan.system, where, run)
    files = chosen.files(plan, where)
    try:
        for file in files:
            _write(file)
        for words in chosen.start(plan.system):
            run(words)
    except ConfigError:
        for file in files:
            file.path.unlink(missing_ok=True)
        raise
    return files


def uninstall(system: bool, where: Where, run: Run = run_command) -> tuple[Path, ...]:
    """Stop and remove every schedule of this program; the files that were there. None is no error."""
    gone: list[Path] = []
    for kind in KINDS:
        chosen = scheduler(kind)
        present = installed_files(kind, system, where)
        if not present:
            continue
        before, after = chosen.stop(system)
        for words in before:
            run(words)
        for path in present:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise ConfigError(f"cannot remove {path}: {error.strerror}; run it as root") from error
            gone.append(path)
        for words in after:
            run(words)
    return tuple(gone)


def installed_files(kind: str, system: bool, where: Where) -> tuple[Path, ...]:
    """Those of this kind that lie where `install` puts them."""
    chosen = scheduler(kind)
    if chosen.by_hand(system):
        return ()
    return tuple(path for path in chosen.places(system, where) if path.is_file())


def _write(file: File) -> None:
    """Whole or not at all; a half-written unit is worse than none."""
    try:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(prefix=".shieldwall.", dir=file.path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(file.text)
            os.fchmod(out.fileno(), file.mode)
        Path(partial).replace(file.path)
    except OSError as error:
        raise ConfigError(f"cannot write {file.path}: {error.strerror}; run it as root") from error
