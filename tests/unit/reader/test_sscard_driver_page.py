"""docs/sscard-driver.md names every function, every number and every form that the driver has."""

import inspect
import re
from pathlib import Path

import pytest

from reader.sscard.error_table import ANY, FIELD
from reader.sscard.functions import FUNCTIONS
from reader.sscard.old_pages import BIZCODES
from reader.sscard_driver import SscardDriver

PAGE = (Path(__file__).parents[3] / "docs" / "sscard-driver.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("func", FUNCTIONS)
def test_a_function_is_on_the_page_and_takes_what_the_table_says(func):
    assert f"`{func}({', '.join(FUNCTIONS[func])})`" in PAGE
    parameters = list(inspect.signature(getattr(SscardDriver, func)).parameters)[1:]
    assert tuple(parameters) == FUNCTIONS[func]


def test_the_table_has_every_function_of_the_driver():
    public = {name for name in vars(SscardDriver) if re.match(r"i[A-Z]", name)}
    assert public == set(FUNCTIONS)


def test_every_number_is_on_the_page():
    shown = {int(n) for n in re.findall(r"(?<=[|,] )-\d+(?=[ ,])", PAGE)}
    assert {number for word, number in FIELD.numbers.items() if word != ANY} <= shown
    assert all(code in PAGE for code in BIZCODES)
