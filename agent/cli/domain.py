"""`shieldwall domain`"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli.session import Session, session
from agent.render import FORMATS
from agent.render.base import SEVERITIES
from shieldwall.errors import UsageError

if TYPE_CHECKING:
    from agent.looking.host import Host
    from agent.probes.domain.look import Look
    from agent.scan.result import ScanResult
    from shieldwall.checks.fact import Fact, FactKey
    from shieldwall.packs.policy import Policy

POLICY = "web-facing"


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--parked", metavar="NAME", multiple=True, help="A domain that sends no mail; may be given several times."
)
@click.option("--selector", metavar="WORD", multiple=True, help="A DKIM selector in use; may be given several times.")
@click.option("--host", metavar="NAME", multiple=True, help="A further website below a domain.")
@click.option("--resolver", metavar="ADDRESS[:PORT]", help="Ask this resolver instead of the system's.")
@click.option("--private", is_flag=True, help="The firm's servers stand at private addresses.")
@click.option("--files", is_flag=True, help="Also ask the sites for files that must not be public.")
@click.option("--rdap", metavar="URL", help="Ask the registry's RDAP service about the registration.")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 60), default=5.0, show_default=True, help="How long one answer may take."
)
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the result to this file.")
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    default="medium",
    show_default=True,
    help="Exit with 1 for findings at or above this severity.",
)
@click.option("--verbose", "-v", is_flag=True, help="Also list what passed and what does not apply.")
@click.option("--quiet", "-q", is_flag=True, help="No progress and no talk, only the result; for cron.")
@click.option("--statement", is_flag=True, help="Make this the audit that `submit` sends, for an agent of its own.")
def domain(
    names: tuple[str, ...], parked: tuple[str, ...], selector: tuple[str, ...], host: tuple[str, ...],
    resolver: str | None, private: bool, files: bool, rdap: str | None, seconds: float, format_: str,
    output: Path | None, fail_on: str, verbose: bool, quiet: bool, statement: bool,
) -> int:  # fmt: skip
    """See what the world sees of the firm's domains: mail, names and websites.

    Looks at the domains declared in config.yaml, or at NAME. Only for domains of your own firm: it asks the resolver,
    the domains' own name, mail and web servers, and nobody else. What was seen stays here; scans take it over for two
    weeks.
    """
    from agent.home.settings import domain_name, selector_name
    from agent.probes.domain.look import Look

    here = session()
    here.quiet = here.quiet or quiet
    said = here.settings()
    wanted, still = (_names(domain_name, some) for some in (names, parked))
    declared = not (wanted or still)
    if rdap and not rdap.startswith("https://"):
        raise UsageError(f"--rdap: '{rdap}' does not begin with https://; IANA lists each registry's service")
    look = Look(
        domains=said.domains if declared else wanted,
        parked=said.parked_domains if declared else still,
        selectors=(*said.dkim_selectors, *_names(selector_name, selector)),
        hosts=(*said.hosts, *_names(domain_name, host)),
        resolver=(_resolver(resolver),) if resolver else (),
        private=private,
        files=files,
        rdap=rdap or "",
        try_seconds=seconds,
    )
    return audit(here, look, format_, output, fail_on, verbose=verbose, statement=statement)


def audit(
    here: Session, look: Look, format_: str, output: Path | None, fail_on: str, *, verbose: bool, statement: bool
) -> int:
    """Look, judge, remember and show. Raises UsageError, ConfigError."""
    from datetime import UTC, datetime

    from agent.cli.progress import progress
    from agent.cli.scan import exit_code
    from agent.home.locking import locked
    from agent.probes.domain.survey import survey
    from agent.render.records import records

    if not look.all_domains:
        raise UsageError("no domain is declared: put `domains: [example.com]` into config.yaml, or name one")
    now = datetime.now(UTC)
    with locked(here.home.create().path / "domain.lock", what="look at the domains"):
        here.tell(f"asking about {', '.join(look.all_domains)}")
        with progress(here.quiet) as report:
            facts = survey(look, now, report)
        result = _judged(here, look, facts, statement)
    _show(here, result, format_, output, verbose, records(facts, look.parked, now))
    return exit_code(result, fail_on)


def hand_over(here: Session, host: Host) -> None:
    """Give the last look at the domains to a scan of this host; nothing where no domain is declared."""
    from agent.probes.domain.memory import remember

    facts = _last(here)
    said = here.settings()
    if facts or said.domains or said.parked_domains:
        remember(host, facts)


def policy_of(here: Session) -> Policy:
    """The checks of web-facing that speak of domains."""
    from shieldwall.packs.policy import load_policy

    policy = load_policy(here.pack(), POLICY)
    return policy.only([item.check.id for item in policy.selected if item.check.scope == "domain"])


def _judged(here: Session, look: Look, facts: Mapping[FactKey, Fact], statement: bool) -> ScanResult:
    import uuid
    from dataclasses import replace
    from datetime import UTC, datetime

    from agent.home.store import opened
    from agent.looking.host import Host
    from agent.probes.attest import lay_out
    from agent.probes.domain.memory import remember
    from agent.records import answers, surveys, waivers
    from agent.scan import run
    from agent.scan.record import SCHEMAS, keep
    from agent.submission.compose import DOMAIN_ROLE
    from shieldwall.checks.judgement import Subject

    host, said = Host(), here.settings()
    with opened(here.home, *SCHEMAS) as db:
        if {*said.domains, *said.parked_domains} <= set(look.all_domains):
            # a look at some other domain must not hide what is known of the declared ones
            surveys.record_domains(db, facts, host.now)
        known, accepted = answers.current(db), waivers.current(db)
    lay_out(host, known)
    remember(host, facts)
    snapshot = run.look(policy_of(here), host, said.role, lambda name, done, of: None)
    ended = datetime.now(UTC)
    result = run.judged(policy_of(here), here.pack(), snapshot, accepted, run=str(uuid.uuid4()), now=ended)
    if statement and result.decided:
        whose = replace(result.identity, subject=Subject("any", DOMAIN_ROLE))
        keep(here.home, replace(result, identity=whose), trigger="manual", scans_kept=said.keep_scans)
    return result


def _show(here: Session, result: ScanResult, format_: str, output: Path | None, verbose: bool, publish: str) -> None:
    import os

    from agent.cli.output import put, style_for, write_file
    from agent.render import load
    from agent.render.base import Style

    more = f"\n{publish}" if publish and format_ == "text" else ""
    if output is None or str(output) == "-":
        put(load(format_)(result, style_for(sys.stdout, os.environ, everything=verbose)) + more)
    else:
        write_file(output, load(format_)(result, Style(everything=verbose)) + more)
        here.tell(f"result written to {output}")


def _last(here: Session) -> Mapping[FactKey, Fact]:
    from datetime import UTC, datetime

    from agent.home.store import opened
    from agent.records import surveys
    from shieldwall.errors import ConfigError

    if not here.home.database.exists():
        return {}
    try:
        with opened(here.home, surveys.SCHEMA) as db:
            return surveys.latest_domains(db, datetime.now(UTC))
    except ConfigError:
        # the scan has already said what is wrong with the store
        return {}


def _names(read: Callable[[str], str], given: tuple[str, ...]) -> tuple[str, ...]:
    out = []
    for name in given:
        try:
            out.append(read(name))
        except ValueError as error:
            raise UsageError(f"{error}; write one such as example.com") from error
    return tuple(out)


def _resolver(text: str) -> tuple[str, int]:
    """`192.0.2.1`, `192.0.2.1:5353`, `[2001:db8::1]:53`. Raises UsageError."""
    import ipaddress
    import re

    match = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\](?::([0-9]{1,5}))?|([0-9.]+)(?::([0-9]{1,5}))?|([0-9A-Fa-f:]+)", text)
    try:
        if match is None:
            raise ValueError
        address = str(ipaddress.ip_address(match[1] or match[3] or match[5]))
        port = int(match[2] or match[4] or 53)
        if not 0 < port < 65536:
            raise ValueError
    except ValueError as error:
        raise UsageError(f"--resolver: '{text}' is no address; write 192.0.2.53 or 192.0.2.53:5353") from error
    return address, port
