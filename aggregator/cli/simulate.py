"""`simulate`: try everything before the first real firm joins."""

from __future__ import annotations

import re
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from aggregator.cli.group import config

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.config import Config
    from aggregator.simulate.cluster import Place
    from aggregator.simulate.firms import FirmProfile


@click.command()
@click.option("--firms", "count", default=23, show_default=True, type=click.IntRange(1, 500))
@click.option("--most-hosts", default=8, show_default=True, type=click.IntRange(1, 8), help="Of one firm.")
@click.option("--seed", default=1, show_default=True, help="The same seed invents the same firms and results.")
@click.option("--url", default="", help="Where `serve` listens, when that is not the cluster's public address.")
@click.option("--beside-members", is_flag=True, help="Although the cluster has members that were not invented.")
def simulate(count: int, most_hosts: int, seed: int, url: str, beside_members: bool) -> None:
    """Invent firms from published statistics and let their hosts enrol and submit through the real protocol.

    \b
    Example, with `serve` running in another terminal:
      shieldwall-aggregator simulate --firms 23 --url http://127.0.0.1:8440
    """
    from aggregator.simulate.client import Client
    from aggregator.simulate.cluster import simulate as run
    from shieldwall.pack import load_pack

    settings = config()
    address = url or settings.url
    with Client(address) as client:
        client.reachable()
    where = _admit(settings, count, seed, most_hosts, beside_members)
    begun = time.monotonic()
    with click.progressbar(length=len(where), label="hosts", file=sys.stderr) as bar:
        sent = run(address, where, load_pack(), seed, datetime.now(UTC), lambda _: bar.update(1))
    firms = len({item.place.firm.name for item in sent})
    click.echo(f"{firms} invented firms, {len(sent)} hosts enrolled and heard")
    click.echo(f"in {time.monotonic() - begun:.1f} s. Next: shieldwall-aggregator period freeze", err=True)


def _admit(settings: Config, count: int, seed: int, most_hosts: int, beside_members: bool) -> tuple[Place, ...]:
    """Members and their invitations, in one transaction. Raises UsageError rather than mix invented with real."""
    from aggregator.database import notary
    from aggregator.database.engine import connect, writing
    from aggregator.members import firms, invitations
    from aggregator.simulate.cluster import places
    from aggregator.simulate.firms import invent
    from shieldwall.errors import UsageError

    key, now = notary.load(settings).key.public_key(), int(time.time())
    with writing(connect(settings.database_url)) as connection:
        known = [firm.name for firm in firms.everyone(connection, settings.cluster)]
        numbers = [int(found[1]) for name in known if (found := re.fullmatch(r"firm-([0-9]{2,6})", name))]
        if len(numbers) < len(known) and not beside_members:
            raise UsageError(
                "this cluster has real members, and invented results would enter its releases. "
                "Simulate in a data folder of its own, or add --beside-members for a demonstration."
            )
        invented: Sequence[FirmProfile] = invent(count, seed, first=max(numbers, default=0) + 1, most_hosts=most_hosts)
        made = {}
        for profile in invented:
            member = firms.add(
                connection, settings.cluster, name=profile.name, sector=profile.sector, size_band=profile.size,
                linked_group=None, now=now,
            )  # fmt: skip
            made[profile.name] = invitations.invite(
                connection, settings.cluster, member, url=settings.url, log_key=key, now=now, count=len(profile.hosts)
            )
    return places(invented, made)
