"""Whether the checks in use can be read, are signed of late, and are meant for this agent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from agent.doctor.finding import Finding, Level
from agent.doctor.refused import UPGRADE
from agent.home.config import Home
from shieldwall import __version__
from shieldwall.errors import ConfigError, PackError, ShieldwallError


def checks(home: Home, now: datetime) -> Iterator[Finding]:
    from agent.home import packs
    from agent.membership import trust

    try:
        state = packs.load_state(home)
    except ConfigError as error:
        file = home.trust / "packs.json"
        yield Finding(Level.BAD, "checks", str(error), f"mv {file} {file}.broken && shieldwall update --yes")
        return
    yield _pack(home)
    if told := packs.too_old(home):
        yield Finding(Level.BAD, "checks", told, UPGRADE)
    if state.needs:
        words = f"the newest checks of your cluster need agent {state.needs}, this is {__version__}; the old ones stay"
        yield Finding(Level.BAD, "checks", words, UPGRADE)
    ends = trust.ends(home)
    if ends is not None and ends < now:
        words = f"what your cluster's people signed counted until {ends:%Y-%m-%d}, and nothing newer was seen"
        yield Finding(Level.BAD, "trust", f"{words}; if that does not help, tell the manager", "shieldwall update")
    elif days := packs.stale_days(home, int(now.timestamp())):
        words = f"nobody looked for {days} days whether your cluster has newer checks"
        yield Finding(Level.NOTE, "trust", words, "shieldwall update")


def _pack(home: Home) -> Finding:
    from agent.home.packs import pack_in_use
    from shieldwall.packs.policy import load_policy

    try:
        pack = pack_in_use(home)
        for name in pack.policies:
            load_policy(pack, name)
    except PackError as error:
        return Finding(Level.BAD, "checks", str(error), "shieldwall lint")
    except ShieldwallError as error:
        return Finding(Level.BAD, "checks", str(error), "shieldwall update --yes")
    words = f"{pack.name} {pack.version}: {len(pack.checks)} checks, {len(pack.policies)} policies, {pack.digest[:12]}"
    return Finding(Level.GOOD, "checks", words)
