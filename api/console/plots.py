"""Bars and lines as SVG, drawn from numbers alone: no script, no style sheet, no outside font.

Every picture has a title and a description for screen readers (SVG 2, 5.8; WAI-ARIA: role img), its
axes are labelled, and series differ in more than their colour. Colours reach 3:1 on white, text
4.5:1 (WCAG 2.2, 1.4.3 and 1.4.11).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 640
INK, FAINT, GRID = "#1f2933", "#52606d", "#d9e0e6"
COLOURS = ("#1d5d9b", "#b4331f", "#6b7785", "#3d7d44")
_FONT = 'font-family="system-ui, sans-serif" font-size="13"'
_ROW, _THICK = 28, 16
_LABELS = 150  # what the names of bars take at the left
_LETTERS = 20  # of a name
_TOP, _LEFT, _RIGHT, _BOTTOM, _HEIGHT = 34, 64, 20, 48, 220


@dataclass(frozen=True, slots=True)
class Bar:
    """A name and the sizes of the parts that lie one after the other on its line."""

    label: str
    parts: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a picture says; *name* tells it from others on the page, *series* name its parts."""

    name: str
    title: str
    description: str
    x: str = ""
    y: str = ""
    series: tuple[str, ...] = ()


def ticks(top: float, wanted: int = 5) -> list[float]:
    """Round values from 0 to at least *top*: steps of 1, 2 or 5 with zeros; whole below ten."""
    if not math.isfinite(top) or top <= 0:
        top = 1.0
    rough = top / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough - 1e-12)
    step = max(step, 1.0)
    return [place * step for place in range(math.ceil(top / step - 1e-9) + 1)]


def bars(rows: Sequence[Bar], words: Words) -> str:
    """Horizontal bars with their names at the left and their sum at the end."""
    marks = ticks(max((sum(row.parts) for row in rows), default=0))
    wide = WIDTH - _LABELS - 60
    top = _TOP if words.series else 6
    height = top + _ROW * max(len(rows), 1) + _BOTTOM
    body = [_legend(words.series)]
    for mark in marks:
        x = _LABELS + wide * mark / marks[-1]
        body.append(_line(x, top, x, height - _BOTTOM, GRID))
        body.append(_text(x, height - _BOTTOM + 16, number(mark), anchor="middle", fill=FAINT))
    for place, row in enumerate(rows):
        body += _bar(row, top + place * _ROW, wide / marks[-1])
    if not rows:
        body.append(_text(_LABELS + 8, top + 18, "–", fill=FAINT))
    body.append(_text(_LABELS + wide / 2, height - 8, words.x, anchor="middle", fill=FAINT))
    return _picture(words, height, body)


def lines(points: Sequence[tuple[float, float]], words: Words, labels: Sequence[str]) -> str:
    """A line through *points* (x, y); *labels* are written at equal distances below it.

    The values of x need not be evenly spread; those of y begin at 0.
    """
    marks = ticks(max((y for _, y in points), default=0))
    wide, tall = WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    low = points[0][0] if points else 0.0
    span = (points[-1][0] - low) or 1.0 if points else 1.0
    body = []
    for mark in marks:
        y = _HEIGHT - _BOTTOM - tall * mark / marks[-1]
        body.append(_line(_LEFT, y, WIDTH - _RIGHT, y, GRID))
        body.append(_text(_LEFT - 8, y + 4, number(mark), anchor="end", fill=FAINT))
    places = [
        (_LEFT + wide * (x - low) / span, _HEIGHT - _BOTTOM - tall * y / marks[-1])
        for x, y in points
    ]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    if drawn:
        body.append(
            f'<polyline points="{drawn}" fill="none" stroke="{COLOURS[0]}" stroke-width="2"/>'
        )
    body += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{COLOURS[0]}"/>' for x, y in places]
    for place, label in enumerate(labels):
        x = _LEFT + wide * (place / (len(labels) - 1) if len(labels) > 1 else 0.5)
        anchor = _anchor(place, len(labels))
        body.append(_text(x, _HEIGHT - _BOTTOM + 16, label, anchor=anchor, fill=FAINT))
    body.append(_text(_LEFT + wide / 2, _HEIGHT - 8, words.x, anchor="middle", fill=FAINT))
    body.append(_text(8, 18, words.y, fill=FAINT))
    return _picture(words, _HEIGHT, body)


def share(done: int, total: int, words: Words) -> str:
    """How much of the whole is done: one bar of full width, with its percentage beside it."""
    part = min(max(done / total, 0.0), 1.0) if total else 0.0
    wide = WIDTH - 90
    body = [
        f'<rect x="1" y="5" width="{wide}" height="18" fill="#fff" stroke="{FAINT}"/>',
        f'<rect x="1" y="5" width="{wide * part:.1f}" height="18" fill="{COLOURS[0]}"/>',
        _text(wide + 12, 19, f"{math.floor(100 * part)} %"),
    ]
    return _picture(words, 28, body)


def number(value: float) -> str:
    """With thin spaces between the thousands, and no more decimals than it has."""
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return text.replace(",", "\u202f")


def _bar(row: Bar, y: float, scale: float) -> list[str]:
    short = row.label if len(row.label) <= _LETTERS else f"{row.label[: _LETTERS - 1]}…"
    found = [_text(_LABELS - 8, y + 18, short, anchor="end")]
    x = float(_LABELS)
    for place, part in enumerate(row.parts):
        size = part * scale
        if size > 0:
            found.append(_part(x, y + 5, size, place))
        x += size
    found.append(_text(x + 6, y + 18, number(sum(row.parts))))
    return found


def _part(x: float, y: float, size: float, place: int) -> str:
    """A part of a bar; those after the first stand apart by an edge, not by colour alone."""
    colour = COLOURS[place % len(COLOURS)]
    edge = f' stroke="{INK}" stroke-dasharray="3 2"' if place else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{size:.1f}" height="{_THICK}" '
        f'fill="{colour}"{edge}/>'
    )


def _legend(series: Sequence[str]) -> str:
    found, x = [], float(_LABELS)
    for place, name in enumerate(series):
        found.append(_part(x, 6, 14, place))
        found.append(_text(x + 20, 19, name))
        x += 44 + 13 * len(name) if not name.isascii() else 44 + 7.5 * len(name)
    return "".join(found)


def _picture(words: Words, height: float, body: Sequence[str]) -> str:
    name = escape(words.name, {'"': "&quot;"})
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" {_FONT} fill="{INK}">'
        f'<title id="{name}-title">{escape(words.title)}</title>'
        f'<desc id="{name}-desc">{escape(words.description)}</desc>{"".join(body)}</svg>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str = INK) -> str:
    if not text:
        return ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{escape(text)}</text>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _anchor(place: int, count: int) -> str:
    if count == 1:
        return "middle"
    return "start" if place == 0 else "end" if place == count - 1 else "middle"
