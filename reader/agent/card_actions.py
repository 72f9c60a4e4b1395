"""What a ticket can ask for on the card itself: one function for each action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from reader.agent.errors import UnknownActionError
from reader.agent.pin_asking import PinAsking
from reader.card_maintenance import (
    block_application,
    block_card,
    unblock_application,
    write_group,
)
from reader.card_profile.files import Application
from reader.card_profile.ssse import SSSE
from reader.data_items_json import from_json, to_json
from reader.desk_keys import DeskKeys
from reader.item import ItemError
from reader.session import CardSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What an action works with."""

    session: CardSession
    keys: DeskKeys
    pins: PinAsking
    parameters: Mapping[str, Any]

    @property
    def application(self) -> Application:
        """The one that the parameters name."""
        try:
            return self.session.profile.application(str(self.parameters["application"]))
        except LookupError as error:
            raise UnknownActionError(f"application: {error}") from error


def _change_pin(doing: Doing) -> None:
    doing.pins.change(doing.session)


def _reload_pin(doing: Doing) -> None:
    doing.keys.reload_pin(doing.session, doing.pins.new_pin())


def _unblock_pin(doing: Doing) -> None:
    doing.keys.unblock_pin(doing.session)


def _update(doing: Doing) -> None:
    """Parameters: ``groups``, by place as in the JSON of a card; items that are named change."""
    groups = doing.parameters.get("groups")
    if not isinstance(groups, Mapping) or not groups:
        raise UnknownActionError("groups")
    for place, items in groups.items():
        _update_group(doing, str(place), items)


def _update_group(doing: Doing, place: str, items: Any) -> None:
    owner, _, name = place.rpartition(".")
    try:
        file = doing.session.profile.application(owner or SSSE.name).file_named(name)
        changes = from_json(file.holds, items)
    except (LookupError, ItemError) as error:
        raise UnknownActionError(f"{place}: {error}") from error
    doing.keys.open_for_reading(doing.session, file)
    now = doing.session.read(file.holds)
    named = {item: getattr(changes, item) for item in items if item in to_json(now)}
    write_group(doing.keys, doing.session, replace(now, **named))


def _block_application(doing: Doing) -> None:
    for_ever = doing.parameters.get("for_ever") is True
    block_application(doing.keys, doing.session, doing.application, for_ever=for_ever)


def _unblock_application(doing: Doing) -> None:
    unblock_application(doing.keys, doing.session, doing.application)


def _block_card(doing: Doing) -> None:
    block_card(doing.keys, doing.session)


ACTIONS: Mapping[str, Callable[[Doing], None]] = MappingProxyType(
    {
        "pin_change": _change_pin,
        "pin_reload": _reload_pin,
        "pin_unblock": _unblock_pin,
        "update": _update,
        "block_application": _block_application,
        "unblock_application": _unblock_application,
        "block_card": _block_card,
    }
)
