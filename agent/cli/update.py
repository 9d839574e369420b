"""`shieldwall update`"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from agent.cli.session import Session, session

if TYPE_CHECKING:
    from agent.delivery.transport import Transport
    from agent.home.identity import Enrolment
    from agent.home.packs import Offer
    from shieldwall.membership.trust import AggregatorTrust

_SHOWN: Final = 20
"""Ids in one line of the summary; the rest is counted."""

_FILE: Final = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.option("--yes", is_flag=True, help="Take what is offered without asking.")
@click.option("--hold", is_flag=True, help="Keep the present checks; do not ask about this version again.")
@click.option("--background", is_flag=True, help="For timers: take a pack that reads nothing new, else only tell.")
@click.option("--root", "root_file", type=_FILE, help="The cluster's root, from the manager's own hand.")
@click.option("--from", "url", default="", metavar="URL", help="Fetch from here; what is believed is signed anyway.")
def update(yes: bool, hold: bool, background: bool, root_file: Path | None, url: str) -> int:
    """Look for newer checks that your cluster's people signed, show what they change, and take them or not.

    A pack that looks at data no check looked at before is never taken without somebody's yes.
    """
    from agent.cli.output import put
    from agent.delivery.transport import HttpTransport
    from agent.home import identity, packs
    from agent.membership import trust
    from shieldwall.errors import UsageError

    here = session()
    here.quiet = here.quiet or background
    if root_file is not None:
        trust.set_anchor(here.home, root_file.read_bytes())
    enrolment = identity.read_enrolment(here.home)
    if enrolment is None and not url:
        raise UsageError("this agent belongs to no cluster; its checks come with the program")
    now = int(time.time())
    with HttpTransport(url or (enrolment.url if enrolment else "")) as transport:
        verified = trust.refresh(here.home, transport, now, _floor(here))
        packs.checked(here.home, now, verified.issued, verified.trust.min_agent)
        if enrolment is not None:
            _current(here)
            _move(here, enrolment, verified.trust, transport)
            _witnessed(here, verified.trust, transport, now)
    offer = packs.offered(here.home, verified.bundles, verified.addition)
    if offer is None:
        put("The checks in use are the newest.\n")
        return 0
    put(_told(offer))
    if hold:
        packs.hold(here.home, offer)
        put("Held back; `shieldwall update --yes` takes it after all.\n")
    elif _wanted(here, offer, yes=yes, background=background):
        packs.take(here.home, offer)
        put(f"Audits use {offer.bundle.pack.name} {offer.bundle.pack.version} from now on.\n")
    else:
        here.warn("the checks stay as they are; `shieldwall update --yes` takes the new ones, --hold says no")
    return 0


def _move(here: Session, at: Enrolment, trust: AggregatorTrust, transport: Transport) -> None:
    """Follow the cluster to a new address, or to a new server after the old one was lost."""
    from agent.delivery.outbox import SCHEMA
    from agent.home import identity
    from agent.home.store import opened
    from agent.membership.move import come_back, moved, succeeded
    from shieldwall.membership.enrolment import NONCE_BYTES

    after = moved(here.home, at, trust)
    if after.url != at.url:
        here.warn(f"the cluster answers at {after.url} from now on")
    if succeeded(after, trust):
        who = identity.load_identity(here.home, identity.read_machine(here.home))
        with opened(here.home, SCHEMA) as db:
            new = come_back(here.home, who, db, trust, transport, os.urandom(NONCE_BYTES))
        here.warn(f"the cluster's server was lost; this agent is known to the new one, {new.aud}, under its old key")


def _current(here: Session) -> None:
    """Raises RefusedError when the cluster does not understand this agent any more."""
    from agent.home.packs import too_old
    from shieldwall.errors import RefusedError

    if told := too_old(here.home):
        raise RefusedError(told)


def _witnessed(here: Session, trust: AggregatorTrust, transport: Transport, now: int) -> None:
    if not trust.witnesses:
        return
    from agent.delivery.outbox import SCHEMA, Outbox
    from agent.home import identity
    from agent.home.store import opened
    from agent.membership.witness import testimony

    who = identity.load_identity(here.home, identity.read_machine(here.home))
    with opened(here.home, SCHEMA) as db:
        seen = Outbox(db, who).head().seen
    found = testimony(who.enrolment, trust, seen, transport, now)
    if found is not None and (told := found.complaint()):
        here.warn(told)


def _wanted(here: Session, offer: Offer, *, yes: bool, background: bool) -> bool:
    if yes:
        return True
    if background:
        return not offer.held and not offer.change.probes
    if not sys.stdin.isatty():
        return False
    return click.confirm("Take it", default=False, err=True)


def _floor(here: Session) -> int:
    """The latest moment that has certainly passed: a receipt, a signature, this program's own making."""
    from agent.delivery.outbox import SCHEMA, Outbox
    from agent.doctor.examine import BUILT
    from agent.home import identity, packs
    from agent.home.identity import Identity
    from agent.home.store import opened

    known = [packs.load_state(here.home).issued, int(BUILT.timestamp())]
    enrolment = identity.read_enrolment(here.home)
    if enrolment is not None and here.home.key.exists():
        with opened(here.home, SCHEMA) as db:
            known.append(Outbox(db, Identity(enrolment, identity.load_key(here.home.key))).head().floor)
    return max(known)


def _told(offer: Offer) -> str:
    change, pack = offer.change, offer.bundle.pack
    lines = [f"{pack.name} {pack.version}: {len(pack.checks)} checks, signed by your cluster's people"]
    lines += [
        f"  {label:<9}{_list(ids)}"
        for label, ids in (("added", change.added), ("changed", change.changed), ("removed", change.removed))
        if ids
    ]
    if change.policies:
        lines.append(f"  policies {_list(change.policies)}")
    if change.probes:
        lines.append(f"  READS ANEW, what no check looked at before: {_list(change.probes)}")
    return "\n".join([*lines, ""])


def _list(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return f"{len(ids)}: {', '.join(ids[:_SHOWN])}{more}"
