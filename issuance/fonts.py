"""The fonts with Chinese characters on this machine, and which of them has a character.

A card is printed in SimSun (宋体). No one font has all of GB 18030, so a character is taken from
the first font that has it.
"""

import os
import sys
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from issuance.font_coverage import font_coverage

# (file, font in a collection). By preference: what the card's print uses and what looks like it,
# in the shapes of mainland China, then any other.
FONTS: Final = (
    ("simsun.ttc", 0),
    ("simsun.ttf", 0),
    ("songti.ttc", 0),
    ("notoserifcjk-regular.ttc", 2),
    ("notoserifcjksc-regular.otf", 0),
    ("notoserifsc-regular.otf", 0),
    ("babelstonehan.ttf", 0),
    ("uming.ttc", 0),
    ("notosanscjk-regular.ttc", 2),
    ("notosanscjksc-regular.otf", 0),
    ("sourcehansanscn-regular.otf", 0),
    ("droidsansfallbackfull.ttf", 0),
    ("droidsansfallback.ttf", 0),
    ("wqy-zenhei.ttc", 0),
    ("wqy-microhei.ttc", 0),
    ("ukai.ttc", 0),
    ("pingfang.ttc", 0),
    ("stheiti light.ttc", 0),
    ("simhei.ttf", 0),
    ("msyh.ttc", 0),
)
# For what those have not: the extensions A to H of Unicode's Han characters.
RARE_FONTS: Final = (
    ("simsunb.ttf", 0),
    ("simsunextg.ttf", 0),
    ("hanamina.ttf", 0),
    ("hanaminb.ttf", 0),
    ("jigmo.ttf", 0),
    ("jigmo2.ttf", 0),
    ("jigmo3.ttf", 0),
)


class Font(NamedTuple):
    """A font: a file, and which one of it."""

    path: Path
    number: int  # in a collection


class Run(NamedTuple):
    """Neighbouring characters of one font; None for characters that no font here has."""

    font: Font | None
    text: str


@cache
def chinese_fonts() -> tuple[Font, ...]:
    """The fonts of the two lists that this machine has, best first."""
    found: dict[str, Path] = {}
    for folder in _folders():
        for path in _files(folder):
            found.setdefault(path.name.lower(), path)
    return tuple(Font(found[name], index) for name, index in (*FONTS, *RARE_FONTS) if name in found)


def chinese_font() -> Path | None:
    """The best font found in the system's font folders, None if there is none."""
    fonts = chinese_fonts()
    return fonts[0].path if fonts else None


def runs(text: str) -> list[Run]:
    """*text* cut where the font changes."""
    return [Run(font, "".join(part)) for font, part in groupby(text, _font_of)]


def missing_characters(text: str) -> list[str]:
    """The characters of *text* that no font here has, each once."""
    return [*dict.fromkeys(character for character in text if _font_of(character) is None)]


def _font_of(character: str) -> Font | None:
    return next((font for font in chinese_fonts() if character in font_coverage(*font)), None)


def _folders() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
        yield home / "AppData/Local/Microsoft/Windows/Fonts"
    elif sys.platform == "darwin":
        yield from (home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts"))
    else:
        data = os.environ.get("XDG_DATA_HOME") or home / ".local/share"
        yield from (Path(data) / "fonts", home / ".fonts")
        yield from (Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):  # says nothing of a folder that is not there
        for name in names:
            if name.lower().endswith((".ttc", ".ttf", ".otf")):
                yield Path(place) / name
