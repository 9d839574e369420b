"""What is done on the command line stands in the audit log beside what is done on the pages."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.people.audit import Action


def note(settings: Config, action: Action, subject: str) -> None:
    from aggregator.database.engine import connect, writing
    from aggregator.people import audit

    engine = connect(settings.database_url)
    try:
        with writing(engine) as connection:
            audit.append(connection, settings.cluster, audit.COMMAND_LINE, action, subject, int(time.time()))
    finally:
        engine.dispose()
