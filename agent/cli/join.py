"""`shieldwall join`"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import click

from agent.cli.session import session
from shieldwall.errors import UsageError

_LONGEST_NAME: Final = 120
"""An invitation is longer than any sensible file name."""


@click.command()
@click.argument("file", required=False, metavar="[FILE|-]")
@click.option("--replace", is_flag=True, help="Enrol anew with a new invitation: after a restore, a move or a loss.")
@click.option("--keep-file", is_flag=True, help="Do not delete FILE afterwards.")
def join(file: str | None, replace: bool, keep_file: bool) -> int:
    """Join your cluster with the invitation its manager gave you.

    The invitation is a secret: it is read from FILE, from standard input (-), or asked for, never from the command
    line. FILE is deleted once it has been used. Nothing about this host is sent but a new public key.
    """
    from agent import enrol, identity
    from agent.cli.output import put
    from agent.transport import HttpTransport
    from shieldwall.enrolment import NONCE_BYTES
    from shieldwall.invitation import parse_invitation

    here = session()
    invitation = parse_invitation(_read(file))
    machine = identity.read_machine(here.home)
    here.tell(f"joining {invitation.url}")
    with HttpTransport(invitation.url) as transport:
        done = enrol.join(here.home, invitation, machine, transport, os.urandom(NONCE_BYTES), replace=replace)
    if file not in (None, "-") and not keep_file:
        Path(str(file)).unlink(missing_ok=True)
        here.tell(f"{file} was used up and is deleted")
    put(f"Joined {done.enrolment.aud} as {done.enrolment.agent}.\nKey in words: {done.fingerprint}\n")
    if done.pending:
        put("Your cluster manager sees the same words, compares them with you and approves; then you can submit.\n")
    put("Next: `shieldwall show --payload` prints what would be sent, `shieldwall submit` sends it.\n")
    return 0


def _read(file: str | None) -> str:
    if file is None:
        return str(click.prompt("Invitation", hide_input=True, err=True))
    if file == "-":
        return sys.stdin.read(10_000)
    path = Path(file)
    if len(file) > _LONGEST_NAME and os.sep not in file:
        raise UsageError(
            "an invitation on the command line is visible to every user of this machine and stays in the shell's "
            "history; run `shieldwall join` and paste it, or put it into a file"
        )
    try:
        with path.open(encoding="utf-8", errors="replace") as opened:
            return opened.read(10_000)
    except OSError as error:
        raise UsageError(f"cannot read the invitation {path}: {error.strerror}") from error
