"""What an agent on the aggregator's server writes down: a small one made by hand, and a real one."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FINISHED = 1_795_000_000
NOW = FINISHED + 3 * 86_400


def own_result(finished: int = FINISHED) -> dict[str, Any]:
    """Of the form docs/schema/result-v1.json, with only what the aggregator reads."""
    return {
        "schema": "shieldwall/result/1",
        "finished": datetime.fromtimestamp(finished, UTC).isoformat(),
        "host": {"elevated": True, "live": True},
        "policy": {"id": "aggregator-self"},
        "partial": False,
        "counts": {"pass": 61, "fail": 3, "unknown": 2},
        "score": {
            "overall": 0.84, "band": "C", "coverage": 0.97777, "open_gates": ["backup-recent"],
            "themes": {
                "access": {"score": 0.9166, "coverage": 1.0}, "people-organisation": {"score": None, "coverage": None},
            },
        },
        "checks": [
            _check("ssh-idle-timeout", "Idle sessions end", 1, [_leaf("0", "/etc/ssh/sshd_config:12"), _leaf(True, "y", "pass")]),
            _check("backup-recent", "A backup is recent", 10, [_leaf({"?": "absent"}, "timers and cron")], gate=True),
            _check("log-forwarded", "Logs go elsewhere", 3, [], waiver={"owner": "jo", "reason": "r", "until": "2027-01-01"}),
            {"id": "kernel-aslr", "outcome": "pass"},
        ],
    }  # fmt: skip


def _leaf(value: object, origin: str, outcome: str = "fail") -> dict[str, Any]:
    return {"text": "t", "outcome": outcome, "seen": [{"value": value, "origin": origin}]}


def _check(
    identity: str, title: str, weight: int, parts: list[dict[str, Any]], *, gate: bool = False, waiver: object = None
) -> dict[str, Any]:
    return {
        "id": identity, "title": title, "weight": weight, "gate": gate, "outcome": "fail", "waiver": waiver,
        "fix": {"text": "Do `this`.", "snippet": "this = yes", "effort": "minutes"},
        "evidence": {"text": "all", "outcome": "fail", "parts": parts},
    }  # fmt: skip


def seen(folder: Path) -> Path:
    """A result of the real agent about this machine, through the command that the pages and the doctor name."""
    place = folder / "self.json"
    environment = {**os.environ, "SHIELDWALL_HOME": str(folder / "agent")}
    words = ["scan", "--policy", "aggregator-self", "--role", "server", "--fail-on", "never", "--output", str(place)]
    command = [sys.executable, "-c", "from agent.cli import main; main()", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return place
