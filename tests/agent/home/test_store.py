import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from agent.home.config import Home
from agent.home.store import Schema, opened, writing
from shieldwall.errors import ConfigError

FIRST = Schema("notes", (("one", "CREATE TABLE note (text TEXT NOT NULL);\nCREATE INDEX note_text ON note (text);"),))
SECOND = Schema("notes", (*FIRST.steps, ("two", "ALTER TABLE note ADD COLUMN at TEXT;")))
BROKEN = Schema("notes", (*FIRST.steps, ("two", "ALTER TABLE note ADD COLUMN at TEXT;\nCREATE TABLE note (x);")))


def columns(home: Home) -> list[str]:
    with sqlite3.connect(home.database) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(note)")]
    connection.close()
    return names


def test_a_new_step_is_applied_once_and_data_survives(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with opened(home, FIRST) as db, writing(db):
        db.execute("INSERT INTO note VALUES ('kept')")
    for _ in range(2):
        with opened(home, SECOND) as db:
            assert [tuple(row) for row in db.execute("SELECT text, at FROM note")] == [("kept", None)]


def test_a_step_that_fails_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with opened(home, FIRST):
        pass
    with pytest.raises(sqlite3.OperationalError), opened(home, BROKEN):
        pass
    assert columns(home) == ["text"]
    with opened(home, SECOND):
        pass
    assert columns(home) == ["text", "at"]


def test_two_modules_share_the_file(tmp_path: Path) -> None:
    other = Schema("other", (("one", "CREATE TABLE other (n INTEGER);"),))
    with opened(Home(tmp_path), FIRST):
        pass
    with opened(Home(tmp_path), FIRST, other) as db:
        assert db.execute("SELECT count(*) FROM other").fetchone()[0] == 0


def test_the_file_and_its_folder_are_private_and_durable(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with opened(home, FIRST) as db:
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert db.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert home.path.stat().st_mode & 0o777 == 0o700
    assert home.database.stat().st_mode & 0o777 == 0o600


def test_a_second_connection_takes_no_lock_from_the_first(tmp_path: Path) -> None:
    """POSIX locks go with the first close of a file, whoever opened it; another process would then reset the log."""
    home = Home(tmp_path)

    def held() -> list[str]:
        inode, lines = home.database.stat().st_ino, Path("/proc/locks").read_text().splitlines()
        return [line.split(":", 1)[1] for line in lines if f":{inode} " in line and f" {os.getpid()} " in line]

    with opened(home, FIRST) as db, writing(db):
        db.execute("INSERT INTO note VALUES ('kept')")
        before = held()
        with opened(home, FIRST):
            pass
        assert held() == before != []


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    with opened(Home(tmp_path), FIRST) as db:
        with pytest.raises(KeyError), writing(db):
            db.execute("INSERT INTO note VALUES ('half')")
            raise KeyError
        assert db.execute("SELECT count(*) FROM note").fetchone()[0] == 0


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.database.write_bytes(b"this is not a database, it is a sentence" * 100)
    with pytest.raises(ConfigError, match=str(home.database)), opened(home, FIRST):
        pass


def test_sqlite_utils_is_imported_only_when_a_step_is_due(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from agent.home.config import Home; from agent.home.store import Schema, opened\n"
        "s = Schema('notes', (('one', 'CREATE TABLE note (text TEXT);'),))\n"
        f"with opened(Home(Path({str(tmp_path)!r})), s): pass\n"
        "print('sqlite_utils' in sys.modules)"
    )
    seen = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)]
    assert [run.stdout.strip() for run in seen] == ["True", "False"]
