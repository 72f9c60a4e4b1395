"""Lines of a script for readers: what they mean, and what is said about wrong ones."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware_sim.readers.errors import LineError
from hardware_sim.readers.script import VERBS, Step, parse

GOOD = {
    "insert 0 card.json": Step(verb="insert", slot=0, card=Path("card.json")),
    "  insert\t12 'my cards/a b.json'  ": Step(
        verb="insert", slot=12, card=Path("my cards/a b.json")
    ),
    "remove 1 # for lunch": Step(verb="remove", slot=1),
    "swap 3 /cards/b.json": Step(verb="swap", slot=3, card=Path("/cards/b.json")),
    "fault 0 wrong-sw=2:6F00": Step(verb="fault", slot=0, fault="wrong-sw=2:6F00"),
    "fault 0 replace=2:my card.json": Step(verb="fault", slot=0, fault="replace=2:my card.json"),
    "wait 0.25": Step(verb="wait", seconds=0.25),
    "wait 0": Step(verb="wait", seconds=0),
    "restart pcscd": Step(verb="restart pcscd"),
    "stop  pcscd": Step(verb="stop pcscd"),
    "start pcscd": Step(verb="start pcscd"),
    "unplug onecard 0 00 01": Step(verb="unplug", reader="onecard 0 00 01"),
    "list": Step(verb="list"),
    "quit": Step(verb="quit"),
}

# Line, what is wrong, what to do.
WRONG = [
    ("inser 0 card.json", "no command 'inser'", "insert"),
    ("restart", "no command 'restart'", "restart pcscd"),
    ("restart pcscd now", "too many words", "Write: restart pcscd"),
    ("insert 0", "too few words", "Write: insert SLOT CARDFILE"),
    ("insert 0 a.json b.json", "too many words", "Write: insert SLOT CARDFILE"),
    ("insert card.json 0", "'card.json' is no SLOT", "number of a slot"),
    ("remove -1", "'-1' is no SLOT", "number of a slot"),
    ("insert 0 ''", "'' is no CARDFILE", "file of a card"),
    ("wait soon", "'soon' is no SECONDS", "seconds"),
    ("wait -1", "'-1' is no SECONDS", "seconds"),
    ("wait nan", "'nan' is no SECONDS", "seconds"),
    ("wait inf", "'inf' is no SECONDS", "seconds"),
    ("insert 0 'card.json", "quotation mark", "Close it"),
]


@pytest.mark.parametrize(("line", "step"), GOOD.items(), ids=GOOD)
def test_a_line_is_one_step(line, step):
    assert parse(line) == step


@pytest.mark.parametrize("line", ["", "   ", "# a remark", "\n"])
def test_an_empty_line_is_no_step(line):
    assert parse(line) is None


@pytest.mark.parametrize(("line", "cause", "remedy"), WRONG, ids=[line for line, *_ in WRONG])
def test_a_wrong_line_says_what_is_wrong_and_what_to_do(line, cause, remedy):
    with pytest.raises(LineError) as refused:
        parse(line)
    assert (cause in refused.value.cause[0], remedy in refused.value.remedy[0]) == (True, True)


@pytest.mark.parametrize("line", [line for line, *_ in WRONG])
def test_a_wrong_line_is_told_in_chinese_too(line):
    with pytest.raises(LineError) as refused:
        parse(line)
    for _, chinese in (refused.value.cause, refused.value.remedy):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)


@given(st.text(max_size=60) | st.sampled_from(sorted(GOOD)).flatmap(st.permutations).map("".join))
def test_any_text_is_a_step_or_a_line_error(text):
    with suppress(LineError):
        step = parse(text)
        assert step is None or step.verb in VERBS
