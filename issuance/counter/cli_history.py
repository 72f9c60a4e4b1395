"""``onecard bureau history`` and ``reads``: what happened to a card, and who read it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from issuance import cards
from issuance.cli_edge import book, json_option, one_line_on_error, operator_option
from issuance.cli_edge import operator as acting
from issuance.counter import history, looks, reads
from issuance.counter.cli_mandates import purpose_option
from issuance.counter.history import Event, History
from issuance.database import transaction
from issuance.instants import CHINA
from onecard.console import print_json, print_line, say

MOST = 1_000
most_option = click.option(
    "--most",
    type=click.IntRange(1, MOST),
    default=history.MOST,
    show_default=True,
    help="The newest of each kind.",
)


@click.command("history")
@click.argument("card")
@purpose_option
@most_option
@operator_option
@json_option
@one_line_on_error
def card_history(card: str, purpose: str, most: int, operator: str | None, as_json: bool) -> None:
    """What happened to a card: its trail, where it was shown, what was done at counters.

    The look itself is noted in the card's trail.

    \b
    onecard bureau history A00000003 --purpose complaint --operator Zhao
    onecard bureau history A00000003 --purpose complaint --json
    """
    by, at = acting(operator), datetime.now(UTC)
    with book() as engine, transaction(engine) as session:
        found = history.of_card(session, card, most=most)
        shown = _shown(card, found)
        wanted = [cards.get(session, card)]
        looks.note_cards(session, wanted, what="history", purpose=purpose, by=by, at=at)
    if as_json:
        print_json(shown)
        return
    for one in shown["events"]:
        facts = ", ".join(f"{name} {value}" for name, value in one["detail"].items())
        print_line(f"{one['number']}  {_time(one['at'])}  {one['event']:<18} {one['by']}  {facts}")
    for one in shown["presences"]:
        print_line(f"{_time(one['at'])}  {one['desk']}  {one['purpose']}  {one['clerk']}")
    for one in shown["tickets"]:
        print_line(
            f"{_time(one['at'])}  {one['action']:<18} {one['outcome'] or '-'}  {one['clerk']}"
        )


@click.command("reads")
@click.argument("number")
@purpose_option
@most_option
@operator_option
@json_option
@one_line_on_error
def reads_of(number: str, purpose: str, most: int, operator: str | None, as_json: bool) -> None:
    """Who read my card: at which desks a citizen's cards were shown, and what for.

    NUMBER is the citizen's. The clerk is known to the office and not told. Each look is noted.

    \b
    onecard bureau reads 11010519491231002X --purpose enquiry --operator Zhao
    """
    by, at = acting(operator), datetime.now(UTC)
    with book() as engine, transaction(engine) as session:
        noted: dict[str, Any] = {"what": "reads", "purpose": purpose, "by": by, "at": at}
        person = looks.note_person(session, number, **noted)
        found = [_read(one) for one in reads.of_person(session, person, most=most)]
    if as_json:
        print_json({"reads": found})
        return
    for one in found:
        print_line(f"{_time(one['minute'])}  {one['card']}  {one['desk']}  {one['purpose']}")
    if not found:
        say("No card of this person was at a desk.", "此人的卡没有在窗口出示过。")


def _read(one: reads.Read) -> dict[str, str]:
    return {
        "card": one.card_number,
        "desk": one.desk,
        "purpose": one.purpose,
        "minute": one.minute.isoformat(timespec="minutes"),
        "presence": one.identifier,
    }


def _shown(card: str, found: History) -> dict[str, Any]:
    return {
        "card": card,
        "events": _events(found.events),
        "presences": [
            {
                "at": _moment(one.at),
                "desk": one.desk,
                "purpose": one.purpose,
                "clerk": one.clerk,
                "presence": one.id,
            }
            for one in found.presences
        ],
        "tickets": [
            {
                "at": _moment(one.opened_at),
                "ticket": one.id,
                "action": one.action,
                "outcome": one.outcome,
                "clerk": one.clerk,
            }
            for one in found.tickets
        ],
    }


def _events(events: Sequence[Event]) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "at": _moment(one.at),
            "event": one.event,
            "by": one.by,
            "detail": one.detail,
        }
        for one in events
    ]


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _time(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(CHINA):%Y-%m-%d %H:%M}"
