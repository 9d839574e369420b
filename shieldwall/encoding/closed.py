"""Reading a closed JSON schema: every member is asked for by name, and whatever was not asked for is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeVar

from shieldwall.encoding import canonical
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.limits import TREE_LEAVES

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

DIGEST = re.compile(r"[0-9a-f]{64}")
CHECK_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


class Node(NamedTuple):
    """A JSON value and where it stands. Every method answers the value in its own type or raises SchemaError.

    No dataclass: a server makes thirty of these a message, and a named tuple is made in a third of the time.
    """

    value: Any
    pointer: str = ""

    def members(self, *names: str) -> tuple[Node, ...]:
        """The members of an object that has exactly these names, in the order asked."""
        found = self._object()
        if len(found) == len(names):
            try:
                return tuple([Node(found[name], f"{self.pointer}/{name}") for name in names])
            except KeyError:
                pass
        for extra in sorted(found.keys() - set(names)):
            raise SchemaError("this member is not part of the protocol", pointer=self._below(extra))
        return self.known(*names)

    def known(self, *names: str) -> tuple[Node, ...]:
        """The members asked for; others are ignored, as the answers of a newer server may carry them."""
        found = self._object()
        for name in names:
            if name not in found:
                raise SchemaError("this member is missing", pointer=f"{self.pointer}/{name}")
        return tuple([Node(found[name], f"{self.pointer}/{name}") for name in names])

    def get(self, name: str) -> Node:
        """A member that may be absent: its value is then None."""
        return Node(self._object().get(name), f"{self.pointer}/{name}")

    def items(self, keys: re.Pattern[str], most: int) -> Iterator[tuple[str, Node]]:
        """Pairs of an object whose names follow a form that needs no escaping in a pointer."""
        found = self._object()
        if len(found) > most:
            raise SchemaError(f"more than {most} members", pointer=self.pointer)
        for key, value in found.items():
            if not keys.fullmatch(key):
                raise SchemaError(f"the name {key[:40]!a} is not of the form {keys.pattern}", pointer=self.pointer)
            yield key, Node(value, f"{self.pointer}/{key}")

    def words(self, keys: re.Pattern[str], table: Mapping[str, T], most: int) -> dict[str, T]:
        """An object whose names follow a form and whose values are words of a table: what they stand for, by name."""
        found = self._object()
        names = "\n".join(found)
        # All names in one match, as a server reads 150 of them in every message; a name with a line break is none.
        if len(found) <= most and names.count("\n") == len(found) - 1 and _all_of(keys, names):
            try:
                return {key: table[value] for key, value in found.items()}
            except (KeyError, TypeError):
                pass
        meant: dict[str, T] = {}
        for key, node in self.items(keys, most):
            if not isinstance(node.value, str) or node.value not in table:
                raise SchemaError(f"must be one of {', '.join(table)}", pointer=node.pointer)
            meant[key] = table[node.value]
        return meant

    def elements(self, most: int) -> tuple[Node, ...]:
        if not isinstance(self.value, list) or len(self.value) > most:
            raise SchemaError(f"not a list of at most {most}", pointer=self.pointer)
        return tuple(Node(item, f"{self.pointer}/{n}") for n, item in enumerate(self.value))

    def text(self, form: re.Pattern[str], most: int = 256) -> str:
        if not isinstance(self.value, str) or len(self.value) > most or not form.fullmatch(self.value):
            raise SchemaError(f"not a text of the form {form.pattern}", pointer=self.pointer)
        return self.value

    def exactly(self, wanted: str | int) -> None:
        if type(self.value) is not type(wanted) or self.value != wanted:
            raise SchemaError(f"must be {wanted!r}", pointer=self.pointer)

    def integer(self, low: int = 0, high: int = TREE_LEAVES) -> int:
        if type(self.value) is not int or not low <= self.value <= high:
            raise SchemaError(f"not an integer from {low} to {high}", pointer=self.pointer)
        return self.value

    def choice(self, kind: type[E]) -> E:
        if isinstance(self.value, str):
            try:
                return kind(self.value)
            except ValueError:
                pass
        raise SchemaError(f"must be one of {', '.join(kind)}", pointer=self.pointer)

    def flag_or_none(self) -> bool | None:
        if self.value is not None and not isinstance(self.value, bool):
            raise SchemaError("must be true, false or null", pointer=self.pointer)
        return self.value

    def bytes64(self, low: int, high: int) -> bytes:
        """Standard base64 of low to high bytes."""
        if not isinstance(self.value, str) or len(self.value) > 4 * (high + 2) // 3 + 4:
            raise SchemaError(f"not base64 of at most {high} bytes", pointer=self.pointer)
        try:
            data = canonical.unb64(self.value)
        except IntegrityError as error:
            raise SchemaError(str(error), pointer=self.pointer) from error
        if not low <= len(data) <= high:
            raise SchemaError(f"must hold {low} to {high} bytes, holds {len(data)}", pointer=self.pointer)
        return data

    def _object(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            raise SchemaError("not an object", pointer=self.pointer)
        return self.value

    def _below(self, name: str) -> str:
        """Where a member stands whose name somebody else chose."""
        plain = name[:80].encode("ascii", "backslashreplace").decode()
        return f"{self.pointer}/{plain.replace('~', '~0').replace('/', '~1')}"


def read(data: bytes) -> Node:
    """The root of a JSON document from outside. Raises IntegrityError for bytes that are not strict JSON."""
    return Node(canonical.decode(data))


def read_canonical(data: bytes) -> Node:
    """As read, of bytes that are the canonical form of what they say."""
    return Node(canonical.decode_canonical(data))


@lru_cache(16)
def _all_of(keys: re.Pattern[str], names: str) -> bool:
    """Whether these are one or more of the form, a line each. The hosts of a cluster say the same names every day."""
    return _lines(keys).fullmatch(names) is not None


@cache
def _lines(keys: re.Pattern[str]) -> re.Pattern[str]:
    """One or more of these, a line each."""
    return re.compile(f"(?:{keys.pattern})(?:\n(?:{keys.pattern}))*")
