"""`shieldwall benchmark`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli.session import Session, session

if TYPE_CHECKING:
    from agent.identity import Enrolment
    from shieldwall.release import Release


@click.command()
@click.option("--release", "file", type=click.Path(dir_okay=False, path_type=Path), help="A release.json at hand.")
@click.option("--name", default="", metavar="NAME", help="An older release, such as 2026-Q3. [newest]")
@click.option("--all", "every", is_flag=True, help="Every check, not only those that fail here.")
@click.option("--audit", "attack", is_flag=True, help="Attack the release and those before it: is any firm exposed?")
@click.option(
    "--roster",
    "rosters",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --audit: a member list from your manager; may be repeated.",
)
def benchmark(file: Path | None, name: str, every: bool, attack: bool, rosters: tuple[Path, ...]) -> None:
    """Place this host's latest audit among the firms of your cluster. Worked out here; nothing is sent."""
    from agent import history
    from agent.benchmark import describe, fetch_release, open_release, place
    from agent.cli.output import put
    from agent.identity import read_enrolment
    from agent.store import opened
    from agent.transport import HttpTransport
    from shieldwall.errors import UsageError

    here = session()
    enrolment = read_enrolment(here.home)
    if enrolment is None:
        raise UsageError(
            "this agent belongs to no cluster, so it knows no key to check a release with; "
            "`shieldwall join` takes the invitation of your cluster"
        )
    if attack:
        _attack(enrolment, file, name, rosters)
        return
    if file is not None:
        envelope = file.read_bytes()
    else:
        with HttpTransport(enrolment.url) as transport:
            envelope = fetch_release(transport, name)
    release = open_release(envelope, enrolment.log_key(), enrolment.aud, enrolment.former)
    with opened(here.home, history.SCHEMA) as db:
        runs = history.recent(db, 1)
    if not runs:
        raise UsageError("there is no audit of this host to compare; `shieldwall scan` makes one")
    put("".join(f"{line}\n" for line in describe(place(release, runs[0]), every=every)))
    _counted(here, enrolment, release, file)


def _counted(here: Session, enrolment: Enrolment, release: Release, file: Path | None) -> None:
    """Whether this host is among the counted ones, once. Raises IntegrityError when it is there twice."""
    from agent.cli.output import put
    from agent.counted import check_counted, checkpoint_of, fetch_manifest, own_indices, told
    from agent.identity import Identity, load_key
    from agent.outbox import SCHEMA, Outbox
    from agent.store import opened
    from agent.transport import HttpTransport
    from shieldwall.errors import DeliveryError
    from shieldwall.manifest import FILE

    if not release.log.checkpoint:
        return
    origins = [(name, enrolment.log_key()) for name in (enrolment.aud, *enrolment.former)]
    with opened(here.home, SCHEMA) as db:
        own = own_indices(db)
        seen = Outbox(db, Identity(enrolment, load_key(here.home.key))).head().seen if file is None else None
    beside = file.with_name(FILE) if file is not None else None
    try:
        if beside is not None:
            found = beside.read_bytes() if beside.exists() else None
            checkpoint = checkpoint_of(release, origins, None, None)
        else:
            with HttpTransport(enrolment.url) as transport:
                found = fetch_manifest(transport, release)
                checkpoint = checkpoint_of(release, origins, seen, transport)
    except DeliveryError as error:
        here.warn(f"whether this host was counted could not be checked: {error}")
        return
    if found is None:
        here.warn(f"whether this host was counted tells {FILE} beside the release; it is not there")
        return
    put("".join(f"{line}\n" for line in told(check_counted(found, release, checkpoint, own))))


def _attack(enrolment: Enrolment, file: Path | None, name: str, rosters: tuple[Path, ...]) -> None:
    from agent.audit import audit, describe, fetch_history
    from agent.benchmark import open_release
    from agent.cli.output import put
    from agent.transport import HttpTransport
    from shieldwall.attacks.roster import parse_roster
    from shieldwall.errors import IntegrityError

    if file is not None:
        envelopes = [file.read_bytes()]
    else:
        with HttpTransport(enrolment.url) as transport:
            envelopes = fetch_history(transport, name)
    releases = [open_release(envelope, enrolment.log_key(), enrolment.aud, enrolment.former) for envelope in envelopes]
    found = audit(releases, [parse_roster(each.read_text(encoding="utf-8")) for each in rosters])
    put("".join(f"{line}\n" for line in describe(found)))
    if found.certain:
        raise IntegrityError(
            f"release {found.release.name} gives {found.certain} answers of single firms away. "
            "Send these lines to your manager and to the other members."
        )
