"""What a kind of card has room for: the rest is left out, and told.

A card of version 1.00 lacks files and records that version 2.0 brought; a name may be longer than
its item on any card. Neither keeps the rest from being written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reader.card_profile.files import RecordFile
from reader.card_profile.profiles import PROFILES, CardProfile
from reader.card_recording import Recording, name_of, places
from reader.item import ItemError
from reader.item_binding import BoundItem, items_of

Text = tuple[str, str]
NO_FILE: Text = ("this kind of card has no such file", "该版本的卡没有此文件")
NO_RECORD: Text = ("this kind of card has no such item", "该版本的卡没有此数据项")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An item that this kind of card cannot hold, and why."""

    item: str
    label: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class Fitting:
    """What goes onto the card, None where nothing does; and what does not."""

    recording: Recording | None
    left_out: tuple[LeftOut, ...]


def fit(profile: CardProfile, group: str, items: Mapping[str, Any]) -> Fitting:
    """As many of the *items* as a card of this profile takes."""
    file = file_of(profile, group)
    room = {slot.bound.name for slot in file.slots} or bound_items(group).keys() if file else ()
    missing = NO_RECORD if file else NO_FILE
    left_out = [
        LeftOut(name, item_label(group, name), missing) for name in items if name not in room
    ]
    kept = {name: value for name, value in items.items() if name in room}
    while kept:
        try:
            recording = Recording.of(profile, group, kept)
            _ = recording.commands
        except ItemError as error:
            name = error.item.partition(".")[0]
            reason = (error.reason, f"取值不符合卡内数据项（{error.reason}）")
            left_out.append(LeftOut(name, item_label(group, name), reason))
            del kept[name]
        else:
            return Fitting(recording, tuple(left_out))
    return Fitting(None, tuple(left_out))


def group_label(group: str) -> Text:
    """A data group in words; its name where no kind of card has it."""
    file = _declared(group)
    if file is None:
        return group, group
    return file.name.replace("_", " "), file.zh.removesuffix("文件")


def item_label(group: str, item: str) -> Text:
    """A data item in words."""
    bound = bound_items(group).get(item)
    return (bound.en, bound.item.zh) if bound else (item, item)


def bound_items(group: str) -> dict[str, BoundItem]:
    """The items of a data group by name, in the order of the card."""
    file = _declared(group)
    return {bound.name: bound for bound in items_of(file.holds)} if file else {}


def file_of(profile: CardProfile, group: str) -> RecordFile | None:
    """The group's file on this kind of card."""
    return next((file for a, file in places(profile) if name_of(a, file) == group), None)


def _declared(group: str) -> RecordFile | None:
    found = (file_of(profile, group) for profile in PROFILES.values())
    return next((file for file in found if file is not None), None)
