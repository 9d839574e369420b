"""The Frictionless Data Package: which files there are, and what every column in them means."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from aggregator.export.gather import Facts
from aggregator.export.licence import LICENCES
from aggregator.export.model import Column, Table

FILE: Final = "datapackage.json"


def describe_package(facts: Facts, tables: Sequence[Table], files: Mapping[str, bytes]) -> bytes:
    """files   name -> bytes of every table's CSV"""
    licence = LICENCES[facts.licence]
    newest = facts.newest
    package = {
        "profile": "tabular-data-package",
        "name": f"{newest.cluster}-benchmark",
        "title": f"Security benchmark of {facts.name}",
        "description": about(facts),
        "homepage": facts.url,
        "version": newest.name,
        "created": f"{newest.published[:-1]}:00Z",
        "licenses": [{"name": facts.licence, "path": licence.page, "title": licence.title}],
        "contributors": [{"title": facts.name, "path": facts.url, "role": "publisher"}],
        "sources": [
            {"title": f"Release {name}", "path": f"{facts.url}/v1/releases/{name}/release.json"}
            for name in (issue.release.name for issue in facts.issues)
        ],
        "resources": [_resource(table, files[f"{table.name}.csv"]) for table in tables],
    }
    return as_json(package)


def about(facts: Facts) -> str:
    return (
        f"How many member firms of {facts.name} need action, check by check and theme by theme, in every release so "
        "far. Every figure counts firms, never hosts, and is an interval: no figure tells on any single firm. "
        f"{facts.newest.method}"
    )


def as_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False) + "\n").encode()


def _resource(table: Table, data: bytes) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": table.title,
        "description": table.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{sha256(data).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [_field(column) for column in table.columns],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {
                    "fields": list(each.columns),
                    "reference": {"resource": each.table, "fields": list(each.to)},
                }
                for each in table.references
            ],
            "missingValues": [""],
        },
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": column.required}
    if column.options:
        constraints["enum"] = list(column.options)
    if column.type == "integer":
        constraints["minimum"] = 0
    field: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.about}
    if column.type == "datetime":
        field["format"] = "%Y-%m-%dT%H:%M:%SZ"
    if column.unit:
        field["unit"] = column.unit
    return {**field, "constraints": constraints}
