"""Which protocol versions and suites a server takes, asked one ClientHello at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.domain.look import Budget, Look
from agent.probes.domain.rows import seen
from agent.probes.domain.wire import Endpoint, connected
from agent.probes.tls.hello import (
    VERSIONS,
    NotTlsError,
    ServerHello,
    client_hello,
    is_ssl2_hello,
    read_answer,
    ssl2_hello,
)
from agent.probes.tls.suites import STRONG, SUITES, SUITES_1_3, WEAK
from shieldwall.checks.outcome import Reason

ROUNDS: Final = 48
"""Suites found on one server; one that takes more is described well enough."""
FIRST_BYTES: Final = 1 << 14
GREASED: Final = (0x00FF,)
"""Secure renegotiation (RFC 5746), for servers that insist."""
ALL: Final = tuple(SUITES)


def versions(end: Endpoint, look: Look, budget: Budget) -> dict[str, Any]:
    """Version -> whether the server takes it, or the mark why that was not seen. Raises UnreadableError when no version
    is taken at all, for then nothing tells a server that refuses from one that is broken.
    """
    found: dict[str, Any] = {"ssl2": seen(lambda: _takes_ssl2(end, look, budget))}
    for name, code in VERSIONS.items():
        found[name] = seen(partial(_takes_version, end, code, look, budget))
    if not any(value is True for value in found.values()):
        for value in found.values():
            if isinstance(value, dict):
                raise UnreadableError(Reason(value["?"]), f"{end}: no version of TLS could be tried")
        raise UnreadableError(Reason.PARSE, f"{end} takes no version of TLS")
    return found


def suites(end: Endpoint, version: str, look: Look, budget: Budget) -> tuple[list[str], list[str]]:
    """(weak, strong) suites that the server takes at this version, in its order. Raises UnreadableError."""

    def ask(left: Sequence[int]) -> ServerHello | None:
        return takes(end, VERSIONS[version], (*left, *GREASED), look, budget)

    return _enumerated(WEAK, ask), _enumerated(STRONG, ask)


def takes(end: Endpoint, version: int, offered: Sequence[int], look: Look, budget: Budget) -> ServerHello | None:
    """The answer when the server takes this very version, None when it refuses. Raises UnreadableError."""
    data = _first_bytes(end, client_hello(end.name, version, offered), look, budget, _complete)
    try:
        hello = read_answer(data)
    except EOFError:
        return None
    except NotTlsError as error:
        raise UnreadableError(Reason.PARSE, f"{end} does not speak TLS: {error}") from error
    return hello if hello is not None and hello.version == version else None


def _enumerated(codes: Sequence[int], ask: Callable[[Sequence[int]], ServerHello | None]) -> list[str]:
    left, found = list(codes), list[str]()
    while left and len(found) < ROUNDS:
        hello = ask(left)
        if hello is None or hello.suite not in left:
            break
        left.remove(hello.suite)
        found.append(SUITES[hello.suite])
    return found


def _takes_version(end: Endpoint, version: int, look: Look, budget: Budget) -> bool:
    offered = SUITES_1_3 if version == VERSIONS["tls1_3"] else (*ALL, *GREASED)
    return takes(end, version, offered, look, budget) is not None


def _takes_ssl2(end: Endpoint, look: Look, budget: Budget) -> bool:
    return is_ssl2_hello(_first_bytes(end, ssl2_hello(), look, budget, lambda data: len(data) >= 7))


def _complete(data: bytes) -> bool:
    try:
        read_answer(data)
    except EOFError:
        return False
    except NotTlsError:
        return True
    return True


def _first_bytes(end: Endpoint, hello: bytes, look: Look, budget: Budget, enough: Callable[[bytes], bool]) -> bytes:
    """What the server says; less than `enough` when it hangs up. Raises UnreadableError when it stays silent."""
    data = b""
    try:
        with connected(end, look, budget) as wire:
            wire.send(hello)
            while not enough(data) and len(data) < FIRST_BYTES and (chunk := wire.receive()):
                data += chunk
    except AbsentError as error:
        raise UnreadableError(Reason.TIMEOUT, f"{end} stopped answering") from error
    except OSError:
        # hanging up is how some servers refuse a version; `versions` wants one that is taken before it believes that
        return data
    return data
