"""The making of a card that lies at a desk: `issuance.counter.spot_replacement` behind a relay."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from api.config import Service
from api.relay import Relay
from crypto.errors import CryptoError
from issuance.counter import actions, spot_replacement, tickets
from issuance.counter.errors import KeysAbsentError
from issuance.counter.spot_replacement import Means, Order
from issuance.errors import IssuanceError
from issuance.slots import Slot
from reader.errors import ReaderError


def begin(service: Service, ticket: str, *, desk: str) -> Relay:
    """The running relay of this ticket, or a new one that goes on with its card.

    Raises as `actions.work`, and KeysAbsentError.
    """
    if service.keys is None:
        raise KeysAbsentError
    at = service.now()
    with service.book.changing() as session:
        actions.work(session, ticket, desk=desk, at=at)
        order = Order.of(session, tickets.get(session, ticket))
    means = Means(
        engine=service.book.engine,
        store=service.keys,
        profile=service.profile,
        clock=service.now,
        random=service.random,
    )
    return service.relays.begin((ticket, desk), lambda: partial(_make, service, order, means))


def _make(service: Service, order: Order, means: Means, slot: Slot) -> Mapping[str, Any]:
    try:
        made = spot_replacement.make(order, means, slot)
        with service.book.changing() as session:
            made = spot_replacement.end(session, order.ticket, made, at=service.now())
    except (IssuanceError, ReaderError) as error:
        return {"error": _told(error.code, error.cause, error.remedy)}
    except CryptoError as error:
        return {"error": _told("keys", (str(error), error.zh), error.remedy)}
    return made.to_json()


def _told(code: str, cause: tuple[str, str], remedy: tuple[str, str] | None) -> Mapping[str, Any]:
    en, zh = remedy or ("", "")
    return {
        "code": code,
        "cause": {"en": cause[0], "zh": cause[1]},
        "remedy": {"en": en, "zh": zh},
    }
