"""`shieldwall scan`"""

from __future__ import annotations

import contextlib
import os
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from agent.cli.language import choose, language_option
from agent.cli.session import Session, session
from agent.render import FORMATS
from agent.render.base import SEVERITIES
from shieldwall.checks.vocabulary import ROLES
from shieldwall.errors import ConfigError, UsageError
from shieldwall.language import speaking

if TYPE_CHECKING:
    from agent.records.answers import Answer
    from agent.records.waivers import Waiver
    from agent.scan.result import ScanResult
    from agent.scan.snapshot import Snapshot
    from shieldwall.checks.fact import Fact
    from shieldwall.packs.pack import Pack
    from shieldwall.packs.policy import Policy

DEFAULT_POLICY: Final = "sme-essentials"
WHOLE_LIBRARY: Final = "all"
SUFFIXES: Final = {
    ".txt": "text", ".json": "json", ".html": "html", ".htm": "html", ".csv": "csv", ".md": "markdown",
    ".xml": "junit", ".sarif": "sarif", ".tap": "tap", ".prom": "prometheus",
}  # fmt: skip
CLEAN, FINDINGS, NOTHING, DEFECTIVE = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Request:
    """What to audit and how, as typed."""

    policy: str | None = None
    only: tuple[str, ...] = ()
    root: Path | None = None
    facts: Path | None = None
    role: str | None = None


@click.command()
@click.option("--policy", metavar="NAME", help=f"Policy to audit against; `all` for every check. [{DEFAULT_POLICY}]")
@click.option("--only", metavar="ID", multiple=True, help="Only this check; may be given several times.")
@click.option(
    "--pack", "own", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER",
    help="Your own checks in FOLDER/checks instead of the library; all of them without --policy.",
)  # fmt: skip
@click.option("--root", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Audit a mounted tree.")
@click.option("--facts", type=click.Path(dir_okay=False, path_type=Path), help="Judge a recorded snapshot again.")
@click.option("--role", type=click.Choice(ROLES), help="What this host is for; else told from the host.")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), help="Else told by the name of --output. [text]")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the result to this file.")
@language_option
@click.option(
    "--fail-on", type=click.Choice([*SEVERITIES, "never"]), default="medium", show_default=True,
    help="Exit with 1 for findings at or above this severity.",
)  # fmt: skip
@click.option("--save-facts", type=click.Path(dir_okay=False, path_type=Path), help="Keep what was seen, for --facts.")
@click.option("--verbose", "-v", is_flag=True, help="Also list what passed and what does not apply.")
@click.option("--quiet", "-q", is_flag=True, help="No progress and no talk, only the result; for cron.")
@click.option("--record/--no-record", default=True, help="Keep the result in the history. [record]")
@click.option("--scheduled", is_flag=True, hidden=True, help="Set by the timer that `schedule` installs.")
def scan(
    policy: str | None, only: tuple[str, ...], own: Path | None, root: Path | None, facts: Path | None,
    role: str | None, format_: str | None, output: Path | None, language: str | None, fail_on: str,
    save_facts: Path | None, verbose: bool, quiet: bool, record: bool, scheduled: bool,
) -> int:  # fmt: skip
    """Audit this host and show what to put right first.

    Needs no account, no network and no root; as root it sees more. Results of the whole policy on the running host
    are kept in the history; those of --only, --pack, --root and --facts are not.
    """
    here = session()
    here.quiet = here.quiet or quiet
    to_terminal = output is None or str(output) == "-"
    form = format_ or _format_of(output)
    spoken = choose(here, language, form, os.environ, terminal=to_terminal and sys.stdout.isatty())
    request = Request(policy or (WHOLE_LIBRARY if own else None), only, root, facts, role)
    with alone(here, request):
        result, snapshot = perform(here, request, own_pack(own) if own else here.pack())
        if save_facts:
            from agent.cli.output import write_file

            write_file(save_facts, snapshot.encode().decode("ascii"))
        if record and not (only or own or root or facts):
            keep_result(here, result, scheduled)
    with speaking(spoken):
        _show(here, result, form, None if to_terminal else output, verbose)
    if not result.decided:
        from agent.render.text import nothing_audited

        here.complain(f"nothing was audited: {nothing_audited(result)}")
    return exit_code(result, fail_on)


def own_pack(folder: Path) -> Pack:
    """Checks of the firm's own, as `import` and `new` lay them out. Raises UsageError without any, PackError."""
    from shieldwall.packs.pack import load_folders

    checks, policies = folder / "checks", folder / "policies"
    if not checks.is_dir():
        raise UsageError(f"{folder} has no folder `checks`; begin one with `shieldwall new --to {folder}`")
    return load_folders(checks, policies if policies.is_dir() else None)


