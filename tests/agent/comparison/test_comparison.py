from dataclasses import replace

from agent_sample import sample_result

from agent.comparison.scans import Comparison, compare
from agent.records.history import PastItem, PastRun
from agent.render.base import Style
from agent.render.past import side_by_side
from agent.scan.record import past
from shieldwall.checks.outcome import Outcome, Reason

BEFORE = replace(past(sample_result(), "manual"), number=1)


def later(**changes: PastItem | None) -> PastRun:
    """The same scan with some items changed; None takes one out."""
    items = {item.id: item for item in BEFORE.items} | {name.replace("_", "-"): item for name, item in changes.items()}
    return replace(BEFORE, number=2, items=tuple(item for item in items.values() if item is not None))


def item(check_id: str) -> PastItem:
    return next(item for item in BEFORE.items if item.id == check_id)


def kinds(both: Comparison) -> dict[str, str]:
    return {change.after.id: change.kind for change in both.changed}


def test_what_you_changed_is_sorted_by_how_bad_it_is() -> None:
    both = compare(
        BEFORE,
        later(
            ssh_root=replace(item("ssh-root"), outcome=Outcome.PASS),
            fw_on=replace(item("fw-on"), outcome=Outcome.FAIL),
            shadow=replace(item("shadow"), outcome=Outcome.PASS, reason=None),
            patched=replace(item("patched"), outcome=Outcome.UNKNOWN, reason=Reason.TOOL),
        ),
    )
    assert kinds(both) == {"fw-on": "worse", "patched": "lost", "shadow": "seen", "ssh-root": "better"}
    assert not both.added and not both.removed and not both.revised


def test_what_the_pack_changed_moves_no_trend() -> None:
    new = replace(item("fw-on"), id="new-one", weight=10, outcome=Outcome.FAIL)
    both = compare(
        BEFORE, later(new_one=new, patched=None, ssh_root=replace(item("ssh-root"), rev=2, outcome=Outcome.PASS))
    )
    assert not both.changed
    assert [i.id for i in both.added] == ["new-one"] and [i.id for i in both.removed] == ["patched"]
    assert [c.after.id for c in both.revised] == ["ssh-root"]
    assert both.score_before == both.score_after


def test_a_weight_changed_by_the_policy_is_no_trend_either() -> None:
    both = compare(BEFORE, later(ssh_root=replace(item("ssh-root"), weight=1, gate=False)))
    assert both.score_before == both.score_after and not both.changed


def test_the_words_tell_you_and_the_pack_apart_and_warn_of_other_eyes() -> None:
    after = replace(later(fw_on=replace(item("fw-on"), outcome=Outcome.FAIL), patched=None), elevated=True)
    text = side_by_side(compare(BEFORE, after), Style(200))
    assert "YOU CHANGED (1)\n  worse          fw-on: pass -> fail" in text
    assert "THE CHECKS CHANGED (not compared) (1)\n  removed        patched: was pass" in text
    assert "Not the same eyes: an ordinary user on a server, then root on a server." in text
    assert "Nothing changed on this host" in side_by_side(compare(BEFORE, replace(BEFORE, number=2)), Style(200))
