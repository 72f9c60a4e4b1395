"""Card data as a page shows them: what a decision leaves to be written, in the card's own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reader.card_profile.profiles import PROFILES
from reader.item_binding import BoundItem, items_of

Sentence = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """A data group and its items; a value that is a code with what the code means."""

    application: str
    label: Sentence
    items: Sequence[tuple[Sentence, Sentence]]


def groups_of(card_data: Sequence[Mapping[str, Any]], profile: str) -> list[Group]:
    """The groups of kept card data that this kind of card has."""
    if profile not in PROFILES:
        return []
    files = {
        (application.name, file.name): file
        for application in PROFILES[profile].applications
        for file in application.files
    }
    found = []
    for one in card_data:
        file = files.get((one["application"], one["group"]))
        if file is not None:
            bound = {item.name: item for item in items_of(file.holds)}
            items = [
                _item(bound[name], value) for name, value in one["items"].items() if name in bound
            ]
            label = file.name.replace("_", " "), file.zh
            found.append(Group(one["application"], label, items))
    return found


def _item(bound: BoundItem, value: Any) -> tuple[Sentence, Sentence]:
    label = bound.en, bound.item.zh
    tables = bound.item.codes
    codes = {code.code: (code.en, code.zh) for code in tables[0].codes} if len(tables) == 1 else {}
    text = str(value)
    meant = codes.get(text)
    return label, (f"{text} ({meant[0]})", f"{text}（{meant[1]}）") if meant else (text, text)
