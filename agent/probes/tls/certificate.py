"""The certificate a server shows: whether the system trusts it, for which names, until when, with which key."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.domain.wire import Endpoint, Wire
from shieldwall.checks.outcome import Reason


@dataclass(frozen=True, slots=True)
class Certificate:
    trusted: bool
    """A chain to an authority that the system trusts, complete as the server sends it, and in its time."""
    problem: str
    """Why not, in the words of OpenSSL; "" when trusted."""
    matches: bool
    """The name that was asked for stands in it."""
    names: list[str]
    not_after: str
    """RFC 3339."""
    days_left: int
    key: str
    """rsa | ec | other"""
    bits: int
    hash: str
    """Of the signature."""
    sound: bool
    """RSA of at least 2048 bits or a curve, signed with SHA-2."""


def context(*, verify: bool, ca_file: Path | None = None, oldest: bool = True) -> ssl.SSLContext:
    """A context that talks to old servers too, so that a handshake fails for the certificate and nothing else."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
    if verify and ca_file is not None:
        made.load_verify_locations(ca_file)
    elif verify:
        made.load_default_certs()
    if oldest:
        made.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            made.minimum_version = ssl.TLSVersion.TLSv1
    return made


@contextmanager
def handshake_errors(end: Endpoint) -> Iterator[None]:
    """Failures that say nothing about the certificate. Raises UnreadableError for them."""
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", None) or error.strerror or str(error)
        raise UnreadableError(Reason.UNSUPPORTED, f"{end}: the TLS handshake failed ({reason})") from error
    except AbsentError as error:
        raise UnreadableError(Reason.TIMEOUT, f"{end} stopped answering") from error


def look(end: Endpoint, open_wire: Any, name: str, now: datetime, ca_file: Path | None) -> Certificate:
    """open_wire() gives a context manager of a Wire on which TLS may begin. Raises UnreadableError."""
    with handshake_errors(end), open_wire() as wire:
        assert isinstance(wire, Wire)
        der = wire.secure(context(verify=False), name).getpeercert(binary_form=True)
    if not der:
        raise UnreadableError(Reason.UNSUPPORTED, f"{end} shows no certificate")
    problem = ""
    try:
        with handshake_errors(end), open_wire() as wire:
            wire.secure(context(verify=True, ca_file=ca_file), name)
    except ssl.SSLCertVerificationError as error:
        problem = error.verify_message or "not trusted"
    return describe(der, name, now, problem)


def describe(der: bytes, name: str, now: datetime, problem: str) -> Certificate:
    """Raises UnreadableError for a certificate that cannot be read."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            certificate = x509.load_der_x509_certificate(der)
            names = _names(certificate)
            key = certificate.public_key()
            algorithm = certificate.signature_hash_algorithm
            until = certificate.not_valid_after_utc
    except Exception as error:
        raise UnreadableError(Reason.PARSE, f"a certificate that cannot be read ({type(error).__name__})") from error
    kind, bits = "other", 0
    if isinstance(key, rsa.RSAPublicKey):
        kind, bits = "rsa", key.key_size
    elif isinstance(key, ec.EllipticCurvePublicKey):
        kind, bits = "ec", key.key_size
    elif isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
        kind, bits = "ec", 256
    signed = algorithm.name if algorithm is not None else "sha512"
    sound = (kind == "ec" or (kind == "rsa" and bits >= 2048)) and signed not in ("md5", "sha1")
    return Certificate(
        not problem, problem, any(matches(pattern, name) for pattern in names), names[:20],
        until.astimezone(UTC).isoformat(), (until - now).days, kind, bits, signed, sound,
    )  # fmt: skip


def matches(pattern: str, name: str) -> bool:
    """RFC 6125: equal, or a first label of `*` for exactly one label."""
    pattern, name = pattern.lower().rstrip("."), name.lower().rstrip(".")
    if not pattern.startswith("*."):
        return pattern == name
    return pattern.count(".") > 1 and "." in name and name.partition(".")[2] == pattern[2:]


def _names(certificate: Any) -> list[str]:
    from cryptography import x509

    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name) for name in found.get_values_for_type(x509.DNSName)]
