"""The language and the size of type of a page, as the person chose them.

A text stands where it is shown, in both languages: `say("Log in", "登录")` in a template,
`words(error.cause)` for a pair that came from elsewhere.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flask import request

from api.console import cookies
from issuance.instants import CHINA

LANGUAGES: Final = {"zh": "中文", "en": "English"}
TYPES: Final = ("normal", "large")


def current() -> str:
    """'en' or 'zh': as chosen, else as the browser prefers."""
    chosen = request.cookies.get(cookies.LANGUAGE)
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or "zh"


def large_type() -> bool:
    """Whether the page is shown in large type."""
    return request.cookies.get(cookies.TYPE) == "large"


def say(en: str, zh: str, **values: object) -> str:
    """The sentence in the language of the page; *values* fill its {places}."""
    text = zh if current() == "zh" else en
    return text.format(**values) if values else text


def words(pair: Sequence[str]) -> str:
    """The one of (English, Chinese) that the page wants."""
    return pair[1 if current() == "zh" else 0]


def in_china(at: datetime) -> str:
    """A moment as people at a counter read it."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def capitalized(text: str) -> str:
    """The text with a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]
