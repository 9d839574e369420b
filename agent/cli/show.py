"""`shieldwall show`"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from agent.cli.session import session

if TYPE_CHECKING:
    import sqlite3

    from agent.delivery.outbox import Outbox
    from agent.home.identity import Identity


@click.command()
@click.option("--payload", is_flag=True, help="Print the exact bytes of the latest audit that leave, or would leave.")
@click.option("--envelope", is_flag=True, help="With --payload: as signed and sent, once it has been signed.")
def show(payload: bool, envelope: bool) -> int:
    """What the cluster knows of this host: whom it belongs to, what was sent, what waits.

    With --payload nothing is stored and nothing is sent; it works before joining too.
    """
    from agent.cli.output import put
    from agent.delivery.outbox import Outbox
    from agent.home import identity
    from agent.home.store import opened
    from agent.submission.latest import SCHEMAS

    here = session()
    enrolled = identity.read_enrolment(here.home) is not None
    who = identity.load_identity(here.home, identity.read_machine(here.home)) if enrolled else None
    if who is None and not payload:
        put("This agent belongs to no cluster; nothing has left this host.\n")
        return 0
    with opened(here.home, *SCHEMAS) as db:
        box = Outbox(db, who) if who is not None else None
        if payload:
            text, note = _payload(db, box, envelope)
            put(text + "\n")
            here.tell(note)
        elif who is not None and box is not None:
            put(_summary(who, box))
    return 0


def _payload(db: sqlite3.Connection, box: Outbox | None, sealed: bool) -> tuple[str, str]:
    """The text and what to say about it."""
    from agent.delivery.outbox import State
    from agent.submission.latest import NOWHERE, latest_draft
    from shieldwall.encoding.envelope import peek
    from shieldwall.errors import UsageError

    draft = latest_draft(db)
    items = box.items(*State) if box is not None else []
    kept = next((item for item in items if item.run == draft.run.id and item.envelope is not None), None)
    if kept is not None and kept.envelope is not None:
        text = kept.envelope if sealed else peek(kept.envelope).payload
        return text.decode(), f"these bytes are signed and {kept.state}"
    if sealed:
        raise UsageError("the latest audit is not signed yet; `shieldwall submit` signs and sends it")
    if box is None:
        return draft.at(NOWHERE, None).encode().decode(), "a preview: aud, agent and prev are known after joining"
    return draft.at(box.preview(), box.head().seen).encode().decode(), "a preview: not signed, not stored, not sent"


def _summary(who: Identity, box: Outbox) -> str:
    from agent.delivery.outbox import State
    from shieldwall.membership.fingerprint import six_words

    head, at = box.head(), who.enrolment
    counts = {state: len(box.items(state)) for state in State}
    last = datetime.fromtimestamp(head.floor, UTC).strftime("%Y-%m-%d %H:%M UTC")
    lines = [
        f"Cluster       {at.aud} at {at.url}",
        f"Agent         {at.agent}, key {at.epoch}: {six_words(who.key.public_key())}",
        f"Delivered     {counts[State.DELIVERED]}, last receipt {last}",
        f"Waiting       {counts[State.WAITING]}",
        f"Lost          {counts[State.DROPPED] + counts[State.COVERED]} (their digests are kept and reported)",
        f"Put aside     {counts[State.QUARANTINED]}",
        f"Log seen      {head.seen.size} leaves, root {head.seen.root}" if head.seen else "Log seen      none yet",
    ]
    if head.blocked:
        lines.append(f"STOPPED       {head.blocked}; `shieldwall submit` says what to do")
    return "\n".join(lines) + "\n"
