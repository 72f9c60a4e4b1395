"""A font with Chinese characters on this machine, for the pictures of card faces."""

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# By preference: what the card's print uses (SimSun) and what looks like it, then any other.
FONTS = (
    "simsun.ttc",
    "simsun.ttf",
    "songti.ttc",
    "notoserifcjk-regular.ttc",
    "notoserifcjksc-regular.otf",
    "notoserifsc-regular.otf",
    "uming.ttc",
    "notosanscjk-regular.ttc",
    "notosanscjksc-regular.otf",
    "sourcehansanscn-regular.otf",
    "droidsansfallbackfull.ttf",
    "droidsansfallback.ttf",
    "wqy-zenhei.ttc",
    "wqy-microhei.ttc",
    "ukai.ttc",
    "pingfang.ttc",
    "stheiti light.ttc",
    "simhei.ttf",
    "msyh.ttc",
)


@cache
def chinese_font() -> Path | None:
    """The best font found in the system's font folders, None if there is none."""
    found: dict[str, Path] = {}
    for folder in _folders():
        for path in _files(folder):
            found.setdefault(path.name.lower(), path)
    for name in FONTS:
        if name in found:
            return found[name]
    return None


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
