"""Card data as a page shows them: each data group in the card's own words, codes with meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.services.card_data.fitting import bound_items, group_label, item_label

Sentence = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """A data group ("DF03.pension_insurance") and its items."""

    name: str
    label: Sentence
    lines: Sequence[tuple[Sentence, Sentence]]


def groups_of(card_data: Sequence[Mapping[str, Any]]) -> list[Group]:
    """The groups of card data as a matter keeps them."""
    return [group_of(f"{one['application']}.{one['group']}", one["items"]) for one in card_data]


def group_of(name: str, items: Mapping[str, Any]) -> Group:
    """A data group with some of its items."""
    lines = [
        (item_label(name, item), _value(name, item, str(text))) for item, text in items.items()
    ]
    return Group(name, group_label(name), lines)


def _value(group: str, item: str, text: str) -> Sentence:
    bound = bound_items(group).get(item)
    tables = bound.item.codes if bound else ()
    codes = {code.code: code for code in tables[0].codes} if len(tables) == 1 else {}
    if text not in codes:
        return text, text
    return f"{text} ({codes[text].en})", f"{text}（{codes[text].zh}）"
