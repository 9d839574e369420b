"""`shieldwall answer`"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli.session import Session, session
from shieldwall.errors import UsageError

if TYPE_CHECKING:
    from agent.records.answers import Answer
    from agent.records.questions import Question


CHOICES = "  [y]es [n]o [p]artly [a] does not apply, [s]kip [q]uit"


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--policy", metavar="NAME", help="Ask what this policy asks; `all` for every question.")
@click.option("--list", "list_", is_flag=True, help="Show every question with its answer.")
@click.option("--again", is_flag=True, help="Ask also what is already answered.")
@click.option("--set", "settings", metavar="ID=WORD", multiple=True, help="Answer without being asked.")
@click.option("--by", metavar="NAME", help="Who stands for the answers.")
@click.option("--note", default="", help="A note for --set; stays at home.")
@click.option("--export", "export", type=click.Path(dir_okay=False, path_type=Path), help="Write a form to fill in.")
@click.option("--import", "import_", type=click.Path(dir_okay=False, path_type=Path), help="Read a filled-in form.")
def answer(
    ids: tuple[str, ...], policy: str | None, list_: bool, again: bool, settings: tuple[str, ...], by: str | None,
    note: str, export: Path | None, import_: Path | None,
) -> int:  # fmt: skip
    """Answer the questions that no probe can look up.

    Stop at any time with q; what was answered is kept and the next call goes on from there. Answers end with the
    check's own age limit, mostly after a year.
    """
    from agent.cli.output import put, write_file
    from agent.home.store import opened
    from agent.records.answers import current, record
    from agent.records.questions import read_form, read_settings
    from agent.render.questionnaire import form, listing
    from agent.scan.record import SCHEMAS

    here, now = session(), datetime.now(UTC)
    questions = _questions(here, policy, ids)
    with opened(here.home, *SCHEMAS) as db:
        known = current(db)
        if list_:
            put(listing(questions, known, now))
            return 0
        if export:
            write_file(export, form(questions, known, now))
            here.tell(f"{len(questions)} questions written to {export}; fill it in and give it to --import")
            return 0
        if settings or import_:
            given = read_settings(settings, questions, by or "", note, now) if settings else []
            given += read_form(import_, questions, by, now) if import_ else []
            record(db, given)
            here.tell(f"{len(given)} answer{'s' * (len(given) != 1)} kept")
            return 0
        asked = [q for q in questions if again or ids or q.due(known, now)]
        if not asked:
            here.tell("everything is answered; --again asks anew, --list shows the answers")
            return 0
        return _ask(here, asked, by, now, lambda one: record(db, [one]))


def _questions(here: Session, policy: str | None, ids: Sequence[str]) -> list[Question]:
    from agent.cli.scan import Request, choose_policy, known_ids
    from agent.records.questions import questions

    pack = here.pack()
    known_ids(pack, ids)
    found = questions(choose_policy(here, Request(policy, tuple(ids)), pack))
    if not found:
        raise UsageError("no question there: probes look these checks up by themselves; `shieldwall answer --list`")
    return found


def _ask(
    here: Session, asked: Sequence[Question], by: str | None, now: datetime, keep: Callable[[Answer], None]
) -> int:
    from agent.cli.output import put, style_for
    from agent.records.answers import new_answer
    from agent.records.questions import LETTERS
    from agent.render.questionnaire import page

    if not sys.stdin.isatty():
        raise UsageError(f"{len(asked)} questions and nobody to ask; use --set ID=yes --by NAME, or --export")
    style = style_for(sys.stdout, os.environ)
    name = by or click.prompt("Your name (stays at home)").strip()
    done = 0
    for number, question in enumerate(asked, 1):
        put(page(question, number, len(asked), style))
        choice = click.prompt(CHOICES, type=click.Choice([*LETTERS, "s", "q"]), show_choices=False)
        if choice == "q":
            break
        if choice == "s":
            continue
        note = click.prompt("  Note (may be empty, stays at home)", default="", show_default=False)
        keep(new_answer(question.id, LETTERS[choice], name, now=now, max_age=question.max_age, note=note))
        done += 1
    here.tell(f"{done} kept, {len(asked) - done} still open; `shieldwall answer` goes on where you stopped")
    return 0
