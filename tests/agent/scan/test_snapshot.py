from dataclasses import replace
from pathlib import Path

import pytest
from agent_sample import sample_result, sample_snapshot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.scan.snapshot import load_snapshot
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.errors import ConfigError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(JSON)
def test_what_was_seen_comes_back_as_it_was(tmp_path: Path, value: object) -> None:
    key = FactKey.of("text", {"path": "/etc/motd", "names": ["a", "b"]})
    snapshot = replace(sample_snapshot(), facts={key: Fact.known(value, source="x", origins={"a.0": "/f:1"})})
    file = tmp_path / "facts.json"
    file.write_bytes(snapshot.encode())
    assert load_snapshot(file) == snapshot


def test_a_snapshot_gives_the_same_result_as_the_host_did(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_bytes(sample_snapshot().encode())
    assert sample_result(load_snapshot(file)) == sample_result()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema": "shieldwall/snapshot/9"}',
        "[" * 100_000,
        "\x00\xff",
        '{"schema": "shieldwall/snapshot/1"}',
    ],
)
def test_what_is_no_snapshot_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "facts.json"
    file.write_text(text)
    with pytest.raises(ConfigError, match="is not a snapshot"):
        load_snapshot(file)
    with pytest.raises(ConfigError, match="cannot read"):
        load_snapshot(tmp_path / "none.json")


def test_a_time_without_zone_or_a_host_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    for old, new in ((b"+00:00", b""), (b'"server"', b'"toaster"'), (b'"debian"', b'"beos"')):
        file.write_bytes(sample_snapshot().encode().replace(old, new, 1))
        with pytest.raises(ConfigError):
            load_snapshot(file)
