"""Titles, units and terms for Datasette: `datasette open-data.sqlite --metadata metadata.json`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from aggregator.export import sqlite
from aggregator.export.gather import Facts
from aggregator.export.licence import LICENCES
from aggregator.export.model import Table
from aggregator.export.package import about, as_json

FILE: Final = "metadata.json"


def describe_database(facts: Facts, tables: Sequence[Table]) -> bytes:
    licence = LICENCES[facts.licence]
    terms = {
        "license": licence.title,
        "license_url": licence.page,
        "source": facts.name,
        "source_url": facts.url,
    }
    database = {
        "title": f"Security benchmark of {facts.name}",
        "description": about(facts),
        **terms,
        "tables": {
            table.name: {
                "title": table.title,
                "description": table.about,
                "columns": {column.name: sqlite.describe_column(column) for column in table.columns},
                "sort": table.key[0],
            }
            for table in tables
        },
    }
    return as_json(
        {
            "title": database["title"],
            "description": database["description"],
            **terms,
            "databases": {Path(sqlite.FILE).stem: database},
        }
    )
