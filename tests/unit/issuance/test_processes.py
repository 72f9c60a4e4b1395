"""Processes that work for this one: answers, errors, and ends from outside."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from issuance.processes import Processes, ProcessGoneError

LARGE = 4_000_000  # bytes: more than a pipe takes


def begin(word: str) -> None:
    os.environ["WORD"] = word


def say(times: int) -> str:
    return os.environ["WORD"] * times


def fail(text: str) -> None:
    raise ValueError(text)


class DeskError(Exception):
    """Made of something else than what it holds."""

    def __init__(self, desk: int, *, open_: bool) -> None:
        super().__init__(f"desk {desk}")
        self.desk, self.open = desk, open_


def close_desk(desk: int) -> None:
    raise DeskError(desk, open_=False)


def begin_wrongly() -> None:
    raise DeskError(7, open_=True)


def give(size: int) -> bytes:
    return bytes(size)


def process() -> int:
    return os.getpid()


def answers(workers: Processes, count: int) -> list[bytes]:
    return [workers.result(workers.submit(give, LARGE)) for _ in range(count)]


def test_answers_are_had_in_any_order() -> None:
    with Processes(2, begin, "ab") as two:
        numbers = [two.submit(say, times) for times in range(5)]
        assert [two.result(number) for number in reversed(numbers)] == [
            "ab" * times for times in (4, 3, 2, 1, 0)
        ]


def test_whichever_is_answered_first_is_told() -> None:
    with Processes(1, begin, "") as one:
        numbers = {one.submit(say, 1), one.submit(say, 2)}
        first = one.first_of(numbers)
        assert first in numbers
        assert one.first_of(numbers - {first}) in numbers - {first}


def test_what_work_raises_is_raised_where_its_answer_is_asked_for() -> None:
    with Processes(1, begin, "") as one:
        wrong, right = one.submit(fail, "no"), one.submit(say, 0)
        assert one.result(right) == ""
        with pytest.raises(ValueError, match="no"):
            one.result(wrong)


def test_an_error_arrives_with_what_it_holds() -> None:
    with Processes(1, begin, "") as one, pytest.raises(DeskError, match="desk 3") as raised:
        one.result(one.submit(close_desk, 3))
    assert (raised.value.desk, raised.value.open) == (3, False)


def test_a_process_that_could_not_begin_says_why() -> None:
    with Processes(1, begin_wrongly) as one, pytest.raises(DeskError, match="desk 7"):
        one.result(one.submit(say, 1))


def test_large_answers_come_through_while_nobody_asks() -> None:
    with Processes(2, begin, "") as two:
        numbers = [two.submit(give, LARGE) for _ in range(6)]
        assert [len(two.result(number)) for number in numbers] == [LARGE] * 6


def test_one_that_is_killed_is_told() -> None:
    with Processes(2, begin, "") as two:
        os.kill(two.result(two.submit(process)), signal.SIGKILL)
        with pytest.raises(ProcessGoneError):
            answers(two, 100)


# Gives work with large answers, and is stopped until its processes wait in the middle of one.
PARENT = """
from tests.unit.issuance.test_processes import LARGE, begin, give, process
from issuance.processes import ProcessGoneError, Processes

if __name__ == "__main__":
    with Processes(2, begin, "") as two:
        try:
            print(two.result(two.submit(process)), flush=True)
            while True:
                two.result(two.submit(give, LARGE))
        except ProcessGoneError:
            print("gone", flush=True)
"""


@pytest.mark.skipif(not Path("/proc/self/wchan").exists(), reason="needs Linux's /proc")
def test_one_that_is_killed_in_the_middle_of_an_answer_is_told(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        stopped_in_an_answer(parent.pid, child)
        os.kill(child, signal.SIGKILL)
        os.kill(parent.pid, signal.SIGCONT)
        told, _ = parent.communicate(timeout=30)
    assert (told, parent.returncode) == ("gone\n", 0)


def stopped_in_an_answer(parent: int, child: int) -> None:
    """Stop the parent so that the child fills its pipe."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        os.kill(parent, signal.SIGSTOP)
        time.sleep(0.2)
        if "pipe_write" in Path(f"/proc/{child}/wchan").read_text(encoding="ascii"):
            return
        os.kill(parent, signal.SIGCONT)
        time.sleep(0.01)
    raise AssertionError("the process never waited in the middle of an answer")
