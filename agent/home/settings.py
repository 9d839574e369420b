"""The firm's own settings, `config.yaml` in the agent's home. All of it is optional."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shieldwall.checks.vocabulary import ROLES
from shieldwall.encoding.cursor import Cursor
from shieldwall.errors import ConfigError
from shieldwall.language import LANGUAGES

RANGES: Final = 256
DEVICES: Final = 4_096
DOMAINS: Final = 100
SELECTORS: Final = 50
SCANS_KEPT: Final = 400
"""A year of daily scans and some by hand."""
KEYS: Final = (
    "role", "policy", "ranges", "public_ranges_confirmed", "devices", "domains", "parked_domains",
    "dkim_selectors", "hosts", "keep_scans", "language",
)  # fmt: skip
DOMAIN: Final = re.compile(r"([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?![0-9]+\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Settings:
    role: str | None = None
    """workstation | server; None: told from the host."""
    policy: str | None = None
    """The policy of `scan` when none is named there."""
    ranges: tuple[str, ...] = ()
    """Networks in CIDR form that the firm declares as its own."""
    public_ranges_confirmed: tuple[str, ...] = ()
    """Those of `ranges` that are public and that somebody confirmed to be the firm's."""
    domains: tuple[str, ...] = ()
    """Domains of the firm that send mail or serve pages."""
    parked_domains: tuple[str, ...] = ()
    """Domains of the firm that send no mail."""
    dkim_selectors: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    """Further websites below the domains."""
    keep_scans: int = SCANS_KEPT
    language: str | None = None
    """Of reports for people, a key of LANGUAGES."""
    devices: tuple[str, ...] | None = None
    """Addresses of the inventory of devices, each an address or a range; None when there is no inventory."""


def load_settings(path: Path) -> Settings:
    """Defaults when there is no file. Raises ConfigError with file, line and key for what it does not understand."""
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    if not data.strip():
        return Settings()
    from shieldwall.packs.library import read_yaml

    fields = read_yaml(data, str(path)).fields((), KEYS)
    return Settings(
        role=fields["role"].choice(ROLES) if "role" in fields else None,
        policy=fields["policy"].text() if "policy" in fields else None,
        ranges=_texts(fields, "ranges", RANGES, _network),
        public_ranges_confirmed=_texts(fields, "public_ranges_confirmed", RANGES, _network),
        devices=_texts(fields, "devices", DEVICES, _network) if "devices" in fields else None,
        domains=_texts(fields, "domains", DOMAINS, domain_name),
        parked_domains=_texts(fields, "parked_domains", DOMAINS, domain_name),
        dkim_selectors=_texts(fields, "dkim_selectors", SELECTORS, selector_name),
        hosts=_texts(fields, "hosts", DOMAINS, domain_name),
        keep_scans=fields["keep_scans"].integer(2, 100_000) if "keep_scans" in fields else SCANS_KEPT,
        language=fields["language"].choice(LANGUAGES) if "language" in fields else None,
    )


def _texts(fields: dict[str, Cursor], key: str, most: int, read: Callable[[str], str]) -> tuple[str, ...]:
    if key not in fields:
        return ()
    items = fields[key].items()
    if len(items) > most:
        raise fields[key].error(f"at most {most} entries, found {len(items)}")
    out = []
    for item in items:
        try:
            out.append(read(item.text()))
        except ValueError as error:
            raise item.error(str(error)) from error
    return tuple(out)


def _network(text: str) -> str:
    return str(ipaddress.ip_network(text, strict=False))


def selector_name(text: str) -> str:
    """Raises ValueError."""
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", text):
        raise ValueError(f"not a DKIM selector: '{text[:80]}'")
    return text.lower()


def domain_name(text: str) -> str:
    """As name servers write it: IDNA, small letters, no final dot. Raises ValueError."""
    name = text.strip().rstrip(".").encode("idna").decode("ascii").lower()
    if not DOMAIN.fullmatch(name) or len(name) > 253:
        raise ValueError(f"not a domain name: '{text[:80]}'")
    return name
