"""`shieldwall join`"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from agent.cli.session import Session, session
from agent.membership.handout import HANDOUT_CHARS
from shieldwall.errors import UsageError

if TYPE_CHECKING:
    from agent.membership.enrol import Joined
    from agent.membership.handout import Handout
    from shieldwall.membership.invitation import Invitation

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

    With many invitations in FILE, one a line, every host takes one of its own, also when all take at once; the file
    stays, and the folder FILE.taken beside it says which are gone.
    """
    from agent.cli.output import put
    from agent.membership.handout import read_handout
    from shieldwall.membership.invitation import parse_invitation

    here = session()
    text = _read(file)
    handout = read_handout(Path(str(file)), text) if file not in (None, "-") else None
    if handout is not None:
        done = _one_of(here, handout, replace)
    else:
        done = _join(here, parse_invitation(text), replace)
        if file not in (None, "-") and not keep_file:
            Path(str(file)).unlink(missing_ok=True)
            here.tell(f"{file} was used up and is deleted")
    put(f"Joined {done.enrolment.aud} as {done.enrolment.agent}.\nKey in words: {done.fingerprint}\n")
    if done.pending:
        put("Your cluster manager sees the same words, compares them with you and approves; then you can submit.\n")
    put("Next: `shieldwall show --payload` prints what would be sent, `shieldwall submit` sends it.\n")
    return 0


def _join(here: Session, invitation: Invitation, replace: bool) -> Joined:
    from agent.delivery.transport import HttpTransport
    from agent.home import identity
    from agent.membership import enrol
    from shieldwall.membership.enrolment import NONCE_BYTES

    machine = identity.read_machine(here.home)
    here.tell(f"joining {invitation.url}")
    with HttpTransport(invitation.url) as transport:
        return enrol.join(here.home, invitation, machine, transport, os.urandom(NONCE_BYTES), replace=replace)


def _one_of(here: Session, handout: Handout, replace: bool) -> Joined:
    """With the first invitation that no other host took and that the cluster still takes."""
    from agent.home.identity import read_enrolment
    from agent.membership.enrol import SpentError, begun

    if read_enrolment(here.home) is not None and not replace:
        return _join(here, handout.invitations[0], replace)
    while True:
        invitation = handout.take(begun(here.home))
        try:
            return _join(here, invitation, replace)
        except SpentError as error:
            handout.refused(invitation)
            here.warn(f"{error}; trying the next invitation in {handout.path}")


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
            return opened.read(HANDOUT_CHARS)
    except OSError as error:
        raise UsageError(f"cannot read the invitation {path}: {error.strerror}") from error
