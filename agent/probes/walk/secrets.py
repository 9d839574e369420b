"""Whether a file holds a private key. The answer leaves this module, the content never does."""

from __future__ import annotations

from typing import Any

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from shieldwall.checks.fact import unseen
from shieldwall.limits import KIB

KEY_BYTES = 64 * KIB
"""A file with a chain of certificates and a key stays below."""


def is_private_key(host: Host, path: str) -> Any:
    """True, False, or the mark of why nobody can say (a file that this user cannot read is at least not public)."""
    try:
        return b"PRIVATE KEY-----" in host.read(path, KEY_BYTES)
    except AbsentError:
        return False
    except UnreadableError as error:
        return unseen(error.reason)
