import pytest

from agent.probes.words import LINE_CHARS, shell_words


def test_words_as_a_shell_takes_them() -> None:
    assert shell_words("a 'b c' \"d\" # e", comments=True) == ["a", "b c", "d"]


def test_a_line_without_end_is_refused() -> None:
    assert shell_words("x" * LINE_CHARS) == ["x" * LINE_CHARS]
    with pytest.raises(ValueError, match="more than"):
        shell_words("x" * (LINE_CHARS + 1))
