"""Every check says in plain words why it matters and what to do, on each platform it is for, and in its own words."""

from collections import defaultdict
from pathlib import Path

import pytest

from shieldwall.checks.check import EFFORTS, Check, parse_check
from shieldwall.checks.judgement import FAMILIES
from shieldwall.checks.vocabulary import FUNDING
from shieldwall.packs.library import read_yaml

FOLDER = Path(__file__).parents[2] / "checks"
CHECKS = [parse_check(read_yaml(f.read_bytes(), str(f))) for f in sorted(FOLDER.rglob("*.yaml"))]
TOPICS = {
    "T-ACC", "T-AWARE", "T-BKP", "T-CLOUD", "T-CRYPT", "T-EP", "T-GOV", "T-HARD", "T-IR", "T-LOG", "T-MAIL", "T-NET",
    "T-PATCH", "T-REM", "T-SUP", "T-WEB",
}  # fmt: skip
TOOLS = {
    "debian": ("apt-get ", "apt ", "dpkg", "unattended-upgrade", "update-grub"),
    "rhel": ("dnf ", "yum ", "authselect"),
    "suse": ("zypper ", "yast", "pam-config"),
}
LENGTHS = {"title": (18, 115), "why": (60, 440), "fix": (25, 300)}


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.id)
def test_it_says_why_and_what_to_do_within_a_paragraph_each(check: Check) -> None:
    texts = [("title", check.title), ("why", check.why), *(("fix", fix.text) for fix in check.fixes)]
    for part, text in texts:
        low, high = LENGTHS[part]
        assert low <= len(text) <= high, f"{part} has {len(text)} characters: {text}"
        assert text == " ".join(text.split()), f"{part} has stray blanks: {text}"
        assert not text.endswith(".") if part == "title" else text.endswith((".", "?")), text
    assert check.effort in EFFORTS
    assert check.training_topic in TOPICS
    assert not any("\\n" in fix.snippet or "\\n" in fix.text for fix in check.fixes), "a line break was written as text"


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.id)
def test_each_platform_gets_a_fix_and_never_the_package_manager_of_another(check: Check) -> None:
    families = set(check.platforms) - {"linux", "any"} or set(TOOLS)
    for family in families:
        fix = check.fix_for(FAMILIES[family])
        assert fix is not None, f"no fix for {family}"
        said = f"{fix.text}\n{fix.snippet}"
        own = any(tool in said for tool in TOOLS.get(family, ()))
        foreign = [t for other, tools in TOOLS.items() if other != family for t in tools if t in fix.snippet]
        assert own or not foreign, f"{family} is told to use {foreign}"


def test_the_library_says_what_money_would_buy_and_uses_every_category() -> None:
    bought = {check.id: check.funding_category for check in CHECKS if check.funding_category}
    assert set(bought.values()) == set(FUNDING)
    assert len(bought) == 33
    assert (bought["backup-offsite"], bought["account-mfa-attested"]) == ("F-BACKUP", "F-IDENTITY")


def test_no_two_checks_share_a_text() -> None:
    said = defaultdict(set)
    for check in CHECKS:
        for text in (check.title, check.why, *(fix.text for fix in check.fixes)):
            said[text].add(check.id)
    assert {text: sorted(ids) for text, ids in said.items() if len(ids) > 1} == {}