def perform(here: Session, request: Request, pack: Pack) -> tuple[ScanResult, Snapshot]:
    """Look (or load what was seen) and judge. Raises UsageError, ConfigError."""
    from agent.cli.progress import progress
    from agent.scan.collect import lower_priority
    from agent.scan.run import judged, look

    policy = choose_policy(here, request, pack)
    answers, waivers, survey = _remembered(here)
    if request.facts:
        from agent.scan.snapshot import load_snapshot

        snapshot = load_snapshot(request.facts)
    else:
        from agent.cli.domain import hand_over
        from agent.looking.host import Host
        from agent.probes.attest import lay_out
        from agent.probes.netscan import remember

        host = Host(root=request.root.resolve()) if request.root else Host()
        lay_out(host, answers)
        if host.live and (survey is not None or here.settings().ranges):
            remember(host, survey)
        if host.live:
            hand_over(here, host)
        lower_priority()
        with progress(here.quiet) as report:
            snapshot = look(policy, host, request.role or here.settings().role, report)
    run, now = str(uuid.uuid4()), datetime.now(UTC)
    return judged(policy, pack, snapshot, waivers, run=run, now=now, partial=bool(request.only)), snapshot


def choose_policy(here: Session, request: Request, pack: Pack) -> Policy:
    """--policy, else the firm's setting, else the default; with --only and no --policy any check of the library."""
    from shieldwall.packs.policy import load_policy, whole_library

    name = request.policy or (WHOLE_LIBRARY if request.only else here.settings().policy or DEFAULT_POLICY)
    policy = whole_library(pack) if name == WHOLE_LIBRARY else load_policy(pack, name)
    return policy.only(request.only) if request.only else policy


def exit_code(result: ScanResult, fail_on: str) -> int:
    """2 when nothing could be judged, 1 for findings, 3 when only our own defects stand in the way of 0."""
    from agent.render.summary import at_or_above
    from shieldwall.checks.outcome import Outcome

    if not result.decided:
        return NOTHING
    if fail_on != "never" and at_or_above(result, fail_on):
        return FINDINGS
    return DEFECTIVE if result.having(Outcome.ERROR) else CLEAN


def _show(here: Session, result: ScanResult, form: str, output: Path | None, verbose: bool) -> None:
    from agent.cli.output import put, style_for, write_file
    from agent.render import load
    from agent.render.base import Style

    if output is None:
        put(load(form)(result, style_for(sys.stdout, os.environ, everything=verbose)))
    else:
        write_file(output, load(form)(result, Style(everything=verbose)))
        here.tell(f"result written to {output}")


def _format_of(output: Path | None) -> str:
    name = SUFFIXES.get(output.suffix.lower(), "text") if output else "text"
    return name if name in FORMATS else "text"


@contextlib.contextmanager
def alone(here: Session, request: Request) -> Iterator[None]:
    """One look at the running host at a time. Where no home can be made there is nothing to keep apart."""
    from agent.home.locking import locked

    if request.facts or request.root:
        yield
        return
    try:
        home = here.home.create()
    except ConfigError as error:
        here.warn(f"{error}; going on without history")
        yield
        return
    with locked(home.lock):
        yield


def _remembered(here: Session) -> tuple[Mapping[str, Answer], Mapping[str, Waiver], Fact | None]:
    """Answers, waivers and the last look at the network; none when nothing was ever stored."""
    if not here.home.database.exists():
        return {}, {}, None
    from agent.home.store import opened
    from agent.records import answers, surveys, waivers
    from agent.scan.record import SCHEMAS

    try:
        with opened(here.home, *SCHEMAS) as db:
            return answers.current(db), waivers.current(db), surveys.latest(db, datetime.now(UTC))
    except ConfigError as error:
        here.warn(f"{error}; going on without answers and waivers")
        return {}, {}, None


def keep_result(here: Session, result: ScanResult, scheduled: bool) -> None:
    """Into the history, from where `submit` takes it. What cannot be kept is still a result."""
    from agent.scan.record import keep

    home = here.home
    if not home.path.is_dir() or not result.decided:
        return
    try:
        trigger = "schedule" if scheduled else "manual"
        keep(home, result, trigger=trigger, scans_kept=here.settings().keep_scans)
    except ConfigError as error:
        here.warn(f"this result is not in the history: {error}")


def known_ids(pack: Any, ids: Sequence[str]) -> None:
    """Raises UsageError with the nearest name for an id the library does not have."""
    from shieldwall.encoding.cursor import unknown_word

    for check_id in ids:
        if check_id not in pack.checks:
            raise UsageError(unknown_word("check", check_id, pack.checks))
