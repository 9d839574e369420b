"""Killing a process at a chosen step of its work: before or after its nth call that leaves a trace outside of it.

A step is a call of the interpreter into the operating system or a database driver, seen by the profiling hook of a
process that exists for this. The program under test has no hook of its own and does not know.

    steps = count(act, *args)             # runs to its end
    for step in range(steps): crashed(act, *args, at=step)

`act` must be importable: it runs in a process of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext, ForkServerProcess
from types import FrameType
from typing import Any

import pytest

DURABLE = frozenset(
    {"commit", "execute", "executemany", "executescript", "fsync", "rename", "replace", "link", "unlink", "remove",
     "rmdir", "mkdir", "chmod", "truncate", "ftruncate", "write", "write_row", "sendall", "send"}
)  # fmt: skip
"""Calls after which something is in a file, in a database or on the wire that was not there before."""


def context() -> ForkServerContext:
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["aggregating", "doomed"])
    with pytest.MonkeyPatch.context() as patch:
        # The server of Python 3.11 forgets the path it is given and then preloads nothing, in silence.
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
        forkserver.ensure_running()
    return made


class Steps:
    """Counts steps from `arm` on in every thread, and kills the process at one of them."""

    def __init__(self, counter: Any, at: int) -> None:
        # Not a lock between processes: one that is killed would keep it.
        self._counter, self._at, self._armed, self._turn = counter, at, False, threading.Lock()

    def install(self) -> None:
        threading.setprofile(self._look)
        sys.setprofile(self._look)

    def arm(self) -> None:
        self._armed = True

    def _look(self, frame: FrameType, event: str, arg: Any) -> None:
        if not self._armed:
            return
        if event in ("c_call", "c_return"):
            name = arg.__name__
        elif event in ("call", "return") and "psycopg" in frame.f_code.co_filename:
            name = frame.f_code.co_name
        else:
            return
        if name in DURABLE:
            with self._turn:
                self._counter.value += 1
                if self._counter.value - 1 == self._at:
                    os.kill(os.getpid(), signal.SIGKILL)


def _run(counter: Any, at: int, act: Callable[..., None], args: tuple[Any, ...]) -> None:
    steps = Steps(counter, at)
    steps.install()
    steps.arm()
    act(*args)


def _serve(counter: Any, at: int, act: Callable[..., None], args: tuple[Any, ...]) -> None:
    """For servers: `act` is told how to say that it is ready; steps count from then on."""
    steps = Steps(counter, at)
    steps.install()
    act(steps.arm, *args)


class Doomed:
    """A process that will die at a step, or live when it never gets there."""

    def __init__(self, act: Callable[..., None], *args: Any, at: int = -1, server: bool = False) -> None:
        made = context()
        self._counter = made.RawValue("l", 0)
        self.process: ForkServerProcess = made.Process(
            target=_serve if server else _run, args=(self._counter, at, act, args), daemon=True
        )
        self.process.start()

    @property
    def steps(self) -> int:
        return int(self._counter.value)

    def end(self) -> bool:
        """Waits for the end; whether it was killed."""
        self.process.join(60)
        assert self.process.exitcode in (0, -signal.SIGKILL), self.process.exitcode
        return self.process.exitcode != 0

    def kill(self) -> None:
        self.process.kill()
        self.process.join()


def count(act: Callable[..., None], *args: Any) -> int:
    """How many steps it takes when nothing happens to it."""
    whole = Doomed(act, *args)
    assert not whole.end()
    return whole.steps


def crashed(act: Callable[..., None], *args: Any, at: int) -> None:
    """Run it until the step. A run that ended before, because it took fewer steps this time, has not failed."""
    Doomed(act, *args, at=at).end()


def chosen(steps: int, most: int) -> list[int]:
    """All of them, or `most` spread evenly: the first and the last always."""
    if steps <= most:
        return list(range(steps))
    return sorted({round(turn * (steps - 1) / (most - 1)) for turn in range(most)})
