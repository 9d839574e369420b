"""One noun a file: files of at most 400 lines, functions of at most 60, half of the files under 150."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = [f for package in ("shieldwall", "agent", "aggregator") for f in sorted((ROOT / package).rglob("*.py"))]
FILE_LINES, MEDIAN_LINES, FUNCTION_LINES = 400, 150, 60


def functions(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_files_are_small() -> None:
    sizes = {str(f.relative_to(ROOT)): len(f.read_text().splitlines()) for f in FILES}
    assert {name: n for name, n in sizes.items() if n > FILE_LINES} == {}
    assert statistics.median(sizes.values()) < MEDIAN_LINES


def test_functions_are_small() -> None:
    long = {f"{f.relative_to(ROOT)}:{name}": n for f in FILES for name, n in functions(f) if n > FUNCTION_LINES}
    assert long == {}


def test_no_package_hides_code_in_its_init() -> None:
    """__init__.py holds a docstring and at most a registry or an entry point; re-exports make import cycles."""
    for file in FILES:
        if file.name == "__init__.py":
            imported = [n for n in ast.parse(file.read_text()).body if isinstance(n, ast.ImportFrom) and n.level]
            assert imported == [], file
