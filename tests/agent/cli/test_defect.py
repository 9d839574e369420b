from datetime import UTC, datetime
from pathlib import Path

from agent.cli.defect import describe, write_report

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECRETS = ["/home/anna/payroll", "c2VjcmV0LXRva2VuLW9mLXRoZS1maXJt", "Anna Weber", "10.20.30.40"]


def boom() -> Exception:
    try:
        try:
            raise KeyError(SECRETS[2])
        except KeyError as error:
            raise ValueError(f"{SECRETS[0]} holds {SECRETS[1]} and '{SECRETS[3]}'") from error
    except ValueError as error:
        return error


def test_the_report_finds_the_defect_and_gives_nothing_away() -> None:
    text = describe(boom(), ["scan", "--by", "Anna Weber", f"--reason={SECRETS[1]}"], NOW)
    assert not [secret for secret in SECRETS if secret in text]
    assert "command: scan --by --reason (values left out)" in text
    assert "builtins.ValueError" in text and "builtins.KeyError" in text and "test_defect.py:" in text


def test_the_report_is_private_and_falls_back_to_a_temporary_folder(tmp_path: Path) -> None:
    for home in (tmp_path, tmp_path / "none"):
        path = write_report(boom(), ["scan"], {"SHIELDWALL_HOME": str(home)})
        assert path is not None
        assert path.stat().st_mode & 0o777 == 0o600
        assert (path.parent == tmp_path) is (home == tmp_path)
        path.unlink()
