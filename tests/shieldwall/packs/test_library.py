"""What the strict YAML refuses, and with which words."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shieldwall import limits
from shieldwall.errors import PackError
from shieldwall.packs.library import find_folder, read_yaml


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (b"a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands here twice"),
        (b"a: &x 1\nb: *x\n", 1, "anchors and aliases"),
        (b"a: 1\nb: *x\n", 2, "anchors and aliases"),
        (b"a: !!python/object:os.system x\n", 1, "tags are not allowed"),
        (b"a: !local x\n", 1, "tags are not allowed"),
        (b"a:\n  <<: {b: 1}\n", 2, "merge keys"),
        (b"a: 1\n---\nb: 2\n", 2, "one document a file"),
        (b"", 0, "the file is empty"),
        (b"a: [1, 2\n", 2, "did not find expected"),
        (b"a: " + b"[" * 20 + b"]" * 20, 1, "nested deeper"),
        (b"? [1, 2]\n: 3\n", 1, "keys are text"),
        (b"a: \xff\xfe\n", 0, "not UTF-8"),
        (b"a: '" + b"x" * limits.YAML_BYTES + b"'", 0, "larger than"),
    ],
)
def test_refusals_name_file_and_line(text: bytes, line: int, words: str) -> None:
    with pytest.raises(PackError, match=words) as caught:
        read_yaml(text, "checks/x.yaml")
    assert (caught.value.file, caught.value.line) == ("checks/x.yaml", line)


def test_words_stay_words() -> None:
    text = b"a: no\nb: on\nc: 0644\nd: 9.2\ne: 2026-01-01\nf: true\ng: 12\nh: -3\ni: null\nj: 1e3\nk: 0x1f\nl: '12'\n"
    assert read_yaml(text, "f").value == {
        "a": "no", "b": "on", "c": "0644", "d": "9.2", "e": "2026-01-01", "f": True, "g": 12, "h": -3, "i": None,
        "j": "1e3", "k": "0x1f", "l": "12",
    }  # fmt: skip


def test_a_bomb_costs_nothing() -> None:
    bomb = b"a: &a [x,x,x,x]\n" + b"".join(
        b"%c: &%c [*%c,*%c,*%c]\n" % (c, c, c - 1, c - 1, c - 1) for c in range(98, 120)
    )
    with pytest.raises(PackError, match="anchors"):
        read_yaml(bomb, "bomb.yaml")


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_value_or_a_pack_error(data: bytes) -> None:
    with contextlib.suppress(PackError):
        read_yaml(data, "fuzz.yaml")


def test_both_folders_are_found() -> None:
    assert find_folder("checks").is_dir()
    assert find_folder("policies").is_dir()
