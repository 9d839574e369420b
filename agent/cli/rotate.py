"""`shieldwall rotate`"""

from __future__ import annotations

import click

from agent.cli.session import session


@click.command()
def rotate() -> int:
    """Replace this agent's key by a fresh one, vouched for by the old.

    Happens by itself once a year; do it by hand when somebody may have read the key. Interrupted, it can be typed
    again until it is done. The old key stays in the agent's home under another name.
    """
    from agent.cli.delivery import make_rim, replaced
    from agent.cli.output import put
    from agent.delivery.transport import HttpTransport
    from agent.home import identity
    from agent.home.store import opened
    from agent.submission.latest import SCHEMAS
    from shieldwall.membership.fingerprint import six_words

    here = session()
    machine = identity.read_machine(here.home)
    who = identity.load_identity(here.home, machine)
    with opened(here.home, *SCHEMAS) as db, HttpTransport(who.enrolment.url) as transport:
        after = replaced(here, db, who, machine, make_rim(here, transport))
    put(f"Key {after.enrolment.epoch} in words: {six_words(after.key.public_key())}\n")
    return 0
