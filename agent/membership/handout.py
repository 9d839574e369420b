"""One file with invitations for many hosts of a firm: every host takes one of its own, also when all take at once.

A line is claimed by making a file named after the invitation's id in the folder `FILE.taken`, which only one host can
do, on a local disk and on a share alike (O_EXCL). Nothing about the host is written there.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shieldwall.errors import ConfigError, UsageError
from shieldwall.limits import INVITATION_CHARS
from shieldwall.membership.invitation import Invitation, parse_invitation

LINES: Final = 10_000
"""Hosts of one firm; a file beyond that is none of ours."""
HANDOUT_CHARS: Final = LINES * INVITATION_CHARS
CLAIMED, REFUSED = b"claimed\n", b"refused\n"


@dataclass(frozen=True, slots=True)
class Handout:
    path: Path
    invitations: tuple[Invitation, ...]

    def take(self, mine: bytes | None) -> Invitation:
        """The invitation this host began with before (its id is `mine`), else one that nobody took.

        Raises UsageError when all are taken, ConfigError when the folder beside the file cannot be written.
        """
        for invitation in self.invitations:
            if invitation.id == mine and self._state(invitation) != REFUSED:
                return invitation
        for invitation in self.invitations:
            if self._claim(invitation):
                return invitation
        raise UsageError(
            f"all {len(self.invitations)} invitations in {self.path} are taken; ask your cluster manager for more"
        )

    def refused(self, invitation: Invitation) -> None:
        """The cluster does not take this one: nobody needs to try it again."""
        self._place(invitation).write_bytes(REFUSED)

    def _claim(self, invitation: Invitation) -> bool:
        place = self._place(invitation)
        try:
            place.parent.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
        except FileExistsError:
            return False
        except OSError as error:
            raise ConfigError(
                f"cannot mark an invitation as taken in {place.parent}: {error.strerror}; let hosts write there"
            ) from error
        with os.fdopen(handle, "wb") as file:
            file.write(CLAIMED)
        return True

    def _state(self, invitation: Invitation) -> bytes:
        try:
            return self._place(invitation).read_bytes()
        except OSError:
            return b""

    def _place(self, invitation: Invitation) -> Path:
        return self.path.with_name(self.path.name + ".taken") / invitation.id.hex()


def read_handout(path: Path, text: str) -> Handout | None:
    """None when `text` is a single invitation, perhaps broken into lines by a mail. Raises UsageError."""
    lines = _lines(text)
    if len(lines) < 2:
        return None
    if len(lines) > LINES:
        raise UsageError(f"{path} has more than {LINES} lines; that is no list of invitations")
    try:
        parse_invitation(text)
    except UsageError:
        return Handout(path, tuple(parse_invitation(line) for line in lines))
    return None


def _lines(text: str) -> Sequence[str]:
    return [line for line in (line.strip() for line in text.splitlines()) if line and not line.startswith("#")]
