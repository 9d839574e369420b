"""`shieldwall leave`"""

from __future__ import annotations

import uuid

import click

from agent.cli.session import session


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def leave(yes: bool) -> int:
    """Withdraw this host from its cluster.

    The cluster stops taking statements from it and forgets its open results at the end of the period at the latest.
    History, evidence and the old key stay on this host; the key is set aside, never deleted.
    """
    from agent.cli.output import put
    from agent.delivery.transport import HttpTransport
    from agent.home import identity
    from agent.membership import enrol

    here = session()
    who = identity.load_identity(here.home, identity.read_machine(here.home))
    if not yes:
        click.confirm(f"Leave {who.enrolment.aud}?", abort=True, err=True)
    with HttpTransport(who.enrolment.url) as transport:
        enrol.leave(here.home, who, transport, lambda: str(uuid.uuid4()))
    put(f"This host has left {who.enrolment.aud}. To come back, ask for a new invitation.\n")
    return 0
