"""`shieldwall submit`"""

from __future__ import annotations

import time

import click

from agent.cli.session import session


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be sent; send and store nothing.")
@click.option("--background", is_flag=True, help="For timers: quiet, and patient after failures.")
def submit(dry_run: bool, background: bool) -> int:
    """Send the latest audit and whatever else waits in the outbox.

    Only outcomes leave this host; `shieldwall show --payload` prints the exact bytes. What could not be delivered is
    kept and goes out next time (exit code 4); what the cluster refused says what to do (exit code 5).
    """
    from agent.cli.delivery import make_rim, replaced, sent
    from agent.cli.output import put
    from agent.delivery.outbox import Outbox, State
    from agent.delivery.transport import HttpTransport
    from agent.home import identity
    from agent.home.packs import too_old
    from agent.home.store import opened
    from agent.membership.rotate import due
    from agent.submission.latest import SCHEMAS, latest_draft, place_latest
    from shieldwall.errors import RefusedError
    from shieldwall.limits import BACKOFF_MAX_SECONDS

    here = session()
    here.quiet = here.quiet or background
    machine = identity.read_machine(here.home)
    who = identity.load_identity(here.home, machine)
    with opened(here.home, *SCHEMAS) as db:
        box = Outbox(db, who)
        if dry_run:
            draft, waiting = latest_draft(db), box.items(State.WAITING)
            new = 0 if any(item.run == draft.run.id for item in box.items(*State)) else 1
            put(f"Would send {len(waiting) + new} messages to {who.enrolment.url}; nothing was sent.\n")
            return 0
        now, head = int(time.time()), box.head()
        if told := too_old(here.home):
            place_latest(db, box, now)
            raise RefusedError(told)
        if background and now < head.not_before <= now + BACKOFF_MAX_SECONDS:
            return 0
        with HttpTransport(who.enrolment.url) as transport:
            rim = make_rim(here, transport)
            if not head.blocked and box.rotation() is not None:
                who = replaced(here, db, who, machine, rim)
                box = Outbox(db, who)
            if not head.blocked:
                place_latest(db, box, now)
            who, done = sent(here, db, who, rim)
            if done.failure is None and not done.waiting and due(who.enrolment, now):
                replaced(here, db, who, machine, rim)
    for item in done.put_aside:
        here.warn(f"statement {item.seq} was refused ({item.problem}) and put aside")
    if not background:
        rest = f", {done.waiting} still wait" if done.waiting else ""
        put(f"{len(done.sent)} delivered{rest}.\n")
    if done.failure is not None:
        raise done.failure
    return 0
