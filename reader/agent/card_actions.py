"""What a ticket can ask for on the card itself: one function for each action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from reader.agent.card_in_hand import OpenCard
from reader.agent.errors import UnknownActionError
from reader.agent.pin_asking import PinAsking
from reader.card_maintenance import (
    block_application,
    block_card,
    unblock_application,
    write_group,
)
from reader.card_profile.df01 import DF01
from reader.card_profile.files import Application
from reader.card_recording import Recording, record
from reader.data_items_json import from_json
from reader.desk_keys import DeskKeys
from reader.item import ItemError
from reader.session import CardSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What an action works with."""

    card: OpenCard
    keys: DeskKeys
    pins: PinAsking
    parameters: Mapping[str, Any]

    @property
    def session(self) -> CardSession:
        """The conversation with it."""
        return self.card.session

    @property
    def application(self) -> Application:
        """The one that the parameters name."""
        try:
            return self.session.profile.application(str(self.parameters["application"]))
        except LookupError as error:
            raise UnknownActionError(f"application: {error}") from error


def _change_pin(doing: Doing) -> None:
    doing.pins.change(doing.card)


def _reload_pin(doing: Doing) -> None:
    doing.keys.reload_pin(doing.session, doing.pins.new_pin())


def _unblock_pin(doing: Doing) -> None:
    doing.keys.unblock_pin(doing.session)


def _update(doing: Doing) -> None:
    """Parameters: ``group``, a file of the public area by name, and the ``items`` that change."""
    name, items = str(doing.parameters.get("group")), doing.parameters.get("items")
    try:
        file = doing.session.profile.application(DF01.name).file_named(name)
        changes = from_json(file.holds, items)
    except (LookupError, ItemError) as error:
        raise UnknownActionError(f"{name}: {error}") from error
    doing.keys.open_for_reading(doing.session, file)
    now: Any = doing.session.read(file.holds)
    named = {item: getattr(changes, item) for item in items or ()}
    write_group(doing.keys, doing.session, replace(now, **named))


def _record(doing: Doing) -> None:
    """Parameters: ``group`` with its application, as in DF03.pension_insurance, and ``items``."""
    name, items = str(doing.parameters.get("group")), doing.parameters.get("items") or {}
    try:
        recording = Recording.of(doing.session.profile, name, items)
    except (LookupError, ItemError) as error:
        raise UnknownActionError(f"{name}: {error}") from error
    record(doing.keys, doing.session, recording)


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
        "record": _record,
        "block_application": _block_application,
        "unblock_application": _unblock_application,
        "block_card": _block_card,
    }
)
