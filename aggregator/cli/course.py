"""`course`: which half days the cluster offers."""

from __future__ import annotations

import time

import click

from aggregator.cli.group import config
from shieldwall.errors import UsageError


@click.group()
def course() -> None:
    """Which half days the cluster offers. Agents read the signed list and show it beside what fails at home."""


@course.command()
@click.argument("topic")
@click.option("--title", default="", metavar="TEXT", help="At most 80 characters. [the topic's own title]")
@click.option("--day", default="", metavar="YYYY-MM-DD", help="When. [on request]")
def add(topic: str, title: str, day: str) -> None:
    """Offer a course on TOPIC, such as T-BKP. Nothing but topic, title and day is published."""
    from aggregator.cli.note import note
    from aggregator.database import notary
    from aggregator.people.audit import Action
    from aggregator.release.courses import offer

    settings = config()
    made = offer(settings, notary.load(settings), topic, title, day, int(time.time()))
    note(settings, Action.COURSE_OFFERED, made.title)
    click.echo(f"{made.topic} {made.title}: {made.day or 'on request'}")


@course.command("list")
def listed() -> None:
    """The courses on offer, each with its number, and the topics there are."""
    from aggregator.database import notary
    from aggregator.release.courses import offered
    from aggregator.render.topics import TOPICS

    settings = config()
    courses = offered(settings, notary.load(settings))
    for number, each in enumerate(courses, 1):
        click.echo(f"{number:>3}  {each.day or 'on request':<10}  {each.topic:<8} {each.title}")
    if not courses:
        click.echo("No course is on offer. Topics:")
        for name, topic in TOPICS.items():
            click.echo(f"  {name:<8} {topic.title}")


@course.command()
@click.argument("number", type=click.IntRange(1))
def remove(number: int) -> None:
    """Take the course with this NUMBER of `course list` off the list."""
    from aggregator.cli.note import note
    from aggregator.database import notary
    from aggregator.people.audit import Action
    from aggregator.release.courses import offered, withdraw

    settings = config()
    signer = notary.load(settings)
    courses = offered(settings, signer)
    if number > len(courses):
        raise UsageError(f"there is no course {number}; `shieldwall-aggregator course list` shows them")
    withdraw(settings, signer, courses[number - 1], int(time.time()))
    note(settings, Action.COURSE_WITHDRAWN, courses[number - 1].title)
    click.echo(f"taken off the list: {courses[number - 1].title}")
