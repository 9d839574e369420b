"""The same tables as one SQLite file, with keys, indexes and a view to begin with."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from aggregator.export.model import Column, Reference, Table

FILE: Final = "open-data.sqlite"
PYTHON: Final = {"string": str, "integer": int, "boolean": int, "datetime": str}
NEWEST: Final = """\
SELECT f.[check], c.title, c.theme, f.kind, f.low, f.high, f.n, f.trend, f.release
FROM check_figures AS f JOIN checks AS c ON c.[check] = f.[check] AND c.rev = f.rev
WHERE f.[group] = 'all' AND f.release = (SELECT release FROM releases ORDER BY period DESC LIMIT 1)
ORDER BY f.low + f.high DESC, c.weight DESC, f.[check]
"""


def encode_sqlite(tables: Sequence[Table]) -> bytes:
    """The same tables give the same bytes with the same version of SQLite, whose number stands in every file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        _write(file, tables)
        return file.read_bytes()


def _write(file: Path, tables: Sequence[Table]) -> None:
    from sqlite_utils import Database

    with closing(sqlite3.connect(file)) as connection:
        db = Database(connection)
        for table in tables:
            made = db.create_table(
                table.name,
                {column.name: PYTHON[column.type] for column in table.columns},
                pk=table.key if len(table.key) > 1 else table.key[0],
                not_null={column.name for column in table.columns if column.required},
                foreign_keys=[_reference(each) for each in table.references],
                column_order=list(table.names),
            )
            made.insert_all(dict(zip(table.names, row, strict=True)) for row in table.rows)
            for reference in table.references:
                made.create_index(reference.columns, if_not_exists=True)
        db.create_view("newest_checks", NEWEST)
        connection.commit()
        connection.execute("VACUUM")


def _reference(each: Reference) -> tuple[str | tuple[str, ...], str, str | tuple[str, ...]]:
    one = len(each.columns) == 1
    return (each.columns[0], each.table, each.to[0]) if one else (each.columns, each.table, each.to)


def describe_column(column: Column) -> str:
    return f"{column.about} In {column.unit}." if column.unit else column.about
