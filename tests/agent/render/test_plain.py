import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from agent.render.plain import one_line, safe

ANY = st.text(st.characters(codec=None))


@given(ANY)
def test_what_is_safe_moves_nothing_and_stays_so(text: str) -> None:
    out = safe(text)
    assert not {unicodedata.category(c) for c in out if c not in "\t\n"} & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(c) for c in out} & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI"}
    assert safe(out) == out
    out.encode("utf-8")


@given(ANY, st.integers(1, 40))
def test_one_line_is_one_line_of_at_most_its_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert "\n" not in line and "\x1b" not in line and len(line) <= limit


def test_escapes_are_written_out() -> None:
    assert safe("\x1b[2J\u202e\udcff\x9b") == "\\x1b[2J\\u202e\\xff\\x9b"
    assert safe("Zürich – 東京\tok") == "Zürich – 東京\tok"
