"""Who reads decides the language; what programs read, and every verdict, is the same wherever the agent runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from agent_sample import sample_result
from mac_recorded import FOLDER

from agent.cli.language import PEOPLE, choose, of_system
from agent.cli.session import Session
from agent.render import FORMATS, load
from agent.render.base import Style
from shieldwall.errors import ConfigError, UsageError
from shieldwall.language import speaking

ROOT = Path(__file__).parents[3]
MAIN = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from agent.cli import main; main()"
MACHINES = sorted(FORMATS.keys() - set(PEOPLE))
SEEN = FOLDER / "pl.json"
LOCALES = ("de_DE.UTF-8", "fr_FR.UTF-8", "tr_TR.UTF-8")
GERMAN = {"LANG": "de_DE.UTF-8"}


@pytest.fixture
def here(tmp_path: Path) -> Session:
    return Session(tmp_path)


def firm_says(here: Session, text: str) -> None:
    (here.home.path / "config.yaml").write_text(text)


def test_typed_then_the_firm_then_the_system(here: Session) -> None:
    assert choose(here, None, "html", {}, terminal=False) == "en"
    assert choose(here, None, "html", GERMAN, terminal=False) == "de"
    firm_says(here, "language: fr\n")
    assert choose(here, None, "html", GERMAN, terminal=False) == "fr"
    assert choose(here, "pl", "html", GERMAN, terminal=False) == "pl"
    assert choose(here, "en", "html", GERMAN, terminal=False) == "en"


def test_text_follows_the_firm_only_where_somebody_sits_and_never_the_system(here: Session) -> None:
    assert {choose(here, None, form, GERMAN, terminal=True) for form in ("text", "markdown")} == {"en"}
    firm_says(here, "language: fr\n")
    assert choose(here, None, "text", GERMAN, terminal=True) == "fr"
    assert choose(here, None, "text", GERMAN, terminal=False) == "en", "a script may read it"
    assert choose(here, "de", "text", {}, terminal=False) == "de"
    assert choose(here, None, "markdown", {}, terminal=False) == "fr"


@pytest.mark.parametrize("form", MACHINES)
def test_what_programs_read_is_english_whatever_is_set(here: Session, form: str) -> None:
    firm_says(here, "language: fr\n")
    assert choose(here, None, form, GERMAN, terminal=True) == "en"
    with pytest.raises(UsageError, match=f"{form} is read by programs"):
        choose(here, "de", form, {}, terminal=False)


def test_a_language_nobody_has_is_refused(here: Session) -> None:
    firm_says(here, "language: klingon\n")
    with pytest.raises(ConfigError, match=r"config\.yaml:1: language"):
        choose(here, None, "html", {}, terminal=False)


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({"LANG": "de_CH.UTF-8"}, "de"), ({"LANG": "tr_TR.UTF-8"}, "en"), ({"LANG": "C"}, "en"), ({}, "en"),
        ({"LANG": "de_DE", "LC_ALL": "fr_BE@euro"}, "fr"), ({"LANG": "de", "LC_MESSAGES": "C.UTF-8"}, "en"),
        ({"LANG": "../../etc"}, "en"), ({"LC_ALL": "", "LANG": "PL_pl"}, "pl"), ({"LANG": "deutsch"}, "en"),
    ],
)  # fmt: skip
def test_the_system_is_asked_as_posix_has_it(environ: dict[str, str], code: str) -> None:
    assert of_system(environ) == code


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose firm reads German."""
    home = tmp_path_factory.mktemp("home")
    (home / "config.yaml").write_text("language: de\n")
    yield home


def scan(home: Path, form: str, locale: str, *args: str) -> tuple[int, str]:
    environ = {k: v for k, v in os.environ.items() if k != "LANG" and not k.startswith("LC_")}
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "scan", "--facts", str(SEEN), "--policy=workstation", f"--format={form}", "-q", *args],
        env={**environ, "SHIELDWALL_HOME": str(home), "LC_ALL": locale}, capture_output=True, text=True, cwd="/",
        timeout=120, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_no_locale_changes_a_verdict_or_what_programs_read(kept: Path) -> None:
    usual = scan(kept, "csv", "C.UTF-8")
    assert usual[0] == 0 and ",pass," in usual[1]
    for locale in LOCALES:
        assert scan(kept, "csv", locale) == usual, locale


def test_a_page_speaks_and_keeps_its_exit_code(kept: Path) -> None:
    code, page = scan(kept, "html", "tr_TR.UTF-8")
    assert code == 0 and '<html lang="de">' in page
    assert '<html lang="en">' in scan(kept, "html", "tr_TR.UTF-8", "--language", "en")[1]
    code, text = scan(kept, "text", "de_DE.UTF-8")
    assert code == 0 and "\nTHEMES" in text, "piped text stays English"


def test_evidence_is_the_same_in_every_language() -> None:
    with speaking("de"):
        page = load("html")(sample_result(), Style())
    for line in (
        "permitrootlogin yes",
        "/etc/ssh/sshd_config.d/10-lab.conf:3",
        "# then: systemctl reload it",
        "büro-1",
    ):
        assert line in page


def test_english_opens_no_catalogue(tmp_path: Path) -> None:
    code = (
        "import sys; opened = []\n"
        "sys.addaudithook(lambda name, args: opened.append(args[0]) if name == 'open' else None)\n"
        f"{MAIN.replace('; main()', '')}\n"
        f"try: main(['scan', '--facts', {str(SEEN)!r}, '-q', *sys.argv[1:]])\n"
        "except SystemExit: pass\n"
        "print(*(name for name in opened if str(name).endswith('.mo')), file=sys.stderr)"
    )
    environ = {**os.environ, "SHIELDWALL_HOME": str(tmp_path), "LC_ALL": "de_DE.UTF-8"}

    def opened(*args: str) -> str:
        command = [sys.executable, "-c", code, *args]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=True, cwd="/").stderr

    assert opened().strip() == ""
    assert "firm.mo" in opened("--language", "de")
