"""The work of a clerk who has no browser."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.insurance import CITY
from tests.insurance_counter import InsuranceCounter
from tests.insurance_line import KIND, holder_of, line_of_offices


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with line_of_offices(tmp_path) as opened:
        yield opened


@pytest.fixture
def holder(counter: InsuranceCounter) -> str:
    return holder_of(counter)


def test_a_clerk_without_a_browser_lists_shows_decides_hands_and_refuses(
    counter: InsuranceCounter, holder: str
) -> None:
    counter.at = datetime.now(UTC)  # commands go by the clock, and a visit is soon over
    visit = counter.visit(holder)
    receive = ("matters", "receive", KIND, holder, "--visit", visit, "--id", "c" * 32)
    assert counter.run(*receive).exit_code == 3  # the bank is not given
    matter = counter.json(*receive, "--field", "bank=某银行")["id"]
    assert counter.json(*receive, "--field", "bank=某银行")["id"] == matter
    listed = counter.json("matters", "list", "to_decide", "--kind", KIND)
    assert [one["id"] for one in listed["matters"]] == [matter]
    assert listed["matters"][0]["acts"]["decide"] is None
    shown = counter.json("matters", "show", matter)
    digest = shown["proposal"]["digest"]
    assert counter.run("matters", "decide", matter, "--digest", "0" * 64).exit_code == 6
    assert counter.json("matters", "decide", matter, "--digest", digest)["state"] == "decided"
    second = counter.receive(KIND, holder, bank="别的银行")
    assert counter.json("matters", "show", second)["refused"]["code"] == (
        "private-pension-one-account"
    )
    assert counter.json("matters", "hand", second, CITY)["office"] == CITY
    for _ in range(2):
        refused = counter.json("matters", "refuse", second, "--reason", "已有账户")
        assert (refused["state"], refused["reason"]) == ("refused", "已有账户")
    assert "已办结" in counter.run("matters", "list", "received", language="zh").stdout


def test_what_happened_and_what_was_said_is_told_in_the_language_of_who_asks(
    counter: InsuranceCounter, holder: str
) -> None:
    counter.at = datetime.now(UTC)
    matter = counter.receive(KIND, holder, bank="某银行")
    said = counter.decide(matter).says
    for which, (language, events) in enumerate(
        {"en": ("  received  ", "  decided  "), "zh": ("  受理  ", "  办结  ")}.items()
    ):
        shown = counter.run("matters", "show", matter, language=language).stdout
        assert [
            word for word in (*events, *(one[which] for one in said)) if word not in shown
        ] == []
    facts = counter.json("matters", "show", matter)
    assert facts["says"] == [{"en": en, "zh": zh} for en, zh in said]
