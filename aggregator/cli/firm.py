"""`firm`: who takes part."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import click

from aggregator.cli.group import config
from aggregator.cli.note import note


@click.group()
def firm() -> None:
    """Add firms, invite their hosts, approve and revoke. Never shows what a firm reported."""


@firm.command()
@click.argument("name")
@click.option("--sector", required=True, help="A word of your own choosing, such as metalworking.")
@click.option("--size", required=True, help="Employees: 1-9, 10-49, 50-249 or 250+.")
@click.option(
    "--linked", default=None, help="A word shared by firms that one hand could fill in for (holding, IT firm)."
)
def add(name: str, sector: str, size: str, linked: str | None) -> None:
    """Add a member firm."""
    from aggregator.database.engine import connect, writing
    from aggregator.members import firms
    from aggregator.people.audit import Action

    settings = config()
    with writing(connect(settings.database_url)) as connection:
        added = firms.add(
            connection, settings.cluster, name=name, sector=sector, size_band=size, linked_group=linked,
            now=int(time.time()),
        )  # fmt: skip
    note(settings, Action.FIRM_ADDED, added.name)
    click.echo(added.id)
    click.echo(f'Next: shieldwall-aggregator firm invite "{added.name}" --count 1', err=True)


@firm.command("list")
@click.option("--agents", "with_agents", is_flag=True, help="With each firm's agents, last seen and flags.")
def list_(with_agents: bool) -> None:
    """Firms, tab separated: id, name, sector, size, linked, status, agents, last seen (UTC)."""
    from aggregator.members.overview import overview

    settings = config()
    for line in overview(settings.database_url, settings.cluster, with_agents=with_agents):
        click.echo(line)


@firm.command()
@click.argument("wanted", metavar="FIRM")
@click.option("--count", default=1, show_default=True, help="One invitation for each host.")
@click.option("--slot", default=None, help="Replace the agent of this slot: restored, reinstalled or lost.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write, only you can read it.")
@click.option("--stdout", is_flag=True, help="Print them instead.")
def invite(wanted: str, count: int, slot: str | None, output: Path | None, stdout: bool) -> None:
    """Make invitations, a line each; every one enrols one host, once, within 72 hours."""
    from aggregator.config import write_private
    from aggregator.database import notary
    from aggregator.database.engine import connect, writing
    from aggregator.members import firms, invitations
    from aggregator.people.audit import Action
    from aggregator.trust.repository import newest_root, repository

    settings = config()
    anchor = newest_root(repository(settings))
    key = notary.load(settings).key.public_key()
    with writing(connect(settings.database_url)) as connection:
        member = firms.find(connection, settings.cluster, wanted)
        made = invitations.invite(
            connection, settings.cluster, member, url=settings.url, log_key=key, now=int(time.time()), count=count,
            slot=slot, root=None if anchor is None else hashlib.sha256(anchor).digest(),
        )  # fmt: skip
        text = "".join(invitation.encode() + "\n" for invitation in made)
        place = output or Path(f"invitations-{made[0].id.hex()}.txt")
        if not stdout:
            write_private(place, text.encode())
    note(settings, Action.FIRM_INVITED, f"{len(made)} for {member.name}")
    if stdout:
        click.echo(text, nl=False)
        return
    click.echo(place)
    click.echo(f"{len(made)} for {member.name}. Hand the file over in person; it works for 72 hours.", err=True)


@firm.command("export")
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False))
def export_(output: Path) -> None:
    """Write down firms and hosts, no result and no secret: keep it with the sticks, for the loss of this server."""
    from aggregator.config import write_private
    from aggregator.database.engine import connect
    from aggregator.members.readmission import export

    settings = config()
    write_private(output, export(connect(settings.database_url), settings.cluster))
    click.echo(output)


@firm.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def import_(file: Path) -> None:
    """On a new server, after the old one was lost: take the list; its hosts come back by themselves."""
    from aggregator.database.engine import connect
    from aggregator.members.readmission import expect

    settings = config()
    taken = expect(connect(settings.database_url), settings, file.read_bytes(), int(time.time()))
    click.echo(f"{len(taken.firms)} firms, {len(taken.hosts)} hosts are expected")
    click.echo(
        "Each comes back with its next `shieldwall update`, once a key ceremony has named this server.", err=True
    )


@firm.command()
@click.argument("wanted", metavar="FIRM|AGENT")
def revoke(wanted: str) -> None:
    """Revoke one agent, or let a firm leave with all its agents; effective at once."""
    from aggregator.database.engine import connect
    from aggregator.members.enrol import dismiss
    from aggregator.people.audit import Action

    settings = config()
    said = dismiss(connect(settings.database_url), settings.cluster, settings.origin, wanted, int(time.time()))
    note(settings, Action.AGENT_REVOKED if said.startswith("agent ") else Action.FIRM_LEFT, wanted)
    click.echo(said)


@firm.command()
@click.argument("wanted", metavar="FIRM")
def uninvite(wanted: str) -> None:
    """Withdraw a firm's unused invitations: lost, sent to the wrong person, or no longer wanted."""
    from aggregator.database.engine import connect
    from aggregator.members.enrol import uninvite as withdraw
    from aggregator.people.audit import Action

    settings = config()
    said = withdraw(connect(settings.database_url), settings.cluster, wanted, int(time.time()))
    note(settings, Action.FIRM_UNINVITED, wanted)
    click.echo(said)


@firm.command()
@click.argument("agent")
def approve(agent: str) -> None:
    """Let a pending or quarantined agent speak, once you have compared its six words."""
    from aggregator.database.engine import connect
    from aggregator.members.enrol import approve as approve_agent
    from aggregator.people.audit import Action

    settings = config()
    approved = approve_agent(connect(settings.database_url), settings.cluster, agent)
    note(settings, Action.AGENT_APPROVED, approved.id)
    click.echo(f"agent {approved.id} may speak")
