"""`shieldwall doctor`"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from agent.cli.session import session


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a finding and line.")
@click.option("--offline", is_flag=True, help="Do not ask the cluster's server whether it is there.")
def doctor(as_json: bool, offline: bool) -> int:
    """What is wrong with the agent itself, and the command that mends it. Exits with 1 when something is."""
    from agent.cli.output import put, style_for
    from agent.delivery.transport import HttpTransport
    from agent.doctor.examine import examine
    from agent.doctor.finding import Level
    from agent.render.paint import Paint, wrapped
    from agent.schedule.base import Where

    elevated = hasattr(os, "geteuid") and os.geteuid() == 0
    where = Where(user_home=Path.home())
    connect = None if offline else HttpTransport
    findings = list(examine(session().home, datetime.now(UTC), elevated=elevated, where=where, connect=connect))
    style = style_for(sys.stdout, os.environ)
    paint = Paint(style.colour)
    colours = {Level.GOOD: "green", Level.NOTE: "yellow", Level.BAD: "red"}
    for finding in findings:
        if as_json:
            record = {"level": finding.level, "area": finding.area, "words": finding.words, "mend": finding.mend}
            put(json.dumps(record) + "\n")
            continue
        lines = wrapped(str, f"{finding.area}: {finding.words}", style.width, "      ", "      ")
        lines[0] = paint.strong(colours[finding.level])(f"{finding.level:<4}") + "  " + lines[0].strip()
        lines += wrapped(paint.strong("cyan"), finding.mend, style.width, "      -> ", "         ")
        put("\n".join(lines) + "\n")
    return 1 if any(finding.level is Level.BAD for finding in findings) else 0
