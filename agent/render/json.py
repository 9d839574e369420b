"""The whole result for programs, evidence included; it stays at home. Its form is docs/schema/result-v1.json."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any, Final

from agent.records import evidence
from agent.render import summary
from agent.render.base import Style
from agent.scan.result import ItemResult, ScanResult
from shieldwall import __version__
from shieldwall.checks.outcome import Outcome
from shieldwall.checks.score import Weights

SCHEMA: Final = "shieldwall/result/1"


def render(result: ScanResult, style: Style) -> str:
    return json.dumps(as_json(result), indent=1) + "\n"


def as_json(result: ScanResult) -> dict[str, Any]:
    who, score = result.identity, result.score
    return {
        "schema": SCHEMA,
        "tool": {"name": "shieldwall", "version": __version__},
        "run": result.run,
        "started": result.started.isoformat(),
        "finished": result.finished.isoformat(),
        "host": {
            "name": who.name,
            "system": who.system,
            "family": who.subject.family,
            "role": who.subject.role,
            "elevated": result.elevated,
            "live": result.live,
        },
        "policy": {"id": result.policy.id, "rev": result.policy.rev, "title": result.policy.title},
        "pack": {"name": result.pack.name, "version": result.pack.version, "digest": result.pack.digest},
        "partial": result.partial,
        "counts": {outcome.value: len(result.having(outcome)) for outcome in Outcome},
        "score": {
            "overall": _fraction(score.overall),
            "band": score.band,
            "coverage": _fraction(score.coverage),
            "open_gates": list(score.open_gates),
            "themes": {name: _weights(weights) for name, weights in score.themes.items()},
            "measured": _weights(score.measured),
            "attested": _weights(score.attested),
        },
        "first_fixes": [item.check.id for item in summary.cheapest_fixes(result)],
        "checks": [_item(item, result) for item in result.items],
    }


def _item(item: ItemResult, result: ScanResult) -> dict[str, Any]:
    check, waiver, tree = item.check, item.waiver, item.judgement.tree
    words, snippet = summary.fix_words(item, result)
    return {
        "id": check.id,
        "rev": check.rev,
        "title": check.title,
        "topic": check.topic,
        "theme": check.theme,
        "scope": check.scope,
        "severity": check.severity,
        "weight": item.weight,
        "gate": item.gate,
        "attested": check.attested,
        "experimental": item.experimental,
        "params": dict(item.params),
        "outcome": item.outcome.value,
        "reason": item.reason.value if item.reason else None,
        "waiver": None
        if waiver is None
        else {"owner": waiver.owner, "reason": waiver.reason, "until": waiver.until.isoformat()},
        "defect": item.defect or None,
        "evidence": None if tree is None else evidence.tree(tree),
        "fix": {"text": words, "snippet": snippet, "effort": check.effort},
        "training_topic": check.training_topic or None,
        "refs": {name: list(ids) for name, ids in check.refs.items()},
    }


def _weights(weights: Weights) -> dict[str, Any]:
    return {
        "score": _fraction(weights.score),
        "coverage": _fraction(weights.coverage),
        "passed": weights.passed,
        "failed": weights.failed,
        "waived": weights.waived,
        "unseen": weights.unseen,
        "qualifies": weights.qualifies,
    }


def _fraction(value: Fraction | None) -> float | None:
    """In [0, 1], rounded to six digits; the exact value follows from the weights."""
    return None if value is None else round(float(value), 6)
