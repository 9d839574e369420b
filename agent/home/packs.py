"""Which checks this host is audited by: the program's own, or a newer pack that was verified, looked at and taken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.home.config import Home
from shieldwall import __version__
from shieldwall.encoding import canonical, record
from shieldwall.errors import ConfigError, IntegrityError, PackError
from shieldwall.limits import PACK_WARN_DAYS
from shieldwall.packs.pack import NAME, Pack, load_pack

if TYPE_CHECKING:  # every scan asks for the pack in use, and few firms have taken one
    from shieldwall.packs.bundle import Bundle, Difference

DAY: Final = 86_400
_LATER: Final[dict[str, object]] = {"min_agent": "", "needs": ""}
"""Members that files written before they existed lack."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A pack in use; its bytes lie in `trust/packs` under their hash."""

    version: str
    digest: str
    """Of the pack."""
    file: str
    """SHA-256 of the bytes."""


@dataclass(frozen=True, slots=True)
class PackState:
    """`trust/packs.json`."""

    taken: Taken | None = None
    held: str = ""
    """Digest of a pack the firm does not want for now."""
    checked: int = 0
    """Unix time of the last verified look at what is signed."""
    issued: int = 0
    """When people last signed; the clock cannot be earlier."""
    min_agent: str = ""
    """The oldest agent the cluster understands, as people signed it; empty before the first look."""
    needs: str = ""
    """The agent that the newest pack on offer needs, when this one is older."""


@dataclass(frozen=True, slots=True)
class Offer:
    bundle: Bundle
    data: bytes
    change: Difference
    held: bool


def load_state(home: Home) -> PackState:
    """Raises ConfigError when the file is damaged."""
    try:
        data = _state_file(home).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return PackState()
    try:
        members = canonical.decode(data)
        return record.from_value(PackState, {**_LATER, **members} if isinstance(members, dict) else members)
    except IntegrityError as error:
        raise ConfigError(
            f"{_state_file(home)} is damaged ({error}); move it away and run `shieldwall update`"
        ) from error


def save_state(home: Home, state: PackState) -> None:
    from agent.home.identity import write_private

    home.trust.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(_state_file(home), canonical.encode(record.to_value(state)), replace=True)


def pack_in_use(home: Home) -> Pack:
    """The pack that was taken, unless the program's own is as new. Raises ConfigError, and PackError for our own."""
    own = home.cache if home.path.is_dir() else None
    taken = load_state(home).taken
    if taken is None:
        return load_pack(own)
    from shieldwall.packs.bundle import newer, reopen_bundle

    if not newer(taken.version, __version__):
        return load_pack(own)
    try:
        data = _file(home, taken.file).read_bytes()
    except OSError as error:
        raise ConfigError(
            f"the pack {taken.version} that was taken cannot be read ({error.strerror}); run `shieldwall update`"
        ) from error
    if canonical.digest(data) != taken.file:
        raise ConfigError(f"the pack {taken.version} that was taken was changed on disk; run `shieldwall update`")
    return reopen_bundle(data, taken.digest)


def offered(home: Home, bundles: tuple[bytes, ...], addition: bytes = b"") -> Offer | None:
    """The newest of these packs, with the cluster's addition, that is newer than the one in use; and what it changes.

    Raises ConfigError when it asks for a newer agent, PackError for an addition that would look at a host.
    """
    from shieldwall.packs.addition import extended, open_addition
    from shieldwall.packs.bundle import difference, encode_bundle, newer, open_bundle

    in_use = _usable(home)
    best: tuple[Bundle, bytes] | None = None
    for data in bundles:
        bundle = open_bundle(data)
        if addition and bundle.pack.name == NAME:
            bundle = extended(bundle, open_addition(addition))
            data = encode_bundle(bundle)
        if bundle.pack.name == NAME and newer(bundle.pack.version, (best[0].pack if best else in_use).version):
            best = bundle, data
    if best is None:
        return None
    bundle, data = best
    if newer(bundle.min_agent, __version__):
        save_state(home, replace(load_state(home), needs=bundle.min_agent))
        raise ConfigError(
            f"the pack {bundle.pack.version} needs agent {bundle.min_agent}, this is {__version__}; upgrade the agent. "
            f"{in_use.name} {in_use.version} stays in use"
        )
    return Offer(bundle, data, difference(in_use, bundle.pack), bundle.pack.digest == load_state(home).held)


def _usable(home: Home) -> Pack:
    """The pack in use, or the program's own where the one that was taken was lost: to take another mends that."""
    try:
        return pack_in_use(home)
    except PackError:
        raise
    except ConfigError:
        return load_pack(home.cache)


def take(home: Home, offer: Offer) -> None:
    """Audit by it from now on: bytes first, then the one file that says so."""
    from agent.home.identity import write_private

    name = canonical.digest(offer.data)
    _file(home, name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(_file(home, name), offer.data, replace=True)
    pack = offer.bundle.pack
    before = load_state(home)
    save_state(home, replace(before, taken=Taken(pack.version, pack.digest, name), held=""))
    for old in _file(home, name).parent.iterdir():
        if old.name != name:
            old.unlink(missing_ok=True)


def hold(home: Home, offer: Offer) -> None:
    save_state(home, replace(load_state(home), held=offer.bundle.pack.digest))


def checked(home: Home, now: int, issued: int, min_agent: str) -> None:
    """Remember that everything was verified just now."""
    before = load_state(home)
    latest = max(before.issued, issued)
    save_state(home, replace(before, checked=max(now, issued), issued=latest, min_agent=min_agent, needs=""))


def too_old(home: Home) -> str:
    """What to tell when this agent is older than the cluster understands, as people signed it; empty otherwise."""
    from shieldwall.checks.expectation.version import compare

    wanted = load_state(home).min_agent
    if not wanted or compare(wanted, __version__) <= 0:
        return ""
    return (
        f"the cluster understands agents from {wanted} on, this is {__version__}: upgrade the agent. Audits go on, and "
        "what they find is kept and sent afterwards"
    )


def stale_days(home: Home, now: int) -> int:
    """Days since signatures were last verified, once they are too many; 0 otherwise, and where none ever were."""
    last = load_state(home).checked
    days = (now - last) // DAY if last else 0
    return days if days > PACK_WARN_DAYS else 0


def _state_file(home: Home) -> Path:
    return home.trust / "packs.json"


def _file(home: Home, name: str) -> Path:
    return home.trust / "packs" / name
