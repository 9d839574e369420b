"""`shieldwall network`"""

from __future__ import annotations

import getpass
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli.session import Session, session
from agent.render.base import SEVERITIES
from shieldwall.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from agent.probes.netscan.report import Report
    from agent.probes.netscan.targets import Address, NetworkSettings
    from agent.probes.netscan.view import News
    from shieldwall.checks.fact import Fact


@click.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("--yes-public", is_flag=True, help="Confirm, once and for the record, that the public ranges are yours.")
@click.option("--from-outside", is_flag=True, help="This host stands outside the firm's network.")
@click.option("--industrial", is_flag=True, help="Also ask for machine controls, by a bare connection.")
@click.option(
    "--import",
    "import_",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Read a report of `nmap -oX` instead of looking.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    default="medium",
    show_default=True,
    help="Exit with 1 for findings at or above this severity.",
)
@click.option("--anew", is_flag=True, help="Begin from the first address, even when a look was interrupted today.")
@click.option("--verbose", "-v", is_flag=True, help="Also list what passed and what does not apply.")
@click.option("--quiet", "-q", is_flag=True, help="No progress and no talk, only the result; for cron.")
def network(
    targets: tuple[str, ...], yes_public: bool, from_outside: bool, industrial: bool, import_: Path | None,
    fail_on: str, anew: bool, verbose: bool, quiet: bool,
) -> int:  # fmt: skip
    """See what answers on the firm's own network, and judge it.

    Looks at the ranges declared in config.yaml, or at TARGET: an address, a range like 192.168.1.0/24, or a name.
    Private addresses are always allowed, public ones only when declared and confirmed. Uses nmap with plain
    connections at a slow pace, and looks at the TLS and the first page of what it finds. A look that was interrupted
    goes on where it stopped. What was seen stays here; later scans take it over for three months.
    """
    from agent.home.locking import locked
    from agent.looking.looked import UnreadableError
    from agent.probes.netscan.targets import addresses, select
    from agent.probes.netscan.view import view

    here = session()
    here.quiet = here.quiet or quiet
    with locked(here.home.create().path / "network.lock", what="look at the network"):
        settings = _settings(here, from_outside, industrial, yes_public)
        wanted = addresses(select(targets, settings, _resolve))
        try:
            report = _imported(import_, wanted) if import_ else _looked(here, wanted, settings, anew)
        except UnreadableError as error:
            raise ConfigError(f"the network could not be looked at: {error.detail}") from error
        opens_by = None if import_ or from_outside else _router(wanted)
        how = "import" if import_ else f"look{'-outside' * from_outside}{'-industrial' * industrial}"
        news = _news(here, how, wanted, report)
        return _judge(here, report, view(report, wanted, settings, opens_by, news), news, fail_on, verbose)


def _settings(here: Session, outside: bool, industrial: bool, yes_public: bool) -> NetworkSettings:
    """What the firm declared, and what somebody confirmed here and before."""
    import ipaddress

    from agent.home.store import opened
    from agent.probes.netscan.targets import NetworkSettings, is_private
    from agent.records import surveys

    said = here.settings()
    public = [r for r in said.ranges if not is_private(ipaddress.ip_network(r).network_address)]
    with opened(here.home, surveys.SCHEMA) as db:
        if yes_public:
            if not public:
                raise UsageError("no public range is declared: add yours to `ranges` in config.yaml, then confirm it")
            surveys.confirm(db, public, getpass.getuser(), datetime.now(UTC))
            here.tell(f"recorded that you confirmed as your firm's: {', '.join(public)}")
        confirmed = surveys.confirmed(db)
    return NetworkSettings(said.ranges, (*said.public_ranges_confirmed, *confirmed), outside, industrial, said.devices)


def _resolve(name: str) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]


def _imported(path: Path, wanted: Sequence[Address]) -> Report:
    """A report made elsewhere, without what lies outside the ranges asked for."""
    from agent.probes.netscan.report import REPORT_BYTES, Report, read_report

    with path.open("rb") as file:
        report = read_report(file.read(REPORT_BYTES + 1))
    own = {str(address) for address in wanted}
    return Report(
        tuple(device for device in report.devices if device.host in own),
        tuple(service for service in report.services if service.host in own),
    )


def _looked(here: Session, wanted: Sequence[Address], settings: NetworkSettings, anew: bool) -> Report:
    from agent.cli.progress import progress
    from agent.home.store import opened
    from agent.probes.netscan import met
    from agent.probes.netscan.ports import OFFICE
    from agent.probes.netscan.scanner import survey

    here.tell(f"asking {len(wanted)} address{'es' * (len(wanted) != 1)}, politely; this takes a while")
    with opened(here.home, met.SCHEMA) as db, progress(here.quiet) as report:
        if anew:
            met.forget(db)
        journal = met.Batches(db, met.name_of(wanted, OFFICE, settings.industrial), datetime.now(UTC))
        begun = False

        def step(done: int, of: int) -> None:
            nonlocal begun
            if done and not begun:
                here.tell(f"going on with a look that was interrupted: {done} of {of} addresses are done")
            begun = True
            report("network", done, of)

        return survey(wanted, industrial=settings.industrial, progress=step, journal=journal)


def _news(here: Session, how: str, wanted: Sequence[Address], report: Report) -> News:
    from agent.home.store import opened
    from agent.probes.netscan import met

    with opened(here.home, met.SCHEMA) as db:
        return met.meet(db, how, wanted, report, datetime.now(UTC))


def _router(wanted: Sequence[Address]) -> list[str] | None:
    """What this host's router would do for whoever asks; None when it is not among the addresses asked for."""
    from agent.looking.host import Host
    from agent.probes.netscan.gateway import default_gateway, opens_by

    router = default_gateway(Host())
    return opens_by(router) if router is not None and router in wanted else None


def _judge(here: Session, report: Report, fact: Fact, news: News, fail_on: str, verbose: bool) -> int:
    import os
    import uuid

    from agent.cli.output import put, style_for
    from agent.cli.scan import exit_code
    from agent.home.store import opened
    from agent.looking.host import Host
    from agent.probes.netscan import met, remember
    from agent.records import surveys
    from agent.render import load
    from agent.render.doors import doors
    from agent.scan.run import judged, look
    from shieldwall.packs.policy import whole_library

    now = datetime.now(UTC)
    with opened(here.home, surveys.SCHEMA, met.SCHEMA) as db:
        surveys.record(db, fact.value, now)
        met.forget(db)
        host = Host(now=now)
        remember(host, surveys.latest(db, now) or fact)
    pack = here.pack()
    ids = [check.id for check in pack.all_checks() if check.scope == "network"]
    policy = whole_library(pack).only(ids)
    snapshot = look(policy, host, here.settings().role, lambda name, done, of: None)
    result = judged(policy, pack, snapshot, {}, run=str(uuid.uuid4()), now=datetime.now(UTC), partial=True)
    put(doors(report, news))
    put(load("text")(result, style_for(sys.stdout, os.environ, everything=verbose)))
    return exit_code(result, fail_on)
