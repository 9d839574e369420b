"""The server's own standing: a result of the real agent's form, and every kind of file that is none."""

from __future__ import annotations

import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_result import FINISHED, NOW, own_result, seen

from aggregator.standing import FILE_BYTES, OwnAudit, Seen, Standing, Why, parse

DAY = 86_400


def standing(result: dict[str, Any]) -> Standing | Why:
    return parse(json.dumps(result).encode())


def test_a_whole_result_is_read_with_gates_first_and_evidence_of_what_fails() -> None:
    found = standing(own_result())
    assert isinstance(found, Standing)
    assert (found.band, found.overall, found.coverage) == ("C", 84, 97)
    assert (found.passed, found.failed, found.unknown, found.accepted) == (61, 3, 2, 1)
    assert found.gates == ("A backup is recent",)
    assert [finding.id for finding in found.findings] == ["backup-recent", "ssh-idle-timeout"]
    assert found.findings[0].seen == (Seen(None, "timers and cron"),)
    assert found.findings[1].seen == (Seen("0", "/etc/ssh/sshd_config:12"),), "what holds is no evidence of a failure"
    assert [(theme.name, theme.score, theme.coverage) for theme in found.themes] == [("access", 91, 100)]


def test_what_the_agent_really_writes_is_read(tmp_path: Path) -> None:
    found = parse(seen(tmp_path).read_bytes())
    assert isinstance(found, Standing), found
    assert found.failed == len(found.findings) + found.accepted
    assert any(finding.seen for finding in found.findings)


@pytest.mark.parametrize(
    ("place", "value", "why"),
    [
        (("schema",), "shieldwall/result/2", Why.FOREIGN), (("schema",), None, Why.FOREIGN),
        (("policy", "id"), "server", Why.OTHER), (("partial",), True, Why.OTHER), (("partial",), 0, Why.OTHER),
        (("host", "live"), False, Why.OTHER), (("policy",), [], Why.FOREIGN), (("score",), None, Why.FOREIGN),
        (("score", "band"), "A+", Why.FOREIGN), (("score", "overall"), 1.5, Why.FOREIGN),
        (("score", "overall"), float("nan"), Why.FOREIGN), (("score", "overall"), True, Why.FOREIGN),
        (("score", "open_gates"), ["never-looked-at"], Why.FOREIGN), (("counts", "pass"), -1, Why.FOREIGN),
        (("counts", "pass"), 10**30, Why.FOREIGN), (("finished",), "yesterday", Why.FOREIGN),
        (("finished",), "2026-11-20T03:30:00", Why.FOREIGN), (("finished",), "0001-01-01T00:00:00+23:59", Why.FOREIGN),
        (("checks",), {}, Why.FOREIGN), (("checks",), [7], Why.FOREIGN), (("checks",), [{}] * 2_001, Why.FOREIGN),
        (("checks", 0, "id"), "<script>", Why.FOREIGN), (("checks", 0, "weight"), 11, Why.FOREIGN),
        (("checks", 0, "fix"), None, Why.FOREIGN), (("checks", 0, "title"), 5, Why.FOREIGN),
        (("checks", 0, "evidence", "seen"), "x", Why.FOREIGN),
    ],
)  # fmt: skip
def test_what_does_not_fit_has_a_reason(place: tuple[str | int, ...], value: object, why: Why) -> None:
    result = own_result()
    at: Any = result
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    assert standing(result) is why


def test_a_result_cut_off_anywhere_is_no_result() -> None:
    raw = json.dumps(own_result()).encode()
    assert {parse(raw[:end]) for end in range(0, len(raw), 37)} == {Why.FOREIGN}


def test_what_is_too_deep_or_too_large_is_no_result() -> None:
    result = own_result()
    assert parse(b"[" * 100_000) is Why.FOREIGN
    assert parse(b'{"schema": ' + b"9" * 10_000 + b"}") is Why.FOREIGN
    assert parse(json.dumps(result).encode() + b" " * FILE_BYTES) is Why.FOREIGN
    deep: dict[str, Any] = {"outcome": "fail"}
    for _ in range(200):
        deep = {"outcome": "fail", "parts": [deep]}
    result["checks"][0]["evidence"] = deep
    assert isinstance(standing(result), Standing)


def test_long_words_and_much_evidence_are_cut() -> None:
    result = own_result()
    result["checks"][0] |= {"title": "x" * 100_000}
    result["checks"][0]["evidence"]["seen"] = [{"value": "y" * 9_000, "origin": "z" * 9_000}] * 50
    found = standing(result)
    assert isinstance(found, Standing)
    long = found.findings[1]
    assert (len(long.title), len(long.seen)) == (300, 8)
    assert {(len(each.value or ""), len(each.where)) for each in long.seen} == {(300, 300)}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=8,
    ),
    st.data(),
)
def test_no_value_anywhere_makes_it_fail(value: object, data: st.DataObject) -> None:
    result = deepcopy(own_result())
    at: Any = result
    while True:
        key = data.draw(st.sampled_from(list(at) if isinstance(at, dict) else range(len(at))))
        if not isinstance(at[key], dict | list) or not at[key] or data.draw(st.booleans()):
            at[key] = value
            break
        at = at[key]
    assert isinstance(standing(result), Standing | Why)


def test_the_file_is_read_again_only_when_it_is_another(tmp_path: Path) -> None:
    place = tmp_path / "self.json"
    audit = OwnAudit(place)
    assert audit.now(NOW) is Why.MISSING
    place.write_text(json.dumps(own_result()))
    first = audit.now(NOW)
    assert isinstance(first, Standing) and audit.now(NOW) is first
    other = own_result()
    other["score"]["band"] = "D"
    (tmp_path / "new").write_text(json.dumps(other))
    (tmp_path / "new").replace(place)
    second = audit.now(NOW)
    assert isinstance(second, Standing) and second.band == "D"
    place.unlink()
    assert audit.now(NOW) is Why.MISSING


def test_after_thirty_days_it_is_old_and_before_its_time_it_is_none(tmp_path: Path) -> None:
    place = tmp_path / "self.json"
    place.write_text(json.dumps(own_result()))
    found = OwnAudit(place).now(FINISHED + 30 * DAY)
    assert isinstance(found, Standing)
    assert (found.days(FINISHED + 30 * DAY), found.old(FINISHED + 31 * DAY - 1), found.old(FINISHED + 31 * DAY)) == (
        30,
        False,
        True,
    )
    assert OwnAudit(place).now(FINISHED - 3_601) is Why.AHEAD


def test_pipes_folders_and_links_in_its_place_hold_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "zero").symlink_to("/dev/zero")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 40)
    found = {name: OwnAudit(tmp_path / name).now(NOW) for name in ("pipe", "folder", "loop", "zero", "huge")}
    assert found == {
        "pipe": Why.FOREIGN, "folder": Why.FOREIGN, "loop": Why.UNREADABLE, "zero": Why.FOREIGN, "huge": Why.FOREIGN,
    }  # fmt: skip
