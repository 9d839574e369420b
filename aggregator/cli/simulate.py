"""`simulate`: try everything before the first real firm joins."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from aggregator.cli.group import config

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.members.firms import Firm
    from aggregator.simulate.chains import Chain
    from aggregator.simulate.client import Member
    from aggregator.simulate.cluster import Place, Sent
    from aggregator.simulate.firms import FirmProfile, Shape
    from shieldwall.membership.invitation import Invitation
    from shieldwall.packs.pack import Pack


@click.command()
@click.option("--firms", "count", default=23, show_default=True, type=click.IntRange(0, 500), help="To invent now.")
@click.option("--most-hosts", default=8, show_default=True, type=click.IntRange(1, 8), help="Of one firm.")
@click.option("--seed", default=1, show_default=True, help="The same seed invents the same firms and results.")
@click.option("--sectors", default="", metavar="WORD=SHARE,…", help="Mix of sectors, such as metal=3,wood=1.")
@click.option("--holding", default=0, type=click.IntRange(0, 500), help="So many of the firms are one holding.")
@click.option("--provider", default=0, type=click.IntRange(0, 500), help="So many share one IT provider.")
@click.option("--giant", default=0, type=click.IntRange(0, 2_000), help="Hosts of the last firm: most of all.")
@click.option(
    "--again", is_flag=True, help="Firms invented before submit too, by the agents they have: another period."
)
@click.option("--leave", default=0, type=click.IntRange(0, 500), help="With --again: so many of them leave first.")
@click.option("--url", default="", help="Where `serve` listens, when that is not the cluster's public address.")
@click.option("--beside-members", is_flag=True, help="Although the cluster has members that were not invented.")
def simulate(
    count: int, most_hosts: int, seed: int, sectors: str, holding: int, provider: int, giant: int, again: bool,
    leave: int, url: str, beside_members: bool,
) -> None:  # fmt: skip
    """Invent firms from published statistics and let their hosts enrol and submit through the real protocol.

    \b
    Examples, with `serve` running in another terminal:
      shieldwall-aggregator simulate --firms 23 --url http://127.0.0.1:8440
      shieldwall-aggregator simulate --firms 14 --provider 6
      shieldwall-aggregator period freeze; shieldwall-aggregator simulate --again --firms 4 --leave 1
    """
    from aggregator.simulate.client import Client, Member
    from aggregator.simulate.firms import USUAL, Shape
    from shieldwall.packs.pack import load_pack

    settings = config()
    address = url or settings.url
    mix = _mix(sectors) if sectors else USUAL.sectors
    shape = Shape(mix, most_hosts, holding, provider, giant)
    with Client(address) as client:
        client.reachable()
    pack = load_pack()
    where = _admit(settings, _Wish(count, seed, shape, leave, again, beside_members))
    begun = time.monotonic()
    with click.progressbar(length=len(where), label="hosts", file=sys.stderr) as bar:
        sent = _heard(settings, address, where, pack, seed, lambda: bar.update(1))
    firms = len({item.place.firm.name for item in sent})
    known = sum(isinstance(item.place.way, Member) for item in sent)
    click.echo(f"{firms} invented firms, {len(sent) - known} hosts enrolled, {len(sent)} heard")
    click.echo(f"in {time.monotonic() - begun:.1f} s. Next: shieldwall-aggregator period freeze", err=True)


@dataclass(frozen=True, slots=True)
class _Wish:
    count: int
    seed: int
    shape: Shape
    leave: int
    again: bool
    beside_members: bool


def _heard(
    settings: Config, url: str, where: Sequence[tuple[str, Place]], pack: Pack, seed: int, tick: Callable[[], None]
) -> tuple[Sent, ...]:
    """Everybody speaks; who did is remembered, even when somebody else failed."""
    from aggregator.simulate import chains
    from aggregator.simulate.cluster import simulate as run

    heard: list[Sent] = []
    firms = {place.firm.name: firm for firm, place in where}

    def progress(sent: Sent) -> None:
        heard.append(sent)
        tick()

    try:
        return run(url, [place for _, place in where], pack, seed, datetime.now(UTC), progress)
    finally:
        made = []
        for sent in heard:
            place = sent.place
            made.append(chains.chain(firms[place.firm.name], place.number, place.firm.hosts[place.number], sent.member))
        chains.save(settings.folder, made)


def _mix(text: str) -> tuple[tuple[str, int], ...]:
    found = re.findall(r"([a-z0-9-]+)=([0-9]{1,6})(?:,|$)", text)
    if not found or ",".join(f"{word}={share}" for word, share in found) != text:
        raise click.UsageError("--sectors looks like metal=3,wood=1")
    return tuple((word, int(share)) for word, share in found)


def _admit(settings: Config, wish: _Wish) -> list[tuple[str, Place]]:
    """(firm id, host) of everybody who is to speak, in one transaction.

    Raises UsageError rather than mix invented with real.
    """
    from aggregator.database import notary
    from aggregator.database.engine import connect, writing
    from aggregator.members import firms, invitations
    from aggregator.simulate.chains import load
    from aggregator.simulate.cluster import Place
    from aggregator.simulate.firms import continued, invent, known
    from shieldwall.errors import UsageError

    key, now = notary.load(settings).key.public_key(), int(time.time())
    kept: dict[str, list[Chain]] = {}
    for each in load(settings.folder):
        kept.setdefault(each.firm, []).append(each)
    with writing(connect(settings.database_url)) as connection:
        everyone = firms.everyone(connection, settings.cluster)
        numbers = {
            firm.id: int(found[1]) for firm in everyone if (found := re.fullmatch(r"firm-([0-9]{2,6})", firm.name))
        }
        if len(numbers) < len(everyone) and not wish.beside_members:
            raise UsageError(
                "this cluster has real members, and invented results would enter its releases. "
                "Simulate in a data folder of its own, or add --beside-members for a demonstration."
            )
        here = [firm for firm in firms.roster(connection, settings.cluster) if firm.id in numbers]
        here.sort(key=lambda firm: numbers[firm.id])
        for firm in here[: wish.leave if wish.again else 0]:
            firms.mark_left(connection, settings.cluster, firm, now)
        speaking: list[tuple[FirmProfile, Firm]] = []
        if wish.again:
            for firm in here[wish.leave :]:
                profile = known(numbers[firm.id], wish.seed, wish.shape, firm.sector, firm.size_band.value)
                speaking.append((continued(profile, {each.number: each.host for each in kept.get(firm.id, ())}), firm))
        for profile in invent(wish.count, wish.seed, first=max(numbers.values(), default=0) + 1, shape=wish.shape):
            member = firms.add(
                connection, settings.cluster, name=profile.name, sector=profile.sector, size_band=profile.size,
                linked_group=profile.linked, now=now,
            )  # fmt: skip
            speaking.append((profile, member))
        out = []
        for profile, firm in speaking:
            ways: dict[int, Invitation | Member] = {each.number: each.member for each in kept.get(firm.id, ())}
            strangers = [number for number in range(len(profile.hosts)) if number not in ways]
            for begin in range(0, len(strangers), invitations.AT_ONCE):
                some = strangers[begin : begin + invitations.AT_ONCE]
                made = invitations.invite(
                    connection, settings.cluster, firm, url=settings.url, log_key=key, now=now, count=len(some)
                )
                ways |= dict(zip(some, made, strict=True))
            out += [(firm.id, Place(profile, number, way)) for number, way in sorted(ways.items())]
    return out
