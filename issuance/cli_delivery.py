"""``onecard bureau``: the way of finished cards to their holders, one command for each step."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from issuance import batches, cards, delivery, lifecycle
from issuance.cli_edge import book, json_option, one_line_on_error, operator, operator_option
from issuance.database import transaction
from issuance.states import CardEvent
from onecard.console import print_json, say

_acting = operator  # the commands have a parameter of that name
_cards = click.argument("numbers", metavar="[CARD...]", nargs=-1)
_batch = click.option("--batch", help="All cards of a batch that wait for this step.")
Command = Callable[..., None]


def _step_of_cards(command: Command) -> Command:
    """What every step takes; the operator and JSON like all commands that change the book."""
    return _cards(operator_option(json_option(one_line_on_error(command))))


@click.command()
@click.option("--outlet", required=True, help="Where they go.")
@_batch
@_step_of_cards
def ship(outlet: str, **chosen: Any) -> None:
    """Send inspected cards to an outlet (配送).

    \b
    onecard bureau ship A00000001 A00000011 --outlet 371702001 --operator Sun
    onecard bureau ship --batch 371700-20261101-0001 --outlet 371702001 --operator Sun
    """
    _step(delivery.ship, CardEvent.SHIP, ("shipped", "已发出"), outlet=outlet, **chosen)


@click.command()
@_batch
@_step_of_cards
def arrive(**chosen: Any) -> None:
    """Take shipped cards in at the outlet (到点).

    \b
    onecard bureau arrive --batch 371700-20261101-0001 --operator Zhao
    """
    _step(delivery.arrive, CardEvent.ARRIVE, ("at the outlet", "已到点"), **chosen)


@click.command("send-back")
@click.option("--reason", required=True, help="Why; kept in the audit trail.")
@_step_of_cards
def send_back(reason: str, **chosen: Any) -> None:
    """Return cards from the outlet to the bureau: nobody came for them (退回).

    \b
    onecard bureau send-back A00000001 --reason "not fetched in 90 days" --operator Zhao
    """
    done = ("returned", "已退回")
    _step(delivery.send_back, CardEvent.RETURN, done, batch=None, reason=reason, **chosen)


@click.command("hand-over")
@_step_of_cards
def hand_over(**chosen: Any) -> None:
    """Give cards to their holders, not in use yet; `activate` does both (领卡).

    \b
    onecard bureau hand-over A00000001 --operator Zhao
    """
    done = ("handed over", "已领取")
    _step(delivery.hand_over, CardEvent.HAND_OVER, done, batch=None, **chosen)


@click.command()
@_batch
@_step_of_cards
def activate(**chosen: Any) -> None:
    """Put cards to use at their handover (领卡启用).

    \b
    onecard bureau activate A00000001 --operator Zhao
    onecard bureau activate --batch 371700-20261101-0001 --operator Zhao
    """
    done = ("put to use", "已启用")
    _step(cards.activate, CardEvent.HAND_OVER, done, told="activated", **chosen)


def _step(
    use_case: Callable[..., bool],
    event: CardEvent,
    done: tuple[str, str],
    *,
    told: str = "cards",
    numbers: Sequence[str],
    batch: str | None,
    operator: str | None,
    as_json: bool,
    **detail: str,
) -> None:
    """All of the cards or none, in one transaction; JSON has those that changed as *told*."""
    by, now = _acting(operator), datetime.now(UTC)
    if not numbers and not batch:
        raise click.UsageError("Name cards or a batch.")
    with book() as engine, transaction(engine) as session:
        wanted = [*numbers, *(_waiting(session, batch, event) if batch else ())]
        changed = [
            number for number in wanted if use_case(session, number, by=by, at=now, **detail)
        ]
    if as_json:
        print_json({told: changed})
    say(f"Cards {done[0]}: {len(changed)}.", f"{done[1]} {len(changed)} 张卡。")


def _waiting(session: Session, batch: str, event: CardEvent) -> list[str]:
    batches.get(session, batch)
    before = lifecycle.before(lifecycle.CARD, event)
    return [card.number for card in cards.of_batch(session, batch) if card.state in before]
