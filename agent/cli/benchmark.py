"""`shieldwall benchmark`"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli.language import choose, language_option
from agent.cli.session import Session, session
from shieldwall.language import ENGLISH, speaking

if TYPE_CHECKING:
    from agent.comparison.benchmark import Benchmark
    from agent.home.identity import Enrolment
    from shieldwall.published.courses import Courses
    from shieldwall.published.release import Release

FORMS = ("text", "html")


@click.command()
@click.option("--release", "file", type=click.Path(dir_okay=False, path_type=Path), help="A release.json at hand.")
@click.option("--name", default="", metavar="NAME", help="An older release, such as 2026-Q3. [newest]")
@click.option("--format", "form", type=click.Choice(FORMS), help="Else told by the name of --output. [text]")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@language_option
@click.option("--all", "every", is_flag=True, help="Every check, not only those that fail here.")
@click.option("--audit", "attack", is_flag=True, help="Attack the release and those before it: is any firm exposed?")
@click.option(
    "--roster",
    "rosters",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --audit: a member list from your manager; may be repeated.",
)
def benchmark(
    file: Path | None, name: str, form: str | None, output: Path | None, language: str | None, every: bool,
    attack: bool, rosters: tuple[Path, ...],
) -> None:  # fmt: skip
    """Place this host's latest audit among the firms of your cluster. Worked out here; nothing is sent.

    With --output standing.html one page to read, print or hand to the boss: bands, what fails here, the next steps, and
    the courses your cluster offers.
    """
    from agent.cli.output import put, write_file
    from agent.comparison.benchmark import describe, place
    from agent.delivery.transport import HttpTransport
    from agent.home.identity import read_enrolment
    from agent.home.store import opened
    from agent.published.release import fetch_release, open_release
    from agent.records import history
    from shieldwall.errors import UsageError

    here = session()
    form = form or ("html" if output and output.suffix in (".html", ".htm") else "text")
    spoken = _spoken(here, language, form)
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
    placed = place(release, runs[0])
    if form == "html":
        with speaking(spoken):
            text = _page(here, enrolment, placed, file)
    else:
        lines, _ = _counted(here, enrolment, release, file)
        text = "".join(f"{line}\n" for line in (*describe(placed, every=every), *lines))
    if output is None:
        put(text)
        return
    write_file(output, text)
    here.tell(f"written to {output}")


def _spoken(here: Session, language: str | None, form: str) -> str:
    """Raises UsageError for a language typed where only the page speaks one."""
    from shieldwall.errors import UsageError

    if form == "html":
        return choose(here, language, form, os.environ, terminal=False)
    if language not in (None, ENGLISH):
        raise UsageError("the lines of `benchmark` are English; add --format html for a page with --language")
    return ENGLISH


def _page(here: Session, enrolment: Enrolment, placed: Benchmark, file: Path | None) -> str:
    from datetime import UTC, datetime

    from agent.render.place import page, standing

    lines, included = _counted(here, enrolment, placed.release, file)
    pack = here.pack()
    checks = {item.id: pack.check(item.id) for item in placed.run.items if item.id in pack.checks}
    courses = _courses(here, enrolment, file)
    return page(standing(placed, checks, courses, lines, included, datetime.now(UTC)))


def _courses(here: Session, enrolment: Enrolment, file: Path | None) -> Courses | None:
    """As the cluster signed them; None when there are none, or they cannot be had."""
    from agent.delivery.transport import HttpTransport
    from agent.published.courses import fetch_courses, open_courses
    from shieldwall.errors import DeliveryError
    from shieldwall.published.courses import FILE

    try:
        if file is not None:
            beside = file.with_name(FILE)
            found = beside.read_bytes() if beside.exists() else None
        else:
            with HttpTransport(enrolment.url) as transport:
                found = fetch_courses(transport)
    except DeliveryError as error:
        here.warn(f"the courses on offer could not be read: {error}")
        return None
    return None if found is None else open_courses(found, enrolment.log_key())


def _counted(here: Session, enrolment: Enrolment, release: Release, file: Path | None) -> tuple[tuple[str, ...], bool]:
    """What tells whether this host is among the counted ones, once, and whether it is.

    Raises IntegrityError when it is there twice.
    """
    from agent.delivery.outbox import SCHEMA, Outbox
    from agent.delivery.transport import HttpTransport
    from agent.home.identity import Identity, load_key
    from agent.home.store import opened
    from agent.published.counted import check_counted, checkpoint_of, fetch_manifest, own_indices, told
    from shieldwall.errors import DeliveryError
    from shieldwall.published.manifest import FILE

    if not release.log.checkpoint:
        return (), False
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
        return (), False
    if found is None:
        here.warn(f"whether this host was counted tells {FILE} beside the release; it is not there")
        return (), False
    counted = check_counted(found, release, checkpoint, own)
    return tuple(told(counted)), counted.mine is not None


def _attack(enrolment: Enrolment, file: Path | None, name: str, rosters: tuple[Path, ...]) -> None:
    from agent.cli.output import put
    from agent.delivery.transport import HttpTransport
    from agent.published.audit import audit, describe, fetch_history
    from agent.published.release import open_release
    from shieldwall.errors import IntegrityError
    from shieldwall.published.attacks.roster import parse_roster

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
