"""The algorithms OpenSSH 9.2 knows and offers, and what the list modifiers make of them (kex_assemble_names)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from agent.probes.config.sshd.syntax import matches_list


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CIPHERS: Final = _names("""
    3des-cbc aes128-cbc aes192-cbc aes256-cbc aes128-ctr aes192-ctr aes256-ctr aes128-gcm@openssh.com
    aes256-gcm@openssh.com chacha20-poly1305@openssh.com
""")
OFFERED_CIPHERS: Final = _names("""
    chacha20-poly1305@openssh.com aes128-ctr aes192-ctr aes256-ctr aes128-gcm@openssh.com aes256-gcm@openssh.com
""")

MACS: Final = _names("""
    hmac-sha1 hmac-sha1-96 hmac-sha2-256 hmac-sha2-512 hmac-md5 hmac-md5-96 umac-64@openssh.com
    umac-128@openssh.com hmac-sha1-etm@openssh.com hmac-sha1-96-etm@openssh.com hmac-sha2-256-etm@openssh.com
    hmac-sha2-512-etm@openssh.com hmac-md5-etm@openssh.com hmac-md5-96-etm@openssh.com umac-64-etm@openssh.com
    umac-128-etm@openssh.com
""")
OFFERED_MACS: Final = _names("""
    umac-64-etm@openssh.com umac-128-etm@openssh.com hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com
    hmac-sha1-etm@openssh.com umac-64@openssh.com umac-128@openssh.com hmac-sha2-256 hmac-sha2-512 hmac-sha1
""")

KEX: Final = _names("""
    diffie-hellman-group1-sha1 diffie-hellman-group14-sha1 diffie-hellman-group14-sha256
    diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group-exchange-sha1
    diffie-hellman-group-exchange-sha256 ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521
    curve25519-sha256 curve25519-sha256@libssh.org sntrup761x25519-sha512 sntrup761x25519-sha512@openssh.com
""")
OFFERED_KEX: Final = _names("""
    sntrup761x25519-sha512 sntrup761x25519-sha512@openssh.com curve25519-sha256 curve25519-sha256@libssh.org
    ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521 diffie-hellman-group-exchange-sha256
    diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group14-sha256
""")
NEWER_KEX: Final = ("mlkem768x25519-sha256",)
"""Known since OpenSSH 9.9; a 9.2 refuses it."""

KEYS: Final = _names("""
    ssh-ed25519 ssh-ed25519-cert-v01@openssh.com sk-ssh-ed25519@openssh.com sk-ssh-ed25519-cert-v01@openssh.com
    ecdsa-sha2-nistp256 ecdsa-sha2-nistp256-cert-v01@openssh.com ecdsa-sha2-nistp384
    ecdsa-sha2-nistp384-cert-v01@openssh.com ecdsa-sha2-nistp521 ecdsa-sha2-nistp521-cert-v01@openssh.com
    sk-ecdsa-sha2-nistp256@openssh.com sk-ecdsa-sha2-nistp256-cert-v01@openssh.com
    webauthn-sk-ecdsa-sha2-nistp256@openssh.com ssh-dss ssh-dss-cert-v01@openssh.com ssh-rsa
    ssh-rsa-cert-v01@openssh.com rsa-sha2-256 rsa-sha2-256-cert-v01@openssh.com rsa-sha2-512
    rsa-sha2-512-cert-v01@openssh.com
""")
SHORT_KEYS: Final = ("ed25519", "ed25519-sk", "ecdsa", "ecdsa-sk", "rsa", "dsa")
"""Accepted as names and never expanded."""
OFFERED_CA: Final = _names("""
    ssh-ed25519 ecdsa-sha2-nistp256 ecdsa-sha2-nistp384 ecdsa-sha2-nistp521 sk-ssh-ed25519@openssh.com
    sk-ecdsa-sha2-nistp256@openssh.com rsa-sha2-512 rsa-sha2-256
""")
OFFERED_KEYS: Final = (
    *(f"{name.removesuffix('@openssh.com')}-cert-v01@openssh.com" for name in OFFERED_CA),
    *OFFERED_CA,
)

GSS_KEX: Final = _names("""
    gss-group14-sha256- gss-group16-sha512- gss-nistp256-sha256- gss-curve25519-sha256- gss-group14-sha1-
    gss-gex-sha1-
""")
"""Debian's patch."""
GSS_KEX_VALID: Final = (*GSS_KEX, "gss-group1-sha1-", "gss-nistp384-sha384-", "gss-nistp521-sha512-")


@dataclass(frozen=True, slots=True)
class Family:
    known: tuple[str, ...]
    """In the order in which a pattern expands."""
    offered: tuple[str, ...]
    """When the configuration says nothing."""
    also: tuple[str, ...] = ()
    """Names that are valid and not listed."""
    patterns: bool = False
    """Whether a plain list may hold patterns."""


FAMILIES: Final[dict[str, Family]] = {
    "ciphers": Family(CIPHERS, OFFERED_CIPHERS),
    "macs": Family(MACS, OFFERED_MACS),
    "kexalgorithms": Family((*KEX, *NEWER_KEX), OFFERED_KEX),
    "hostkeyalgorithms": Family(KEYS, OFFERED_KEYS, SHORT_KEYS, patterns=True),
    "pubkeyacceptedalgorithms": Family(KEYS, OFFERED_KEYS, SHORT_KEYS, patterns=True),
    "hostbasedacceptedalgorithms": Family(KEYS, OFFERED_KEYS, SHORT_KEYS, patterns=True),
    "casignaturealgorithms": Family(KEYS, OFFERED_CA, SHORT_KEYS, patterns=True),
}


def valid(family: Family, text: str) -> bool:
    """Whether sshd takes the word. It looks no further than an empty name, and at nothing behind "-"."""
    if text.startswith("-"):
        return True
    names = text[1:] if text[0] in "+^" else text
    return bool(names) and all(_known(family, name) for name in takewhile(bool, names.split(",")))


def _known(family: Family, name: str) -> bool:
    if name in family.known or name in family.also or (family.patterns and name.lower() in family.also):
        return True
    return family.patterns and any(matches_list(known, name) != 0 for known in family.known)


def assembled(family: Family, text: str) -> list[str]:
    """The final list. Empty when nothing is left, which sshd refuses; so it does "!" in a list of its own.

    When "-" removes everything, sshd falls back to its defaults.
    """
    if text.startswith("+"):
        names = [*family.offered, *text[1:].split(",")]
    elif text.startswith("-"):
        return [name for name in family.offered if matches_list(name, text[1:]) != 1] or list(family.offered)
    elif text.startswith("^"):
        names = [*text[1:].split(","), *family.offered]
    else:
        names = text.split(",")
    if any(name.startswith("!") for name in names):
        return []
    out: dict[str, None] = {}
    for pattern in names:
        out.update(dict.fromkeys(known for known in family.known if matches_list(known, pattern) == 1))
    return list(out)
