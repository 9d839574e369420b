"""Found first by a process that is to die of it: counts its steps, and kills it at the one SHIELDWALL_DOOM names."""

import os
import sys

if sys.orig_argv[1:4] == ["-P", "-m", os.environ["SHIELDWALL_DOOMED"]]:
    from types import SimpleNamespace

    from crashing import Steps

    class Told(SimpleNamespace):
        """A counter that leaves its value behind, whatever ends the process."""

        def __setattr__(self, name: str, value: object) -> None:
            super().__setattr__(name, value)
            descriptor = os.open(os.environ["SHIELDWALL_DOOM_STEPS"], os.O_WRONLY | os.O_CREAT)
            os.pwrite(descriptor, b"%08d" % int(str(value)), 0)
            os.close(descriptor)

    steps = Steps(Told(value=0), int(os.environ["SHIELDWALL_DOOM"]))
    steps.install()
    steps.arm()
