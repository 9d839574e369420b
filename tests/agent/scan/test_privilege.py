"""What an ordinary user cannot see is unknown, on the machine that runs the tests. Run as root to compare two users."""

import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime

from agent import probes
from agent.looking.host import Host
from agent.scan.collect import Progress
from agent.scan.result import ScanResult
from agent.scan.run import judged, look
from shieldwall.checks.outcome import Outcome, Reason
from shieldwall.packs.pack import load_pack
from shieldwall.packs.policy import whole_library

NOBODY = 65534
SLOW = {"walk", "updates", "netscan"}
"""Seconds on a machine with many files; their privileges are tested on small trees of their own."""
QUIET: Progress = lambda name, done, of: None  # noqa: E731


@contextlib.contextmanager
def ordinary_user() -> Iterator[None]:
    """Nobody in particular, where that can be done; else whoever runs the tests."""
    if os.geteuid() != 0:
        yield
        return
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def test_an_ordinary_user_and_root_never_contradict_each_other() -> None:
    pack = load_pack()
    whole = whole_library(pack)
    quick = [item.check.id for item in whole.selected if SLOW.isdisjoint(k.probe for k in item.bound.keys())]  # noqa: SIM118
    policy = whole.only(quick)
    for name in probes.MODULES:
        probes.load(name)

    def result(host: Host) -> ScanResult:
        snapshot = look(policy, host, None, QUIET)
        return judged(policy, pack, snapshot, {}, run="", now=datetime.now(UTC))

    mine = result(Host())
    with ordinary_user():
        theirs = result(Host(elevated=False))
    assert not mine.having(Outcome.ERROR) and not theirs.having(Outcome.ERROR)
    flips = {
        before.check.id: (before.outcome, after.outcome)
        for before, after in zip(mine.items, theirs.items, strict=True)
        if {before.outcome, after.outcome} == {Outcome.PASS, Outcome.FAIL}
    }
    assert flips == {}
    lost = [a for b, a in zip(mine.items, theirs.items, strict=True) if b.outcome is not a.outcome]
    assert {(item.outcome, item.reason) for item in lost} <= {(Outcome.UNKNOWN, Reason.PRIVILEGE)}
