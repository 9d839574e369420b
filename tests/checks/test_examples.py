"""Every check is right about its own examples, and its examples would notice if it were not."""

from pathlib import Path

import pytest

from shieldwall.checks.check import parse_check, parse_examples
from shieldwall.checks.judgement import EXAMPLE_MOMENT, judge_example
from shieldwall.checks.mutation import survivors
from shieldwall.packs.library import read_yaml

FOLDER = Path(__file__).parents[2] / "checks"
FILES = sorted(FOLDER.rglob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_the_check_is_right_about_its_examples(file: Path) -> None:
    check = parse_check(read_yaml(file.read_bytes(), str(file.relative_to(FOLDER.parent))))
    assert (file.stem, file.parent.name) == (check.id, check.topic)
    for number, example in enumerate(parse_examples(check)):
        judgement = judge_example(check, example, EXAMPLE_MOMENT)
        seen = (judgement.verdict.outcome, judgement.verdict.reason)
        wanted = (example.result, example.reason if example.reason or example.result != "unknown" else seen[1])
        assert seen == wanted, f"example {number} of {check.id}: {judgement.tree}"


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_a_mutated_check_breaks_an_example(file: Path) -> None:
    check = parse_check(read_yaml(file.read_bytes(), str(file.relative_to(FOLDER.parent))))
    assert survivors(check, EXAMPLE_MOMENT) == []
