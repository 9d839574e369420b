"""`manager`: who may use the manager's pages, and whether their log holds."""

from __future__ import annotations

import time

import click

from aggregator.cli.group import config


@click.group()
def manager() -> None:
    """Invite people to the manager's pages, list them, verify the audit log."""


@manager.command()
@click.option("--role", type=click.Choice(["reader", "operator", "manager"]), default="manager", show_default=True)
@click.option("--name", default="", help="Somebody known, who lost every way in: the link replaces all of them.")
def invite(role: str, name: str) -> None:
    """Print a set-up link, good once, for a day."""
    from aggregator.database.engine import connect, writing
    from aggregator.people import audit, links, persons
    from aggregator.people.persons import Role
    from shieldwall.errors import UsageError

    settings, now = config(), int(time.time())
    with writing(connect(settings.database_url)) as connection:
        person = persons.by_name(connection, settings.cluster, name) if name else None
        if name and person is None:
            raise UsageError(f"nobody is called `{name}`. Type `shieldwall-aggregator manager list` to see names.")
        chosen = person.role if person else Role(role)
        token = links.make(connection, settings.cluster, chosen, now, person=person.id if person else None)
        about = f"for {name}" if person else f"for a {chosen}"
        audit.append(connection, settings.cluster, audit.COMMAND_LINE, audit.Action.LINK_MADE, about, now)
    click.echo(f"{settings.url}/manage/welcome/{token}")
    click.echo(f"Hand it over in person: whoever opens it first is in. It works for {links.HOURS} hours.", err=True)


@manager.command("list")
def list_() -> None:
    """People, tab separated: name, role, second step, state."""
    from aggregator.database.engine import connect, reading
    from aggregator.people import persons

    settings = config()
    with reading(connect(settings.database_url)) as connection:
        for person in persons.everyone(connection, settings.cluster):
            second = "second step" if person.second_step else "not set up"
            click.echo(f"{person.name}\t{person.role}\t{second}\t{'closed' if person.disabled_at else 'open'}")


@manager.command()
@click.option("--head", default="", help="A digest noted earlier, which must still be in the log.")
def verify(head: str) -> None:
    """Follow the audit log's chain from its start; say its head, to be noted somewhere else."""
    from aggregator.database.engine import connect, reading
    from aggregator.people import audit

    settings = config()
    with reading(connect(settings.database_url)) as connection:
        last = audit.verify(connection, settings.cluster, head)
    click.echo(f"{last.number} entries, head {last.digest}" if last else "no entries yet")
