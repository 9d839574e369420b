"""Whether a package brought a file (dpkg only; other package managers are not read)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.package.files import packages_of
from shieldwall.checks.fact import unseen
from shieldwall.checks.outcome import Reason


def ownership(host: Host, paths: Collection[str]) -> Callable[[str], Any]:
    """For each of `paths`: True, False, or the mark of why nobody can say."""
    try:
        known = packages_of(host, paths)
    except AbsentError:
        return lambda path: unseen(Reason.UNSUPPORTED)
    except UnreadableError as error:
        reason = error.reason
        return lambda path: unseen(reason)
    return lambda path: path in known
