"""Whose SSH keys open which account: kinds, lengths and the rights of the files. Keys themselves stay here."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.account.entries import USERS, User, users
from agent.probes.config import sshd
from agent.probes.config.base import numbered
from agent.probes.config.sshd.keywords import KEYWORDS
from agent.probes.config.sshd.match import Connection
from shieldwall.checks.fact import Fact, unseen

KINDS: Final = {
    "ssh-rsa": "rsa", "ssh-dss": "dsa", "ssh-ed25519": "ed25519", "ecdsa-sha2-nistp256": "ecdsa",
    "ecdsa-sha2-nistp384": "ecdsa", "ecdsa-sha2-nistp521": "ecdsa", "sk-ssh-ed25519@openssh.com": "ed25519-sk",
    "sk-ecdsa-sha2-nistp256@openssh.com": "ecdsa-sk",
}  # fmt: skip
BITS: Final = {"ed25519": 256, "ed25519-sk": 256, "ecdsa-sk": 256}
MODULUS_AT: Final = {"rsa": 2, "dsa": 1}
"""Which string of the blob is the number whose length counts (RFC 4253, 6.6): after e for RSA, p for DSA."""


def ssh_keys(host: Host) -> Fact:
    """A list of {user, path, mode, dir_mode, own, keys: [{type, bits}]}, one for each file of authorized keys.

    `own`: file and folder belong to the user or to root. A file that cannot be seen is a mark in the list.
    """
    patterns = _patterns(host)
    value: list[Any] = []
    for user in users(host):
        for path in dict.fromkeys(_expanded(pattern, user) for pattern in patterns):
            try:
                value.append(_file(host, user, path))
            except AbsentError:
                continue
            except UnreadableError as error:
                value.append(unseen(error.reason))
    return Fact.known(value, source=USERS)


def _patterns(host: Host) -> list[str]:
    """AuthorizedKeysFile as sshd has it, its default where sshd's configuration cannot be used."""
    try:
        file = next((path for path in sshd.FILES if host.exists(path)), None)
        found = sshd.effective(host, file, Connection()).value["authorizedkeysfile"]
    except UnreadableError:
        found = KEYWORDS["authorizedkeysfile"].default
    return [name for name in found if name != "none"]


def _expanded(pattern: str, user: User) -> str:
    text = pattern.replace("%%", "\0").replace("%h", user.home).replace("%u", user.name).replace("%U", str(user.uid))
    text = text.replace("\0", "%")
    return text if text.startswith("/") else f"{user.home.rstrip('/')}/{text}"


def _file(host: Host, user: User, path: str) -> dict[str, Any]:
    info, folder = host.stat(path), host.stat(path.rpartition("/")[0] or "/")
    return {
        "user": user.name,
        "path": path,
        "mode": f"{info.mode:04o}",
        "dir_mode": f"{folder.mode:04o}",
        "own": info.uid in (0, user.uid) and folder.uid in (0, user.uid),
        "keys": list(_keys(host.text(path))),
    }


def _keys(text: str) -> Iterator[dict[str, Any]]:
    """Each line holds options, a type, the key and a remark (sshd(8), AUTHORIZED_KEYS FILE FORMAT)."""
    for _, line in numbered(text):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        for word, following in pairwise(words):
            if word in KINDS:
                yield {"type": KINDS[word], "bits": _bits(KINDS[word], following)}
                break


def _bits(kind: str, text: str) -> int:
    """The length of the key in bits, 0 when it is damaged and opens nothing."""
    if kind in BITS:
        return BITS[kind]
    try:
        blob = base64.b64decode(text, validate=True)
        parts: list[bytes] = []
        while blob and len(parts) < 8:
            (size,) = struct.unpack(">I", blob[:4])
            parts.append(blob[4 : 4 + size])
            blob = blob[4 + size :]
        if kind == "ecdsa":
            return int(parts[1].removeprefix(b"nistp"))
        return int.from_bytes(parts[MODULUS_AT[kind]], "big").bit_length()
    except (binascii.Error, struct.error, IndexError, ValueError):
        return 0
