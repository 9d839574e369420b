"""What is said once for a whole firm: answers and accepted risks taken from one host to the others."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.cli import run
from agent.home.config import Home
from agent.home.store import opened
from agent.records import answers, waivers
from agent.scan.record import SCHEMAS

QUESTION = "backup-restore-tested"


def home(tmp_path: Path, name: str) -> Home:
    return Home(tmp_path / name)


def day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def test_answers_go_from_one_host_to_another(tmp_path: Path) -> None:
    first, second, form = home(tmp_path, "a"), home(tmp_path, "b"), tmp_path / "answers.yaml"
    assert (
        run(["--home", str(first.path), "answer", "--set", f"{QUESTION}=yes", "--by", "Anna", "--policy", "all"]) == 0
    )
    assert run(["--home", str(first.path), "answer", "--export", str(form), "--policy", "all"]) == 0
    assert run(["--home", str(second.path), "answer", "--import", str(form), "--by", "Anna", "--policy", "all"]) == 0
    with opened(second, *SCHEMAS) as db:
        found = answers.current(db)
    assert {name: answer.word for name, answer in found.items()} == {QUESTION: answers.Word.YES}


def test_the_central_list_of_waivers_is_taken_over_again_and_again(tmp_path: Path) -> None:
    here, path = home(tmp_path, "a"), tmp_path / "waivers.yaml"
    item = "  - check: {}\n    owner: Anna\n    reason: the old press needs it until spring\n    until: {}\n"
    path.write_text("waivers:\n" + item.format("account-only-root-uid0", day(60)) + item.format(QUESTION, day(-1)))
    for _ in range(2):
        assert run(["--home", str(here.path), "waive", "--import", str(path)]) == 0
    with opened(here, *SCHEMAS) as db:
        assert list(waivers.current(db)) == ["account-only-root-uid0"]
        assert db.execute("SELECT count(*) FROM waiver").fetchone()[0] == 1
    path.write_text("waivers:\n" + item.format("account-only-root-uid0", day(90)))
    assert run(["--home", str(here.path), "waive", "--import", str(path)]) == 0
    with opened(here, *SCHEMAS) as db:
        assert waivers.current(db)["account-only-root-uid0"].until.isoformat() == day(90)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("waivers:\n  - check: no-such-check\n", "owner"),
        ("waivers:\n  - {check: no-such-check, owner: A, reason: long enough words, until: x}\n", "no-such-check"),
        (
            "waivers:\n  - check: account-only-root-uid0\n    owner: A\n    reason: long enough words\n    until: soon\n",
            "2027",
        ),
        ("[]\n", "mapping"),
    ],
)
def test_a_mistake_in_the_list_is_named_and_nothing_is_kept(
    tmp_path: Path, text: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    here, path = home(tmp_path, "a"), tmp_path / "waivers.yaml"
    path.write_text(text)
    assert run(["--home", str(here.path), "waive", "--import", str(path)]) == 78
    told = capsys.readouterr().err
    assert "waivers.yaml:" in told
    assert words in told
