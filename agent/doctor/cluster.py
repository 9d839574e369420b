"""Whether this host and its cluster still understand each other."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from agent.delivery.transport import Transport
from agent.doctor.finding import Finding, Level
from agent.doctor.refused import ANEW, refused
from agent.home.config import Home
from shieldwall.errors import DeliveryError, ShieldwallError

if TYPE_CHECKING:
    from agent.delivery.outbox import Outbox
    from agent.home.identity import Enrolment

Connect = Callable[[str], AbstractContextManager[Transport]]
"""Opens a transport to an address."""

CLOCK_BEHIND: Final = timedelta(hours=1)
_MINUTE: Final = "%Y-%m-%d %H:%M"
OLD_DAYS: Final = 7
"""A statement that waited longer went past many turns."""


def cluster(home: Home, now: datetime, connect: Connect | None) -> Iterator[Finding]:
    """`connect` opens a transport to an address; None asks no network."""
    if not home.enrolment.exists():
        yield Finding(Level.GOOD, "cluster", "not joined; everything works without")
        return
    from agent.delivery import outbox
    from agent.delivery.outbox import Outbox
    from agent.home.identity import load_identity, read_machine
    from agent.home.store import disk_at_fault, opened

    if home.key.exists() and stat.S_IMODE(home.key.stat().st_mode) & 0o077:
        yield Finding(Level.BAD, "cluster", "nothing is sent while others may read the key", f"chmod 600 {home.key}")
        return
    try:
        identity = load_identity(home, read_machine(home))
        with opened(home, outbox.SCHEMA) as db:
            box = Outbox(db, identity)
            head, found = box.head(), list(_outbox(box, now))
    except ShieldwallError as error:
        if home.database.exists() and disk_at_fault(error, home.database):
            return
        yield Finding(Level.BAD, "cluster", f"{error}; with a new invitation of your cluster manager:", ANEW)
        return
    at = identity.enrolment
    yield Finding(Level.GOOD, "cluster", f"joined {at.aud} as {at.agent}")
    floor = datetime.fromtimestamp(head.floor, UTC)
    if now < floor - CLOCK_BEHIND:
        words = f"the clock says {now:{_MINUTE}}, yet the cluster answered at {floor:{_MINUTE}}"
        yield Finding(Level.BAD, "clock", words, "sudo timedatectl set-ntp true")
    yield from found
    if connect is not None:
        yield _connection(
            at, connect, f"the clock here says {now:{_MINUTE}}, the cluster last answered at {floor:{_MINUTE}}"
        )


def _outbox(box: Outbox, now: datetime) -> Iterator[Finding]:
    from agent.delivery.outbox import State

    head, waiting, dropped = box.head(), box.items(State.WAITING), box.items(State.DROPPED)
    if head.blocked:
        words = f"sending has stopped ({head.blocked}): restored or cloned? With a new invitation:"
        yield Finding(Level.BAD, "outbox", words, ANEW)
        return
    if head.trouble:
        yield refused(head.trouble)
    elif waiting:
        days = max((now - datetime.fromtimestamp(min(item.made for item in waiting), UTC)).days, 0)
        level = Level.BAD if head.failures or days >= OLD_DAYS else Level.NOTE
        words = f"{len(waiting)} waiting, the oldest for {days} days; {head.failures} failed attempts"
        yield Finding(level, "outbox", f"{words} since the last success", "shieldwall submit")
    if dropped:
        words = f"it was full: the {len(dropped)} oldest were dropped, and the cluster will be told so with the next"
        yield Finding(Level.BAD, "outbox", words, "shieldwall submit")
    if aside := box.items(State.QUARANTINED):
        words = f"{len(aside)} the cluster does not take ({aside[-1].problem}); a gap takes their place with the next"
        yield Finding(Level.BAD, "outbox", words, "shieldwall scan --fail-on never && shieldwall submit")


def _connection(at: Enrolment, connect: Connect, times: str) -> Finding:
    """times: what tells a wrong clock from a wrong certificate."""
    from shieldwall.log.checkpoint import open_checkpoint

    try:
        with connect(at.url) as transport:
            answer = transport.get("/v1/log/checkpoint")
    except DeliveryError as error:
        if type(error.__cause__).__name__ == "SSLError":
            words = f"no trusted connection to {at.url}: {_distrust(error, times)}"
            return Finding(Level.BAD, "certificate", words, "timedatectl; then tell your cluster manager")
        words = f"{at.url} does not answer; network, proxy or the server is down"
        return Finding(Level.BAD, "connection", words, f"curl --head {at.url}/healthz")
    try:
        open_checkpoint(answer.body.decode(), origin=at.aud, log_key=at.log_key())
    except (ShieldwallError, UnicodeDecodeError):
        words = f"what answers at {at.url} (HTTP {answer.status}) is not your cluster: a proxy, a portal, a mistake"
        return Finding(Level.BAD, "connection", words, f"curl {at.url}/v1/log/checkpoint")
    return Finding(Level.GOOD, "connection", f"{at.url} answers, and is your cluster")


def _distrust(error: BaseException, times: str) -> str:
    """Why, as OpenSSL says it (X509_V_ERR_*, x509_vfy.h), from below what requests and urllib3 wrap around it."""
    import ssl

    inner: object = error
    while isinstance(inner, BaseException) and not isinstance(inner, ssl.SSLCertVerificationError):
        inner = getattr(inner, "reason", None) or inner.__cause__ or (inner.args[0] if inner.args else None)
    told = {
        9: f"its certificate is not valid yet, or this host's clock is behind ({times})",
        10: f"its certificate has expired, or this host's clock is ahead ({times})",
        18: "its certificate is signed by itself alone",
        62: "its certificate is for another name",
    }
    code = inner.verify_code if isinstance(inner, ssl.SSLCertVerificationError) else 0
    return told.get(code, f"its certificate or this host's clock is wrong ({times})")
