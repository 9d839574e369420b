"""DKIM keys under known selectors, RFC 6376 and RFC 8463."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from agent.looking.looked import UnreadableError
from agent.probes.dns.ask import Ask
from shieldwall.checks.fact import unseen
from shieldwall.checks.outcome import Reason

USUAL: Final = (
    "default", "dkim", "google", "k1", "k2", "k3", "key1", "mail", "mx", "s1", "s2", "selector1", "selector2",
    "fm1", "fm2", "protonmail", "zoho", "mailjet", "smtp",
)  # fmt: skip
"""Guesses: names that mail systems and providers are known to use. Written from memory; no provider publishes a list to
hold them against, and a firm whose selector is another names it."""
STRONG_BITS: Final = 2048


@dataclass(frozen=True, slots=True)
class Key:
    selector: str
    kind: str
    """rsa | ed25519 | other"""
    bits: int
    """0 when the key cannot be read."""
    revoked: bool
    testing: bool
    """t=y: receivers treat the mail as unsigned."""

    @property
    def strong(self) -> bool:
        if self.revoked or self.testing:
            return False
        return self.bits >= {"rsa": STRONG_BITS, "ed25519": 1}.get(self.kind, self.bits + 1)


@dataclass(frozen=True, slots=True)
class Dkim:
    domain: str
    keys: list[Key]
    strong: Any
    """Whether a strong key is published; unseen when no selector is known and the usual ones hold none."""
    detail: str = ""


def look(domain: str, selectors: Sequence[str], ask: Ask) -> Dkim:
    """Raises UnreadableError when no selector could be asked for."""
    keys: list[Key] = []
    trouble: UnreadableError | None = None
    for selector in dict.fromkeys((*selectors, *USUAL)):
        try:
            texts = ask(f"{selector}._domainkey.{domain}", "TXT").texts()
        except UnreadableError as error:
            trouble = error
            continue
        key = read_key(selector, texts)
        if key is not None:
            keys.append(key)
    if any(key.strong for key in keys):
        return Dkim(domain, keys, True)
    if trouble is not None:
        raise trouble
    if keys or selectors:
        return Dkim(domain, keys, False)
    return Dkim(domain, keys, unseen(Reason.UNSUPPORTED), "no usual selector holds a key; name yours with --selector")


def read_key(selector: str, texts: Sequence[str]) -> Key | None:
    """None when these TXT records hold no key record."""
    for text in texts:
        tags = {n.strip(): v.strip() for n, equals, v in (part.partition("=") for part in text.split(";")) if equals}
        if "p" not in tags or tags.get("v", "DKIM1") != "DKIM1":
            continue
        kind = tags.get("k", "rsa").lower()
        data = "".join(tags["p"].split())
        flags = [flag.strip() for flag in tags.get("t", "").split(":")]
        known = kind if kind in ("rsa", "ed25519") else "other"
        return Key(selector, known, _bits(kind, data), not data, "y" in flags)
    return None


def _bits(kind: str, text: str) -> int:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return 0
    if kind == "ed25519":
        return 256 if len(data) == 32 else 0
    try:
        key = load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        return 0
    return key.key_size if isinstance(key, RSAPublicKey) else 0
