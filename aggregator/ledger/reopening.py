"""A server that came back with less than it had: it learns so from an agent, stops, and goes on under a new name."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from aggregator.config import Config, rewrite, write_whole
from aggregator.database import log
from aggregator.database.engine import reading, writing
from aggregator.database.log import Leaf, Nodes
from aggregator.database.notary import Notary
from aggregator.refusal import refuse
from shieldwall.encoding import canonical
from shieldwall.errors import IntegrityError, UsageError
from shieldwall.log import merkle
from shieldwall.log.checkpoint import Checkpoint, open_checkpoint
from shieldwall.log.receipt import Kind
from shieldwall.log.reopening import Reopening, encode_reopenings, next_origin, sign_reopening, split_reopenings
from shieldwall.messages.problem import ProblemType

PRESENTED: Final = "rollback.note"
REOPENED: Final = "reopened.json"


def presented(config: Config, engine: Engine, notary: Notary, note: str) -> bool:
    """Take a checkpoint an agent shows; answers whether it proves that this log has lost leaves.

    Raises Refusal for a note this log did not sign.
    """
    try:
        shown = open_checkpoint(note, origin=config.origin, log_key=notary.key.public_key())
    except IntegrityError as error:
        raise refuse(ProblemType.BAD_SIGNATURE) from error
    with reading(engine) as connection:
        if shown.size <= log.size(connection, config.cluster):
            return False
    known = highest(config, notary)
    if known is None or known.size < shown.size:
        write_whole(config.folder / PRESENTED, note.encode())
    return True


def rolled_back(config: Config) -> bool:
    """Whether an agent proved that leaves are missing and nobody has reopened the log since."""
    # Asked with every message, so without a path object.
    return os.path.exists(f"{config.folder}/{PRESENTED}")


def highest(config: Config, notary: Notary) -> Checkpoint | None:
    """The highest checkpoint presented; None when none was, or none of the present origin."""
    try:
        note = (config.folder / PRESENTED).read_text()
        return open_checkpoint(note, origin=config.origin, log_key=notary.key.public_key())
    except (OSError, IntegrityError):
        return None


def reopen(config: Config, engine: Engine, notary: Notary, now: int) -> Config:
    """Go on under the next origin; answers the configuration from now on. May be repeated after an interruption.

    Raises UsageError when no agent has shown that anything is missing.
    """
    if highest(config, notary) is None:
        raise UsageError(
            f"no agent has shown a longer log of {config.origin} than this server holds; there is nothing to reopen."
        )
    note = (config.folder / PRESENTED).read_text()
    digest = canonical.digest(note.encode())
    with writing(engine) as connection:
        nodes = Nodes(connection, config.cluster)
        placed = log.find(connection, config.cluster, digest)
        if placed is None:
            (placed,) = log.append(connection, config.cluster, [Leaf(digest, now, Kind.LOG)], nodes)
        root = merkle.root(placed.index, nodes).hex()
    step = Reopening(config.origin, next_origin(config.origin), placed.index, root, note)
    envelopes = [sign_reopening(step, notary.key)]
    if history := reopened(config):
        envelopes = [*split_reopenings(history), *envelopes]
    write_whole(config.folder / REOPENED, encode_reopenings(envelopes))
    after = replace(config, origin=step.after, former_logs=(f"{notary.vkey} 0 {now}", *config.former_logs))
    rewrite(after)
    (config.folder / PRESENTED).unlink(missing_ok=True)
    return after


def reopened(config: Config) -> bytes | None:
    """What agents are told about it; None when no log ever was."""
    file: Path = config.folder / REOPENED
    return file.read_bytes() if file.exists() else None
