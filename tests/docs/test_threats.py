"""docs/threats.md and docs/faults.md prove what they say only while the tests they name exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "docs" / "threats.md", ROOT / "docs" / "faults.md")
HEADS = ("threat", "what", "what dies", "fault", "bytes")
NAMED = re.compile(r"`(test_\w+)`")


def existing() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    trees = (ast.parse(file.read_text()) for file in files)
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def rows(page: Path) -> list[list[str]]:
    lines = [line for line in page.read_text().splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_named_test_exists(page: Path) -> None:
    assert set(NAMED.findall(page.read_text())) - existing() == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_row_names_a_test(page: Path) -> None:
    told = [cells for cells in rows(page) if cells[0] not in HEADS and not cells[0].startswith("---")]
    assert len(told) > 30
    assert [cells[0] for cells in told if not any(NAMED.search(cell) for cell in cells)] == []
