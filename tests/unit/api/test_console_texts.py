"""Every text of the console is there in both languages."""

import re
from pathlib import Path

import pytest

import api.console.templates
from api.console import card_words, signs
from issuance.counter.action_table import Action
from issuance.states import CardEvent, CardState
from reader.authenticity import Verdict

TEMPLATES = sorted(Path(api.console.templates.__file__).parent.rglob("*.html"))
SAYING = re.compile(r"""say\(\s*("[^"]*"|'[^']*')\s*,\s*("[^"]*"|'[^']*')""")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
TAG_TEXT = re.compile(r">([^<>{}]*)<")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_page_says_everything_twice(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    pairs = SAYING.findall(text)
    assert len(pairs) == len(re.findall(r"\bsay\(", text))
    assert [pair for pair in pairs if not CHINESE.search(pair[1])] == []
    assert [pair for pair in pairs if CHINESE.search(pair[0])] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_page_has_a_script_or_a_style_of_its_own(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)", text)


def test_there_is_a_word_for_every_state_and_action() -> None:
    assert set(card_words.STATES) == set(CardState)
    assert set(card_words.BUTTONS) == set(Action)
    assert set(signs.SIGNS) == set(Verdict)


# Written into the trail under a card's name; `counter.` and an action beside them.
EVENTS = (
    *(f"card.{event.value}" for event in CardEvent),
    "card.number",
    "card.look",
    "counter.key_use",
    "counter.show",
    "counter.suspicion",
    "counter.visit",
    *(f"counter.{action.value}" for action in Action),
)


@pytest.mark.parametrize("event", EVENTS)
def test_the_history_of_a_card_has_words_for_each_event(event: str) -> None:
    english, chinese = card_words.event_words(event)
    assert english != event
    assert CHINESE.search(chinese)
