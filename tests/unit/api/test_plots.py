"""Plots by their numbers: what a reader of the SVG, or of its description, gets."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.console.plots import WIDTH, Bar, Words, bars, lines, number, share, ticks

WORDS = Words(
    name="p", title='<A> & "B"', description="told", x="cards", y="an hour", series=("good", "bad")
)
SVG = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314  # our own


def texts(picture: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in picture.iter(f"{SVG}text")]


def rects(picture: ElementTree.Element) -> list[dict[str, float]]:
    names = ("x", "y", "width", "height")
    return [{name: float(one.attrib[name]) for name in names} for one in picture.iter(f"{SVG}rect")]


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (7, [0, 2, 4, 6, 8]),
        (10, [0, 2, 4, 6, 8, 10]),
        (23, [0, 5, 10, 15, 20, 25]),
        (1_000, [0, 200, 400, 600, 800, 1_000]),
        (float("nan"), [0, 1]),
        (-3, [0, 1]),
    ],
)
def test_ticks_are_round_and_reach_the_top(top: float, expected: list[float]) -> None:
    assert ticks(top) == expected


@given(st.floats(0.001, 1e12))
def test_ticks_are_few_and_reach_any_top(top: float) -> None:
    found = ticks(top)
    assert 2 <= len(found) <= 8
    assert found[-1] >= top * (1 - 1e-9)


def test_bars_are_as_long_as_their_numbers() -> None:
    picture = parsed(bars([Bar("P1", (60, 20)), Bar("P2", (40, 0))], WORDS))
    drawn = [one for one in rects(picture) if one["height"] == 16 and one["y"] > 30]
    first_good, first_bad, second_good = (one["width"] for one in drawn)
    assert first_good / first_bad == pytest.approx(3, rel=0.01)
    assert first_good / second_good == pytest.approx(1.5, rel=0.01)
    assert {"P1", "P2", "80", "40", "cards", "good", "bad"} <= set(texts(picture))


def test_a_picture_has_a_title_and_a_description_for_screen_readers() -> None:
    for text in (bars([], WORDS), lines([], WORDS, []), share(1, 2, WORDS)):
        picture = parsed(text)
        named = picture.attrib["aria-labelledby"].split()
        assert picture.attrib["role"] == "img"
        found = {one.attrib.get("id"): one.text for one in picture}
        assert [found[name] for name in named] == ['<A> & "B"', "told"]


def test_a_line_goes_through_its_points() -> None:
    picture = parsed(lines([(0, 0), (10, 50), (20, 100)], WORDS, ["08:00", "09:00"]))
    (line,) = picture.iter(f"{SVG}polyline")
    points = [tuple(map(float, one.split(","))) for one in line.attrib["points"].split()]
    assert [x for x, _ in points] == [64, 342, 620]
    ys = [y for _, y in points]
    assert ys[0] - ys[1] == pytest.approx(ys[1] - ys[2])
    assert {"08:00", "09:00", "100", "an hour"} <= set(texts(picture))


def test_one_point_and_equal_ones_are_drawn_too() -> None:
    for points in ([(5, 3)], [(5, 3), (5, 3)]):
        assert "nan" not in lines(points, WORDS, ["now"])


@pytest.mark.parametrize(
    ("done", "total", "told"),
    [(0, 10, "0 %"), (999, 1000, "99 %"), (10, 10, "100 %"), (11, 10, "100 %"), (0, 0, "0 %")],
)
def test_a_share_says_whole_percents_and_100_only_when_all_is_done(
    done: int, total: int, told: str
) -> None:
    assert texts(parsed(share(done, total, WORDS))) == [told]


def test_long_names_are_cut_and_no_name_breaks_out() -> None:
    text = bars([Bar("<script>alert(1)</script>" * 3, (1,))], WORDS)
    assert "<script>" not in text
    assert max(len(one) for one in texts(parsed(text))) <= 20


@given(st.lists(st.tuples(st.text(max_size=30), st.integers(0, 10**9)), max_size=12))
def test_any_bars_are_well_formed_and_inside(rows: list[tuple[str, int]]) -> None:
    clean = [Bar("".join(one for one in name if one.isprintable()), (size,)) for name, size in rows]
    for one in rects(parsed(bars(clean, WORDS))):
        assert 0 <= one["x"] <= one["x"] + one["width"] <= WIDTH


def test_numbers_are_grouped() -> None:
    assert number(1_234_567) == "1\u202f234\u202f567"
    assert number(2.5) == "2.5"
    assert re.fullmatch(r"0", number(0))
