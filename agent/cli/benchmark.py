"""`shieldwall benchmark`"""

from __future__ import annotations

from pathlib import Path

import click

from agent.cli.session import session


@click.command()
@click.option("--release", "file", type=click.Path(dir_okay=False, path_type=Path), help="A release.json at hand.")
@click.option("--name", default="", metavar="NAME", help="An older release, such as 2026-Q3. [newest]")
@click.option("--all", "every", is_flag=True, help="Every check, not only those that fail here.")
def benchmark(file: Path | None, name: str, every: bool) -> None:
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
    if file is not None:
        envelope = file.read_bytes()
    else:
        with HttpTransport(enrolment.url) as transport:
            envelope = fetch_release(transport, name)
    release = open_release(envelope, enrolment.log_key(), enrolment.aud)
    with opened(here.home, history.SCHEMA) as db:
        runs = history.recent(db, 1)
    if not runs:
        raise UsageError("there is no audit of this host to compare; `shieldwall scan` makes one")
    put("".join(f"{line}\n" for line in describe(place(release, runs[0]), every=every)))
