"""Past all layers but the driver, for what is asked with every message or batch.

The layers above it cost more than the answer. What is asked together costs PostgreSQL one round trip.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, Column, ColumnElement, Connection, Dialect, Select, bindparam
from sqlalchemy.ext.compiler import compiles

Question: TypeAlias = tuple[Select[Any], Mapping[str, Any]]
"""A constant query and the values it asks for by name."""
Row: TypeAlias = tuple[Any, ...]
"""The values of one row, as the database has them."""


class OneOf(ColumnElement[bool]):
    """Whether a column is one of a list given by name: the same text, however long the list."""

    inherit_cache = False

    def __init__(self, column: Column[Any], name: str) -> None:
        self.column = column
        self.values: BindParameter[Any] = bindparam(name)


@compiles(OneOf, "sqlite")
def _in_json(element: OneOf, compiler: Any, **words: Any) -> str:
    column, values = compiler.process(element.column, **words), compiler.process(element.values, **words)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608


@compiles(OneOf, "postgresql")
def _in_array(element: OneOf, compiler: Any, **words: Any) -> str:
    column, values = compiler.process(element.column, **words), compiler.process(element.values, **words)
    return f"{column} = ANY({values})"


@contextmanager
def together(connection: Connection, *, last: bool = False) -> Iterator[None]:
    """What is written inside costs PostgreSQL one round trip; an error comes at the end. Nothing is read inside.

    last   nothing comes after it in this transaction: on PostgreSQL its end goes along, and is durable when this ends
    """
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with driver.pipeline():
            yield
            if last:
                # Behind a statement that failed it is skipped, like all that follow one.
                driver.execute("COMMIT")
    else:
        yield


def ask(connection: Connection, *questions: Question) -> list[list[Row]]:
    """The rows of each, answered in their order."""
    cursors: list[Any] = []
    with together(connection):
        for statement, values in questions:
            cursor = connection.connection.cursor()
            cursor.execute(*spoken(statement, connection.dialect, values))
            cursors.append(cursor)
        # The first row fetched is what sends them all.
        found = [cursor.fetchall() for cursor in cursors]
    for cursor in cursors:
        cursor.close()
    return found


def spoken(statement: Select[Any], dialect: Dialect, values: Mapping[str, Any]) -> tuple[str, Any]:
    """As the driver takes it: text and parameters. Every value of the statement is asked for by name."""
    text, names = _compiled(statement, dialect)
    if names is None:
        return text, values
    return text, tuple([json.dumps(value) if isinstance(value := values[name], list) else value for name in names])


@cache
def _compiled(statement: Select[Any], dialect: Dialect) -> tuple[str, Sequence[str] | None]:
    made = statement.compile(dialect=dialect)
    return made.string, made.positiontup if made.positional else None
