"""HardeningKitty finding lists (CSV): registry values become checks of the registry; the rest is unsupported."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Any, Final

from agent.authoring.importing.outline import (
    Imported,
    Outline,
    Rule,
    UnsupportedError,
    every,
    negated,
    registry,
    unsupported,
)
from shieldwall.errors import PackError

COLUMNS: Final = (
    "ID",
    "Name",
    "Method",
    "RegistryPath",
    "RegistryItem",
    "DefaultValue",
    "RecommendedValue",
    "Operator",
)
HIVES: Final = {"HKLM": "HKLM", "HKCU": "HKCU", "HKU": "HKU", "HKCR": "HKCR"}
SEVERITIES: Final = {"low": "low", "medium": "medium", "high": "high", "passed": "info"}
WAYS: Final = {"<=": "le", ">=": "ge"}


def read(data: bytes, file: str) -> Imported:
    """Raises PackError when the file is no finding list at all."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PackError("not UTF-8 text", file=file) from error
    rows = csv.DictReader(io.StringIO(text))
    if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
        raise PackError(
            f"the column {missing[0]} is missing; is this a HardeningKitty finding list?", file=file, line=1
        )
    outlines: list[Outline] = []
    faults: list[str] = []
    for row in rows:
        if None in row or any(value is None for value in row.values()):
            faults.append(f"{file}:{rows.line_num}: expected {len(rows.fieldnames or ())} columns")
        elif not row["ID"].strip().isalnum() or not row["Name"].strip():
            faults.append(f"{file}:{rows.line_num}: a finding needs an ID and a name")
        else:
            outlines.append(_finding(row, rows.line_num))
    return Imported(tuple(outlines), tuple(faults))


def _finding(row: Mapping[str, str], line: int) -> Outline:
    identity = f"hardeningkitty-{row['ID'].strip().lower()}"
    category = row.get("Category", "").strip()
    try:
        rule, missing = _registry(row)
    except UnsupportedError as error:
        rule, missing = unsupported(identity, str(error)), ""
    return Outline(
        id=identity,
        title=row["Name"].strip(),
        why=f"A setting of Windows{f', {category}' if category else ''}, which the firm's own list wants changed.",
        fix=f"Set {row['RegistryItem'] or row['Name']} to {row['RecommendedValue'] or 'nothing'} by group policy.",
        rule=rule,
        platform="windows",
        severity=SEVERITIES.get(row.get("Severity", "").strip().lower(), "medium"),
        missing=missing,
        line=line,
    )


def _registry(row: Mapping[str, str]) -> tuple[Rule, str]:
    """(the rule, what a value that was never written means: the default of Windows, judged alike)."""
    if row["Method"].strip() != "Registry":
        raise UnsupportedError(f"the method {row['Method']}")
    hive, _, path = row["RegistryPath"].strip().partition(":")
    if hive not in HIVES or not path.strip("\\") or not row["RegistryItem"].strip():
        raise UnsupportedError(f"the registry path {row['RegistryPath']}")
    where = {"key": f"{HIVES[hive]}\\{path.strip(chr(92))}", "value": row["RegistryItem"].strip()}
    wanted, operator = _typed(row["RecommendedValue"]), row["Operator"].strip()
    default = _typed(row["DefaultValue"])
    match operator:
        case "=":
            rule, passes = _equal(where, wanted), default == wanted
        case "!=":
            rule, passes = negated(_equal(where, wanted)), default != wanted
        case "=|0":
            allowed = [wanted, 0]
            rule, passes = registry(where, {"in": allowed}, wanted, "other than that"), default in allowed
        case "contains" if isinstance(wanted, str) and wanted:
            rule, passes = registry(where, {"contains": wanted}, wanted, "\x00"), wanted in str(default)
        case "<=" | ">=" | "<=!0":
            rule, passes = _compared(where, operator, wanted, default)
        case _:
            raise UnsupportedError(f"the operator {operator} with {row['RecommendedValue']!r}")
    return rule, "pass" if row["DefaultValue"] and passes else "fail"


def _equal(where: Mapping[str, Any], wanted: int | str) -> Rule:
    return registry(where, wanted, wanted, wanted + 1 if isinstance(wanted, int) else f"{wanted}-not")


def _compared(where: Mapping[str, Any], operator: str, wanted: int | str, default: int | str) -> tuple[Rule, bool]:
    if not isinstance(wanted, int):
        raise UnsupportedError(f"the comparison with {wanted!r}")
    way = WAYS[operator[:2]]
    rule = registry(where, {way: wanted}, wanted, wanted + 1 if way == "le" else wanted - 1)
    holds = isinstance(default, int) and (default <= wanted if way == "le" else default >= wanted)
    if operator == "<=!0":
        return every([rule, registry(where, {"ne": 0}, wanted, 0)]), holds and default != 0
    return rule, holds


def _typed(text: str) -> int | str:
    return int(text) if re.fullmatch(r"-?\d{1,18}", text.strip()) else text.strip()
