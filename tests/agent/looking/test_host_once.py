import threading

from agent.looking.host import Host


def test_a_make_that_hangs_keeps_nobody_waiting_who_does_not_need_it() -> None:
    host, begun, never = Host(), threading.Event(), threading.Event()

    def hang() -> str:
        begun.set()
        never.wait(30)
        return "late"

    stuck = threading.Thread(target=host.once, args=("walk", hang))
    stuck.start()
    assert begun.wait(10)
    done: list[str] = []
    other = threading.Thread(target=lambda: done.append(host.once("passwd", lambda: "seen")))
    other.start()
    other.join(10)
    never.set()
    stuck.join(10)
    assert done == ["seen"]


def test_many_threads_make_a_thing_once_and_all_get_it() -> None:
    host, made, got = Host(), [], []

    def make() -> int:
        made.append(1)
        return 7

    threads = [threading.Thread(target=lambda: got.append(host.once("x", make))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (len(made), got) == (1, [7] * 16)


def test_one_shared_thing_may_be_made_of_another() -> None:
    host = Host()
    assert host.once("a", lambda: host.once("b", lambda: 1) + host.once("b", lambda: 2)) == 2
