"""`release`: figures of a frozen period, in a form that tells on no firm."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from aggregator.cli.challenges import challenges
from aggregator.cli.group import config
from aggregator.cli.note import note
from aggregator.cli.paper import brief, funding, infrastructure
from aggregator.cli.searching import searching
from aggregator.compare import FORMATS as COMPARISONS
from aggregator.render import FORMATS
from shieldwall.errors import UsageError

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.release.build import Built

PDF_PACKAGES: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"


@click.group()
def release() -> None:
    """Build, look at and publish the release of a frozen period. Published files never change."""


@release.command()
@click.argument("period")
def build(period: str) -> None:
    """Build the release of PERIOD as a draft: gate, bands, attack suite, signature."""
    from aggregator.release.report import render_beside
    from shieldwall.packs.pack import load_pack

    settings = config()
    made = _built(settings, period)
    for name in [] if made.published else render_beside(made.folder, made.release, load_pack(), settings.name):
        click.echo(f"no {name}: it needs libraries, apt-get install {PDF_PACKAGES}", err=True)
    click.echo(made.folder)
    click.echo(_certified(made), err=True)
    if not made.published:
        click.echo(f"Next: shieldwall-aggregator release show {period}, then release publish {period}", err=True)


@release.command()
@click.argument("period")
@click.option("--all", "every", is_flag=True, help="Every check, not only the commonest.")
def show(period: str, every: bool) -> None:
    """The release of PERIOD in plain words."""
    from aggregator.release.show import describe

    for line in describe(_built(config(), period).release, every=every):
        click.echo(line)


@release.command()
@click.argument("period")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="html", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def report(period: str, form: str, output: Path | None) -> None:
    """The release of PERIOD as a report to read, print or calculate with."""
    from aggregator.release.report import make_report, write_report
    from shieldwall.packs.pack import load_pack

    settings = config()
    data = make_report(_built(settings, period).release, form, load_pack(), settings.name)
    if output is None:
        click.echo(data, nl=False)
        return
    write_report(output, data)
    click.echo(f"report written to {output}", err=True)


release.add_command(brief)
release.add_command(funding)
release.add_command(infrastructure)
release.add_command(challenges)


@release.command()
@click.argument("period")
def publish(period: str) -> None:
    """Publish the release of PERIOD: from now on it is served, and the gate counts it for two years."""
    from aggregator.database import notary
    from aggregator.database.engine import connect
    from aggregator.export.files import open_data_beside
    from aggregator.people.audit import Action
    from aggregator.release.build import publish as publish_built
    from aggregator.release.report import render_beside
    from shieldwall.packs.pack import load_pack

    settings = config()
    made = _built(settings, period)
    engine = connect(settings.database_url)
    if not made.published:
        render_beside(made.folder, made.release, load_pack(), settings.name)
        open_data_beside(settings, engine, notary.load(settings), made, load_pack())
    place = publish_built(settings, engine, made)
    note(settings, Action.PUBLISHED, made.release.name)
    click.echo(place)
    click.echo(_certified(made), err=True)


@release.command()
@click.option("--partition", type=click.Choice(["none", "sector", "size"]), help="Change it; signed with the log key.")
@click.option("--noise", type=click.FloatRange(0, 10), help="Epsilon a freeze may spend on noisy figures; 0 for none.")
def policy(partition: str | None, noise: float | None) -> None:
    """Show by what figures are broken down from 30 firms on, or decide it. One partition only, for good.

    Noisy figures (differential privacy, from 100 firms on) are for what leaves the cluster; they need the extra `dp`.
    """
    from aggregator.database import notary
    from aggregator.database.engine import connect, reading
    from aggregator.release.policy import PARTITIONS, load_policy, set_policy
    from aggregator.release.question import past_breakdowns

    settings = config()
    signer = notary.load(settings)
    kept = load_policy(settings, signer)
    if partition is not None or noise is not None:
        with reading(connect(settings.database_url)) as connection:
            used = past_breakdowns(connection, settings.cluster, int(time.time()))
        wanted = kept.partition if partition is None else PARTITIONS[partition]
        budget = kept.noise if noise is None else round(noise * 1_000_000)
        kept = set_policy(settings, signer, wanted, used, budget)
    click.echo(f"partition {kept.partition or 'none'}")
    click.echo(f"noise     {f'epsilon {kept.noise / 1_000_000:g} a freeze' if kept.noise else 'none'}")


@release.command()
@click.argument("period", required=False)
def noise(period: str | None) -> None:
    """Noisy figures of PERIOD as they were drawn at its freeze; without one, the ledger of epsilon spent."""
    from aggregator.database.engine import connect, reading
    from aggregator.disclosure.frozen import parse_frozen
    from aggregator.ledger import periods
    from aggregator.ledger.noise import spent
    from aggregator.release.noisy import describe_ledger, describe_noisy

    settings = config()
    with reading(connect(settings.database_url)) as connection:
        values = spent(connection, settings.cluster)
        document = periods.find(connection, settings.cluster, period).document if period else b""
    if period and not document:
        raise UsageError(f"period {period} is open. Type `shieldwall-aggregator period freeze {period}` first.")
    lines = describe_noisy(period, values, len(parse_frozen(document).members)) if period else describe_ledger(values)
    for line in lines:
        click.echo(line)


@release.command()
@click.argument("period")
def roster(period: str) -> None:
    """Who is counted in the release of PERIOD, for members who attack it themselves: id, tab, category."""
    from aggregator.database.engine import connect, reading
    from aggregator.disclosure.frozen import parse_frozen
    from aggregator.ledger import periods
    from aggregator.release.build import roster_of
    from shieldwall.published.attacks.roster import format_roster

    settings = config()
    with reading(connect(settings.database_url)) as connection:
        document = periods.find(connection, settings.cluster, period).document
    if not document:
        raise UsageError(f"period {period} is open. Type `shieldwall-aggregator period freeze {period}` first.")
    click.echo(format_roster(roster_of(parse_frozen(document))), nl=False)


@release.command()
@click.argument("period", required=False)
def explain(period: str | None) -> None:
    """Why the gate answered as it did for PERIOD; without one, what it would answer now and who is missing."""
    from aggregator.release.explain import explain_now, explain_release

    settings = config()
    lines = explain_release(_built(settings, period)) if period else explain_now(settings, int(time.time()), searching)
    for line in lines:
        click.echo(line)


@release.command()
@click.argument("left", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("right", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--left-key", default="", help="Key that must have signed LEFT, as /v1/cluster of its aggregator tells.")
@click.option("--right-key", default="", help="Key that must have signed RIGHT.")
@click.option(
    "--pack", "bundles", multiple=True, type=click.Path(dir_okay=False, path_type=Path),
    help="A bundle of checks one of them was judged by, where the two differ; may be given twice.",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(list(COMPARISONS)), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def compare(
    left: Path, right: Path, left_key: str, right_key: str, bundles: tuple[Path, ...], form: str, output: Path | None
) -> None:
    """Two clusters' released files (release.json) side by side: what their intervals prove, and what they do not.

    Says "provably more", "provably fewer" or "cannot be told apart" of the firms that need action. Without a key a
    file's signature is not checked, and the comparison says so. Needs no data folder.
    """
    from aggregator.compare import load
    from aggregator.compare.judging import compare as judge
    from aggregator.compare.opening import read_side
    from aggregator.release.report import write_report
    from shieldwall.packs.bundle import open_bundle
    from shieldwall.packs.pack import load_pack

    sides = read_side(left, left_key), read_side(right, right_key)
    packs = [load_pack(), *(open_bundle(_bundle(file)).pack for file in bundles)]
    data = load(form)(judge(*sides, {pack.digest: pack for pack in packs}))
    if output is None:
        click.echo(data, nl=False)
        return
    write_report(output, data)
    click.echo(f"comparison written to {output}", err=True)


def _bundle(file: Path) -> bytes:
    from shieldwall.limits import BUNDLE_BYTES

    try:
        with file.open("rb") as stream:
            return stream.read(BUNDLE_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}.") from error


def _built(settings: Config, period: str) -> Built:
    from aggregator.database import notary
    from aggregator.database.engine import connect
    from aggregator.release.build import build as build_release

    return build_release(settings, connect(settings.database_url), notary.load(settings), period)


def _certified(made: Built) -> str:
    cohort = made.release.cohort
    tried = sum(result.trials for result in made.certificate.results)
    return (
        f"{cohort.n} firms, {made.certificate.figures} figures, {len(made.certificate.results)} attacks with {tried} "
        "coalitions: no certain inference about any firm"
    )
