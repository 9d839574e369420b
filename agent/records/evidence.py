"""Evidence: what made each outcome, as it was seen. It is kept at home and opened one item at a time."""

from __future__ import annotations

import base64
import json
import sqlite3
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from agent.home.store import Schema
from shieldwall.checks.check import Check
from shieldwall.checks.expectation.evaluate import Node
from shieldwall.checks.fact import ABSENT, MARK
from shieldwall.checks.judgement import Judgement
from shieldwall.messages.commitment import SALT_BYTES

SCHEMA: Final = Schema(
    "evidence",
    (
        (
            "first",
            """
CREATE TABLE evidence (
    run TEXT PRIMARY KEY,
    items BLOB NOT NULL
);
""",
        ),
    ),
)
"""items: zlib over JSON {check id: [salt, item]}; one row a run, so keeping and forgetting a run is one step."""


@dataclass(frozen=True, slots=True)
class Item:
    evidence: bytes
    """JSON as `encode` writes it; the bytes that a statement commits to."""
    salt: bytes
    """32 fresh bytes; without it the commitment to a yes or a no could be guessed."""


def encode(check: Check, judgement: Judgement) -> bytes:
    """One check's evidence: the truth tree with what was seen."""
    verdict = judgement.verdict
    data = {
        "check": check.id,
        "rev": check.rev,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason.value if verdict.reason else None,
        "tree": None if judgement.tree is None else tree(judgement.tree),
    }
    return json.dumps(data, sort_keys=True, separators=(",", ":")).encode("ascii")


def tree(node: Node) -> dict[str, Any]:
    """A truth tree as plain JSON."""
    out: dict[str, Any] = {"text": node.text, "outcome": node.verdict.outcome.value}
    if node.verdict.reason is not None:
        out["reason"] = node.verdict.reason.value
    if node.detail:
        out["detail"] = node.detail
    if node.seen:
        out["seen"] = [{"value": seen.value, "origin": seen.origin} for seen in node.seen]
        out["count"] = node.count
    if node.parts:
        out["parts"] = [tree(part) for part in node.parts]
    return out


def shown(value: Any) -> str:
    """A seen value for a reader: text as it is, a record as `path=/x mode=0755`, a part nobody saw in words."""
    if isinstance(value, Mapping):
        if set(value) == {MARK}:
            return "not there" if value[MARK] == ABSENT else f"not seen ({value[MARK]})"
        return " ".join(f"{name}={_inside(item)}" for name, item in value.items()) or "nothing"
    return "nothing" if value == [] else _inside(value)


def _inside(value: Any) -> str:
    if isinstance(value, str):
        return value if value else '""'
    if isinstance(value, Mapping):
        return shown(value) if set(value) == {MARK} else f"({shown(value)})"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_inside, value))}]"
    return json.dumps(value, ensure_ascii=False, default=str)


def salted(items: Mapping[str, bytes], fresh: Callable[[int], bytes]) -> Mapping[str, Item]:
    """fresh: a source of random bytes, such as os.urandom."""
    return {check_id: Item(evidence, fresh(SALT_BYTES)) for check_id, evidence in items.items()}


def record(db: sqlite3.Connection, run: str, items: Mapping[str, Item]) -> None:
    """Inside the caller's transaction, so that a run is kept whole or not at all."""
    data = {c: [base64.b64encode(i.salt).decode("ascii"), i.evidence.decode("ascii")] for c, i in items.items()}
    packed = zlib.compress(json.dumps(data, separators=(",", ":")).encode("ascii"), 6)
    db.execute("INSERT INTO evidence (run, items) VALUES (?, ?)", (run, packed))


def of_run(db: sqlite3.Connection, run: str) -> Mapping[str, Item]:
    """By check id; empty when the run was forgotten or never kept."""
    row = db.execute("SELECT items FROM evidence WHERE run = ?", (run,)).fetchone()
    if row is None:
        return {}
    data = json.loads(zlib.decompress(row["items"]))
    return {c: Item(text.encode("ascii"), base64.b64decode(salt)) for c, (salt, text) in data.items()}


def forget(db: sqlite3.Connection, runs: list[str]) -> None:
    db.executemany("DELETE FROM evidence WHERE run = ?", [(run,) for run in runs])
