"""Card data as the page shows them: what waits for a card, and what the book expects on it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.database import BookSession
from api.services.card_data import fitting, waiting
from api.services.card_data.fitting import LeftOut
from issuance.models import Card
from reader.code_table import meanings
from reader.item_binding import BoundItem, items_of

Sentence = tuple[str, str]
NOTHING: Sentence = ("–", "–")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShown:
    """A data group: its items with their labels, and what the card has no room for."""

    group: str
    label: Sentence
    items: list[tuple[Sentence, Sentence]]
    left_out: tuple[LeftOut, ...]

    @property
    def application(self) -> str:
        """Where on the card it lies."""
        return self.group.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the book expects of an item, or of a record of a cyclic file (*item* is empty).

    *book* is the value as the desk would tell it, in JSON; *codes* say what one on the card means.
    """

    group: str
    item: str
    label: Sentence
    shown: Sentence
    book: str
    codes: Mapping[str, Sentence]


def waiting_groups(session: BookSession, card: Card) -> list[GroupShown]:
    """What waits for the card, in words."""
    return [
        GroupShown(
            group=one.group,
            label=one.label,
            items=list(_worded(one.group, one.items)),
            left_out=one.left_out,
        )
        for one in waiting.waiting(session, card)
    ]


def decided_groups(card_data: Sequence[Mapping[str, Any]]) -> list[GroupShown]:
    """What a matter puts onto the card, as the matter keeps it."""
    return [
        GroupShown(
            group=(group := f"{one['application']}.{one['group']}"),
            label=fitting.group_label(group),
            items=list(_worded(group, one["items"])),
            left_out=(),
        )
        for one in card_data
    ]


def expected_rows(session: BookSession, card: Card) -> list[tuple[Sentence, list[Row]]]:
    """What decided matters say of the card, group by group."""
    found: dict[str, list[Row]] = {}
    for one in waiting.expected(session, card):
        found.setdefault(one.group, []).extend(_rows(one.group, one.items, one.record))
    return [(fitting.group_label(group), rows) for group, rows in found.items()]


def _rows(group: str, items: Mapping[str, Any], record: bool) -> Iterator[Row]:
    if record:
        said = [words for _, words in _worded(group, items) if words != NOTHING]
        shown = "; ".join(en for en, _ in said), "；".join(zh for _, zh in said)
        label = ("record", "记录")
        yield Row(group=group, item="", label=label, shown=shown, book=_json(items), codes={})
        return
    bounds = fitting.bound_items(group)
    for name, value in items.items():
        yield Row(
            group=group,
            item=name,
            label=fitting.item_label(group, name),
            shown=_words(bounds[name], value),
            book=_json(value),
            codes=_codes(bounds[name]),
        )


def _worded(group: str, items: Mapping[str, Any]) -> Iterator[tuple[Sentence, Sentence]]:
    bounds = fitting.bound_items(group)
    for name, value in items.items():
        yield fitting.item_label(group, name), _words(bounds[name], value)


def _words(bound: BoundItem, value: Any) -> Sentence:
    """A value as JSON in words: a code with its meaning, the parts of a group behind each other."""
    if value is None or value == []:
        return NOTHING
    if isinstance(value, list):
        return _joined([_words(bound, one) for one in value])
    if isinstance(value, Mapping):
        inner = {one.name: one for one in items_of(bound.kind)}
        parts = [_words(inner[name], one) for name, one in value.items()]
        return _joined([part for part in parts if part != NOTHING])
    text = str(value)
    if not bound.item.codes:
        return text, text
    found = meanings(bound.item.codes, text)
    en, zh = ", ".join(code.en for code in found), "，".join(code.zh for code in found)
    return f"{en} ({text})", f"{zh}（{text}）"


def _joined(parts: list[Sentence]) -> Sentence:
    return ", ".join(en for en, _ in parts), "，".join(zh for _, zh in parts)


def _json(value: Any) -> str:
    """As a browser writes it: items in the order of the card."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _codes(bound: BoundItem) -> dict[str, Sentence]:
    tables = bound.item.codes
    return {code.code: (code.en, code.zh) for code in tables[0].codes} if len(tables) == 1 else {}
