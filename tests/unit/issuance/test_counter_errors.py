"""Every error of the counter tells a clerk, in both languages, what happened and what to do."""

import re

import pytest

from api.problems import STATUS_OF
from issuance.counter import errors
from issuance.counter.errors import CounterError

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FOUND = sorted(CounterError.__subclasses__(), key=lambda kind: kind.__name__)
MADE = [
    errors.TicketOverError("done"),
    errors.TicketOverError("expired"),
    errors.NotOfferedError(("new PIN", "重置密码"), "lost"),
    errors.ParameterError("reason", "missing", "缺少该字段"),
    errors.KeyNotLentError("PUK", "seal"),
    *(
        errors.MandateError(reason)
        for reason in ("holder", "action", "early", "ended", "revoked", "never")
    ),
]


@pytest.mark.parametrize("kind", FOUND, ids=lambda kind: kind.__name__)
def test_it_has_a_code_a_remedy_and_a_status(kind: type[CounterError]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.code)
    english, chinese = kind.remedy
    assert english[0].isupper()
    assert not CHINESE.search(english)
    assert CHINESE.search(chinese)
    assert kind in STATUS_OF
    assert kind.__doc__


@pytest.mark.parametrize("error", MADE, ids=lambda error: str(error)[:24])
def test_its_cause_is_said_in_both_languages(error: CounterError) -> None:
    english, chinese = error.cause
    assert english[0].isupper() or english.startswith(("reason", "new PIN"))
    assert not CHINESE.search(english)
    assert CHINESE.search(chinese)


def test_codes_are_unique_and_the_tree_is_drawn() -> None:
    assert len({kind.code for kind in FOUND}) == len(FOUND)
    drawn = set(re.findall(r"^ +(\w+Error)\b", errors.__doc__ or "", re.MULTILINE))
    assert drawn == {kind.__name__ for kind in FOUND} | {"CounterError"}
