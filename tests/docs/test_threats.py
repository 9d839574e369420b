"""docs/threats.md proves what it says only while the tests it names exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "threats.md"
NAMED = re.compile(r"`(test_\w+)`")


def existing() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    trees = (ast.parse(file.read_text()) for file in files)
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_named_test_exists() -> None:
    assert set(NAMED.findall(PAGE.read_text())) - existing() == set()


def test_every_row_names_a_test() -> None:
    told = [cells for cells in rows() if cells[0] not in ("threat", "what") and not cells[0].startswith("---")]
    assert len(told) > 30
    assert [cells[0] for cells in told if not any(NAMED.search(cell) for cell in cells)] == []
