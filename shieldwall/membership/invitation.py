"""An invitation: what a cluster manager hands to one firm for one slot. It carries a secret and is never an argument
of a command line or a variable of the environment."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from shieldwall.encoding import canonical
from shieldwall.errors import IntegrityError, UsageError
from shieldwall.limits import INVITATION_CHARS

ID_BYTES = 10
SECRET_BYTES = 32
KEY_BYTES = 32
_VERSION = 1
_URL = re.compile(r"(https://[a-z0-9.-]+|http://(127\.0\.0\.1|localhost|\[::1\]))(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?")
"""Plain HTTP only to this very machine."""
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Invitation:
    url: str
    """The aggregator's address, without a slash at the end."""
    sk: bytes
    """SHA-256 of the aggregator's raw log key."""
    id: bytes
    secret: bytes
    root: bytes | None = None
    """SHA-256 of the TUF root."""

    def encode(self) -> str:
        if not _URL.fullmatch(self.url) or len(self.id) != ID_BYTES or len(self.secret) != SECRET_BYTES:
            raise ValueError(f"an invitation cannot carry {self.url!r} or an id or secret of this length")
        members: dict[str, object] = {
            "v": _VERSION,
            "url": self.url.rstrip("/"),
            "sk": _text(self.sk),
            "id": _text(self.id),
            "secret": _text(self.secret),
        }
        if self.root is not None:
            members["root"] = _text(self.root)
        return _text(canonical.encode(members))


def valid_url(url: str) -> bool:
    """Whether an agent would speak to this address."""
    return _URL.fullmatch(url) is not None


def parse_invitation(text: str) -> Invitation:
    """Spaces and line breaks that a mail added are ignored. Raises UsageError that says what to do."""
    packed = "".join(text.split())
    if not packed:
        raise UsageError("The invitation is empty. Paste the text you got from your cluster manager.")
    if len(packed) > INVITATION_CHARS or not _ALPHABET.fullmatch(packed):
        raise UsageError("This is not an invitation: it is one word of letters, digits, - and _. Copy it again, alone.")
    try:
        members = canonical.decode(_bytes(packed))
    except IntegrityError as error:
        raise UsageError("The invitation is damaged or cut off. Copy the whole text again.") from error
    if not isinstance(members, dict) or "v" not in members:
        raise UsageError("This is not an invitation. Copy the text you got from your cluster manager again.")
    if members["v"] != _VERSION:
        raise UsageError("This invitation is for a newer version of Shieldwall. Upgrade the agent, then join again.")
    return _invitation(members)


def _invitation(members: dict[str, Any]) -> Invitation:
    unknown = members.keys() - {"v", "url", "sk", "id", "secret", "root"}
    url = members.get("url")
    if unknown or not isinstance(url, str) or not _URL.fullmatch(url):
        raise UsageError("The invitation names no address this agent will use (https only). Ask for a new one.")
    return Invitation(
        url.rstrip("/"),
        _exact(members, "sk", KEY_BYTES),
        _exact(members, "id", ID_BYTES),
        _exact(members, "secret", SECRET_BYTES),
        _exact(members, "root", KEY_BYTES) if "root" in members else None,
    )


def _exact(members: dict[str, Any], name: str, length: int) -> bytes:
    value = members.get(name)
    try:
        data = _bytes(value) if isinstance(value, str) else b""
    except IntegrityError:
        data = b""
    if len(data) != length:
        raise UsageError(f"The invitation's member {name} is damaged. Copy the whole text again or ask for a new one.")
    return data


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise IntegrityError(f"not base64url: {error}") from error
    if _text(data) != text:
        raise IntegrityError("not canonical base64url")
    return data
