from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from agent_sample import AT, RUN, WAIVER, sample_pack, sample_result, sample_snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.looking.host import Host
from agent.scan.plan import plan
from agent.scan.run import judged, look
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.judgement import Subject
from shieldwall.checks.outcome import Outcome, Reason
from shieldwall.packs.policy import whole_library

POLICY = whole_library(sample_pack())


def test_each_check_ends_as_its_facts_say() -> None:
    items = sample_result().items
    assert {i.check.id: i.outcome.value + (f"({i.reason})" if i.reason else "") for i in items} == {
        "broken": "error",
        "fw-on": "pass",
        "no-telnet": "fail",
        "patched": "pass",
        "restore-tested": "pass",
        "shadow": "unknown(privilege)",
        "ssh-root": "fail",
        "ssh-tries": "fail",
        "staff-trained": "unknown(unanswered)",
        "win-only": "not_applicable",
    }


def test_a_defect_stays_with_the_checks_that_need_the_probe_and_keeps_its_words() -> None:
    broken = {item.check.id: item.defect for item in sample_result().items if item.defect}
    assert broken == {"broken": "probe mount: KeyError at mount.py:12: 'options'"}


def test_a_waiver_changes_no_score_and_only_counts_on_a_finding() -> None:
    with_waiver, without = sample_result(), sample_result(waivers=False)
    assert with_waiver.score.overall == without.score.overall
    assert [item.check.id for item in with_waiver.items if item.waived] == ["no-telnet"]
    late = judged(
        POLICY, sample_pack(), sample_snapshot(), {"no-telnet": WAIVER}, run=RUN, now=AT + timedelta(days=200)
    )
    assert not any(item.waived for item in late.items)


def test_nothing_is_planned_for_another_platform_and_each_fact_once() -> None:
    keys = [str(key) for key in plan(POLICY.selected, Subject("debian", "server"))]
    assert keys.count("config(app=sshd)") == 1
    assert "registry(key=HKLM)" not in keys
    assert [str(k) for k in plan(POLICY.selected, Subject("windows", "server"))] == [
        "attest(question=restore-tested)", "attest(question=staff)", "registry(key=HKLM)",
    ]  # fmt: skip
    assert [str(k) for k in plan(POLICY.only(["fw-on"]).selected, Subject("suse", "server"))] == ["firewall()"]


def test_a_tree_is_told_from_its_own_files(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text('ID=opensuse-leap\nID_LIKE="suse"\nPRETTY_NAME="openSUSE Leap"\n')
    (tmp_path / "etc/hostname").write_text("werk-2\n")
    snapshot = look(POLICY.only(["win-only"]), Host(root=tmp_path), None, lambda name, done, of: None)
    who = snapshot.identity
    assert (who.subject, who.system, who.name) == (Subject("suse", "server"), "openSUSE Leap", "werk-2")
    assert [str(key) for key in snapshot.facts] == ["os()"]
    sessions = tmp_path / "usr/share/xsessions"
    sessions.mkdir(parents=True)
    (sessions / "xfce.desktop").write_text("[Desktop Entry]\n")
    assert look(POLICY, Host(root=tmp_path), None, lambda *a: None).identity.subject.role == "workstation"
    assert look(POLICY, Host(root=tmp_path), "server", lambda *a: None).identity.subject.role == "server"


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(list(sample_snapshot().facts)), max_size=6), st.sampled_from(list(Reason)))
def test_seeing_less_never_turns_pass_and_fail_into_each_other(hidden: set[FactKey], reason: Reason) -> None:
    full = sample_snapshot()
    facts = {key: Fact.unknown(reason) if key in hidden else fact for key, fact in full.facts.items()}
    less, more = sample_result(replace(full, facts=facts)), sample_result(full)
    for before, after in zip(more.items, less.items, strict=True):
        assert {before.outcome, after.outcome} != {Outcome.PASS, Outcome.FAIL}


def test_whether_the_clock_was_synchronised_is_known_only_when_seen() -> None:
    key = FactKey.of("time_sync", {})
    for value, told in (({"synchronised": True}, True), ({"synchronised": {"?": "unsupported"}}, None), (None, None)):
        facts = {**sample_snapshot().facts, key: Fact.known(value)}
        assert sample_result(replace(sample_snapshot(), facts=facts)).clock_synced is told
