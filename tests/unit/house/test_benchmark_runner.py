"""`make bench` prints figures and nothing else, and says what went wrong."""

import json

import pytest

from tests.benchmarks.__main__ import is_figure, main
from tests.benchmarks.figure import Figure


def test_a_figure_prints_as_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    Figure(bench="b", case="c", value=1.5, unit="rows/s", ratio=0.5, of="csv.reader").show()
    printed = capsys.readouterr().out
    assert json.loads(printed) == {
        "bench": "b",
        "case": "c",
        "value": 1.5,
        "unit": "rows/s",
        "ratio": 0.5,
        "of": "csv.reader",
    }
    assert printed.count("\n") == 1
    assert is_figure(printed)


@pytest.mark.parametrize("line", ["", "3", "warming up", '{"bench": "b"}', "[]"])
def test_other_lines_are_no_figures(line: str) -> None:
    assert not is_figure(line)


def test_an_unknown_name_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="no benchmark nonsense; there are:"):
        main(["nonsense"])
