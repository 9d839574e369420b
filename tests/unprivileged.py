"""One look as an ordinary user when the suite runs as root, and one test as if by root when an ordinary user runs it."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

NOBODY = 65534


def as_nobody(look: Callable[[], Any]) -> Any:
    """What `look` returns (plain JSON) in a child process that has given up every privilege."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            with os.fdopen(writing, "w") as out:
                json.dump(look(), out)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text)


def with_owners(test: Callable[..., None]) -> Callable[..., None]:
    """For a test that gives files to other accounts or makes devices: an ordinary user runs it below fakeroot(1).

    That keeps owners and devices in the memory of one daemon and shows them to every system call of the test; nothing
    but the bookkeeping of the file system differs from what root sees.
    """

    @functools.wraps(test)
    def run(*args: Any, **fixtures: Any) -> None:
        if os.geteuid() == 0:
            test(*args, **fixtures)
            return
        itself = os.environ["PYTEST_CURRENT_TEST"].rpartition(" (")[0]
        done = subprocess.run(
            ["fakeroot", sys.executable, "-m", "pytest", "-p", "no:cacheprovider", itself],
            cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0 and "1 passed" in done.stdout, f"{done.stdout}\n{done.stderr}"

    return run
