"""The making of a card that lies at a desk: `issuance.counter.spot_replacement` behind a relay."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from api.config import Service
from api.console import remedies
from api.relay import Relay
from crypto.errors import CryptoError
from issuance.counter import actions, spot_replacement, tickets
from issuance.counter.errors import KeysAbsentError
from issuance.counter.spot_replacement import Means, Order
from issuance.errors import IssuanceError
from issuance.slots import Slot
from reader.errors import ReaderError

# At a desk the same button goes on, where a command would be run again.
_REMEDIES: Final[Mapping[str, tuple[str, str]]] = {
    "no-card": ("Put a blank into the reader, and go on.", "请将空白卡放入读卡器，然后继续。"),
    "no-reader": ("Plug the reader in, and go on.", "请接好读卡器，然后继续。"),
    "card-removed": (
        "Put the same card back, and go on: nothing is made twice.",
        "请放回同一张卡，然后继续；不会重复制卡。",
    ),
    "foreign-card": (
        "Take this card out and put in a blank of this desk's stock; then go on.",
        "请取出此卡，放入本柜台库存的空白卡，然后继续。",
    ),
    "keys-not-enabled": (
        "Two key custodians run: onecard bureau enable-keys --at-counters REGION --second NAME; "
        "then go on.",
        "请两名密钥管理员执行：onecard bureau enable-keys --at-counters 区划 --second 姓名；"
        "然后继续。",
    ),
    "transport": (
        "See that the card lies in the reader as it should, and go on.",
        "请检查卡片在读卡器中的位置，然后继续。",
    ),
}


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
    except IssuanceError as error:
        return {"error": _told(error.code, error.cause, remedies.of(error))}
    except ReaderError as error:
        return {"error": _told(error.code, error.cause, error.remedy)}
    except CryptoError as error:
        return {"error": _told("keys", (str(error), error.zh), error.remedy)}
    return made.to_json()


def _told(code: str, cause: tuple[str, str], remedy: tuple[str, str] | None) -> Mapping[str, Any]:
    en, zh = _REMEDIES.get(code) or remedy or ("", "")
    return {
        "code": code,
        "cause": {"en": cause[0], "zh": cause[1]},
        "remedy": {"en": en, "zh": zh},
    }
