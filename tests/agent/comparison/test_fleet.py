"""The firm's hosts side by side."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from agent_sample import sample_result

from agent.cli import run
from agent.comparison.fleet import read_fleet
from agent.render import load
from agent.render.base import Style
from agent.render.fleet import table
from shieldwall.errors import ConfigError

NOW = datetime(2027, 3, 1, tzinfo=UTC)


def wrote(folder: Path, name: str, days_ago: int = 0, failing: int | None = None) -> dict[str, object]:
    found = json.loads(load("json")(sample_result(), Style()))
    found["host"]["name"] = name
    found["finished"] = (NOW - timedelta(days=days_ago)).isoformat()
    failed = [item for item in found["checks"] if item["outcome"] == "fail" and item["waiver"] is None]
    for item in failed[failing:] if failing is not None else []:
        item["outcome"] = "pass"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}-{days_ago}.json").write_text(json.dumps(found))
    return {"failed": [item["id"] for item in failed]}


def test_the_newest_of_each_host_with_most_to_do_first(tmp_path: Path) -> None:
    failed = wrote(tmp_path, "anna", 0)["failed"]
    assert isinstance(failed, list)
    assert failed, "the sample has findings"
    wrote(tmp_path, "bert", 0, failing=0)
    wrote(tmp_path, "bert", 20)
    wrote(tmp_path, "carl", 30)
    fleet = read_fleet(tmp_path)
    assert [member.name for member in fleet.members] == ["anna", "carl", "bert"]
    assert dict(fleet.common(100)) == dict.fromkeys(failed, 2)
    text = table(fleet, NOW)
    assert "2 of 3" in text
    assert "30 days ago" in text
    assert text.count("days ago") == 1
    assert str(fleet.titles[failed[0]]) in text


def test_what_is_no_result_is_named_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrote(tmp_path, "anna")
    for name, text in (
        ("cut.json", '{"schema": "shieldwall/result/1", "che'),
        ("other.json", "[1, 2]"),
        ("old.json", '{"schema": "shieldwall/result/0"}'),
        ("thin.json", '{"schema": "shieldwall/result/1", "checks": []}'),
    ):
        (tmp_path / name).write_text(text)
    assert run(["fleet", "--json", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    (line,) = out.splitlines()
    assert json.loads(line)["host"] == "anna"
    assert err.count("is left out") == 4


def test_a_name_cannot_paint_the_terminal(tmp_path: Path) -> None:
    wrote(tmp_path, "evil")
    path = next(tmp_path.glob("*.json"))
    path.write_text(path.read_text().replace('"name": "evil"', '"name": "a\\u001b[31mb"'))
    assert "\x1b" not in table(read_fleet(tmp_path), NOW)


def test_an_empty_folder_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="scan --output"):
        read_fleet(tmp_path)
