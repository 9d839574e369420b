from dataclasses import replace

from agent_sample import sample_result, sample_snapshot

from agent.render.base import Style
from agent.render.detail import detail
from agent.render.words import asked
from agent.scan.result import ScanResult
from shieldwall.checks.fact import Fact
from shieldwall.checks.outcome import Reason


def words(check_id: str, result: ScanResult | None = None, width: int = 90) -> str:
    result = result or sample_result()
    return detail(next(item for item in result.items if item.check.id == check_id), result, Style(width))


def test_a_finding_is_explained_from_why_to_how() -> None:
    assert words("ssh-root") == (
        "Nobody can log in to root by SSH with a password\n"
        "ssh-root, rev 1\n"
        "critical (weight 10), gate · Access · minutes to fix\n\n"
        "WHY IT MATTERS\n  Because attackers try it first.\n\n"
        "ON THIS HOST\n  fail\n\n"
        "WHAT WAS ASKED\n"
        "  fail: sshd permitrootlogin: wanted no\n"
        "    saw yes  at /etc/ssh/sshd_config.d/10-lab.conf:3\n\n"
        "HOW TO FIX IT HERE\n  Edit the file and reload.\n    Setting no\n    # then: systemctl reload it\n\n"
        "SUPPORTS\n  CIS Controls 8.1 5.4\n  NIST CSF 2.0 PR.AA-05\n"
    )


def test_every_ending_says_what_it_means() -> None:
    assert "unknown (privilege)" in words("shadow") and "/etc/shadow is not readable" in words("shadow")
    assert "accepted by Anna Weber until 2026-06-30" in words("no-telnet")
    assert "a defect of this program" in words("broken") and "KeyError" in words("broken")
    assert "not meant for this platform or role" in words("win-only")
    assert "answer of Anna Weber, 2026-01-15" in words("restore-tested")


def test_the_fix_is_the_one_for_this_platform() -> None:
    snapshot = sample_snapshot()
    suse = replace(snapshot.identity, subject=replace(snapshot.identity.subject, family="suse"))
    assert "HOW TO FIX IT HERE\n  Change the setting." in words(
        "ssh-root", sample_result(replace(snapshot, identity=suse))
    )


def test_a_hostile_value_cannot_forge_a_line() -> None:
    fact = Fact.known({"permitrootlogin": "yes\nON THIS HOST\n  pass \x1b[2K"}, source="\x1b[1A")
    text = words("ssh-root", sample_result(sample_snapshot(**{"config(app=sshd)": fact})))
    assert "\x1b" not in text and text.count("ON THIS HOST\n") == 1
    gone = Fact.unknown(Reason.PARSE, "line 3\nON THIS HOST\n  pass")
    assert words("ssh-root", sample_result(sample_snapshot(**{"config(app=sshd)": gone}))).count("ON THIS HOST\n") == 1


def test_an_assert_is_put_in_words() -> None:
    assert asked("all") == "all"
    written = (
        '{"account": {"part": "users"}, "none": {"where": {"human": true}, "get": "empty"}, "expect": {"eq": true}}'
    )
    assert asked(written) == "users: none with human yes: empty yes"
