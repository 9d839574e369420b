"""A child process that ends, as by kill -9, before the n-th line it runs in chosen source files."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

KILLED = 9
_CONTEXT = multiprocessing.get_context("forkserver")


def preload(*modules: str) -> None:
    """What every child has imported when it starts; counts for the whole process, so name all at once."""
    _CONTEXT.set_forkserver_preload(["killed", *modules])


def killed_at(line: int, files: tuple[str, ...], work: Callable[..., None], *arguments: Any) -> bool:
    """Run `work(*arguments)` in a child; whether it ended before its time. files: ends of paths."""
    child = _CONTEXT.Process(target=_run, args=(line, files, work, arguments))
    child.start()
    child.join(60)
    assert child.exitcode in (0, KILLED), child.exitcode
    return child.exitcode == KILLED


def _run(line: int, files: tuple[str, ...], work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    left = line

    def lines(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if left < 0:
                os._exit(KILLED)
        return lines

    def calls(frame: FrameType, event: str, argument: Any) -> Any:
        return lines if frame.f_code.co_filename.endswith(files) else None

    sys.settrace(calls)
    work(*arguments)
    sys.settrace(None)
