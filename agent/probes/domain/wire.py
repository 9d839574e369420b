"""TCP connections to servers of the firm's domains: bounded in time and size, and told apart by how they fail."""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass

from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.domain.look import Budget, Look, permitted
from shieldwall.checks.outcome import Reason


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server by name, at one of its addresses."""

    name: str
    address: str
    port: int

    def __str__(self) -> str:
        return f"{self.name} ({self.address}:{self.port})"


class Wire:
    """One connection under one deadline; every step waits at most until then."""

    def __init__(self, sock: socket.socket, end: float, where: str) -> None:
        self.socket, self._end, self._where = sock, end, where

    def send(self, data: bytes) -> None:
        self._step()
        try:
            self.socket.sendall(data)
        except TimeoutError as error:
            raise self._slow() from error

    def receive(self, most: int = 1 << 14) -> bytes:
        """b"" at the end. Raises OSError when the other side broke the connection."""
        self._step()
        try:
            return self.socket.recv(most)
        except TimeoutError as error:
            raise self._slow() from error

    def secure(self, context: ssl.SSLContext, name: str) -> ssl.SSLSocket:
        """TLS from here on. Raises ssl.SSLError, OSError."""
        self._step()
        try:
            secured = context.wrap_socket(self.socket, server_hostname=name)
        except TimeoutError as error:
            raise self._slow() from error
        self.socket = secured
        return secured

    def _step(self) -> None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise self._slow()
        self.socket.settimeout(left)

    def _slow(self) -> UnreadableError:
        return UnreadableError(Reason.TIMEOUT, f"{self._where} did not answer in time")


@contextlib.contextmanager
def connected(end: Endpoint, look: Look, budget: Budget, tries: float = 1.0) -> Iterator[Wire]:
    """A connection to the server. Raises AbsentError when the port is closed, UnreadableError when nobody answers.

    tries   how many times the usual time one connection may take
    """
    seconds = budget.left(look.try_seconds * tries)
    stop = time.monotonic() + seconds
    try:
        sock = socket.create_connection((permitted(end.address, look), end.port), timeout=seconds)
    except ConnectionRefusedError as error:
        raise AbsentError(f"{end} is closed") from error
    except TimeoutError as error:
        raise UnreadableError(Reason.TIMEOUT, f"{end} did not answer within {seconds:.1f} s") from error
    except OSError as error:
        raise unreachable(error, end) from error
    wire = Wire(sock, stop, str(end))
    try:
        yield wire
    finally:
        wire.socket.close()


def unreachable(error: OSError, end: Endpoint) -> UnreadableError:
    if error.errno in (errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return UnreadableError(Reason.UNSUPPORTED, f"{end}: this host has no way there ({error.strerror})")
    return UnreadableError(Reason.TIMEOUT, f"{end} cannot be reached ({error.strerror})")
