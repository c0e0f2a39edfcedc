"""Waiting for what may never end."""

import threading

import pytest

from atla_credential.foreign.waiting import within

SHORT_S, LONG_S = 0.05, 10.0


@pytest.mark.parametrize("result", ["made-up", None, False])
def test_result(result: object) -> None:
    assert within(LONG_S, lambda: result) is result


@pytest.mark.parametrize("kind", [ValueError, TimeoutError, KeyboardInterrupt, SystemExit])
def test_failure_is_that_of_the_call(kind: type[BaseException]) -> None:
    failure = kind("made-up")

    def fail() -> None:
        raise failure

    with pytest.raises(kind) as raised:
        within(LONG_S, fail)
    assert raised.value is failure


def test_what_does_not_end_is_left_behind() -> None:
    release, threads = threading.Event(), list[threading.Thread]()

    def hang() -> str:
        threads.append(threading.current_thread())
        release.wait(LONG_S)
        return "too late"

    with pytest.raises(TimeoutError):
        within(SHORT_S, hang)
    (left,) = threads
    assert left.is_alive()
    release.set()
    left.join(LONG_S)
    assert not left.is_alive()


def test_a_failure_that_comes_too_late_disturbs_nobody() -> None:
    release, threads = threading.Event(), list[threading.Thread]()

    def fail() -> None:
        threads.append(threading.current_thread())
        release.wait(LONG_S)
        raise ValueError("canary")

    with pytest.raises(TimeoutError):
        within(SHORT_S, fail)
    release.set()
    threads[0].join(LONG_S)
    assert within(LONG_S, lambda: "next") == "next"
