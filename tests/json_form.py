"""The part of JSON Schema (2020-12) that our own schemas use, to hold documents to them without another library."""

from __future__ import annotations

from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float),
    "boolean": (bool,), "null": (type(None),),
}  # fmt: skip
KNOWN = {
    "$schema", "$id", "$defs", "$ref", "title", "description", "type", "const", "enum", "required", "properties",
    "additionalProperties", "items",
}  # fmt: skip


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "") -> list[str]:
    """What in `value` the schema does not allow, with a pointer each."""
    if unknown := schema.keys() - KNOWN:
        raise NotImplementedError(f"schema keywords {unknown}")
    if "$ref" in schema:
        return faults(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, at)
    if "const" in schema and value != schema["const"]:
        return [f"{at}: {value!r} is not {schema['const']!r}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: {value!r} is not allowed"]
    if "type" in schema and not _typed(value, schema["type"]):
        return [f"{at}: {value!r} is not {schema['type']}"]
    out = [f"{at}/{key}: missing" for key in schema.get("required", ()) if isinstance(value, dict) and key not in value]
    if isinstance(value, dict):
        for key, item in value.items():
            below = schema.get("properties", {}).get(key, schema.get("additionalProperties", {}))
            out += [f"{at}/{key}: not in the schema"] if below is False else faults(item, below, root, f"{at}/{key}")
    if isinstance(value, list):
        for number, item in enumerate(value):
            out += faults(item, schema.get("items", {}), root, f"{at}/{number}")
    return out


def _typed(value: Any, names: str | list[str]) -> bool:
    for name in [names] if isinstance(names, str) else names:
        if isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool)):
            return True
    return False
