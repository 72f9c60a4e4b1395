"""``onecard card lock`` and ``unlock``: parts of a card, or all of it, out of use."""

import click

from onecard.console import Sentence, print_json, print_line
from reader import card_maintenance
from reader.card_profile.files import Application
from reader.card_profile.keys import KeyRole
from reader.card_profile.profiles import CardProfile
from reader.card_profile.values import IdentificationCode
from reader.cli_edge import json_option, one_line_on_error
from reader.cli_entry import PinOptions, ask_line, confirm, pin_options
from reader.cli_slot import CardInSlot, Slots, WhoseCard, identified, slot_options
from reader.desk_errors import (
    NoSuchApplicationError,
    NotBlockedError,
    OtherCardError,
    RefusedItemError,
)
from reader.iso7816.commands import get_challenge
from reader.refusals import ApplicationBlockedError

yes_option = click.option("--yes", is_flag=True, help="Do not ask before blocking.")
number_option = click.option(
    "--card-number",
    metavar="NUMBER",
    help="The card's number once more, where nobody can be asked for it.",
)
code_option = click.option(
    "--identification-code",
    metavar="HEX",
    help="Of a card whose SSSE is blocked and which does not tell it: 32 digits.",
)


@click.group()
def lock() -> None:
    """Block an application of the card, or the card. 锁定。

    \b
    onecard card lock application DF04
    onecard card lock application DF04 --for-ever
    onecard card lock card
    """


@click.group()
def unlock() -> None:
    """Unblock an application that was blocked for a time. 解锁应用。

    \b
    onecard card unlock application DF04
    onecard card unlock application SSSE --identification-code 430100D156000005…
    """


@lock.command("application")
@click.argument("name")
@click.option("--for-ever", is_flag=True, help="Nothing undoes it.")
@yes_option
@number_option
@code_option
@slot_options
@pin_options
@json_option
@one_line_on_error
def lock_application(
    name: str,
    for_ever: bool,
    yes: bool,
    card_number: str | None,
    identification_code: str | None,
    slots: Slots,
    pin: PinOptions,
    as_json: bool,
) -> None:
    """Block the application NAME (SSSE, DF01 …) for a time, or for ever.

    For ever takes the card's number once more. Takes the keys of the card.

    \b
    onecard card lock application DF04
    onecard card lock application DF04 --for-ever
    """
    with slots.blocked_card(_code(identification_code), pin.given()) as card:
        application = _application(card.session.profile, name)
        keys = card.own_keys()
        owner = identified(card)
        if for_ever:
            _require_number(owner, card_number)
        else:
            _require_yes(yes, name)
        card_maintenance.block_application(keys, card.session, application, for_ever=for_ever)
    how = ("for ever", "永久") if for_ever else ("for a time", "临时")
    said = (f"{name} is blocked {how[0]}.", f"{name} 已{how[1]}锁定。")
    _done(owner, "lock-application", said, as_json, application=name, for_ever=for_ever)


@lock.command("card")
@number_option
@code_option
@slot_options
@pin_options
@json_option
@one_line_on_error
def lock_card(
    card_number: str | None,
    identification_code: str | None,
    slots: Slots,
    pin: PinOptions,
    as_json: bool,
) -> None:
    """Block the whole card, for ever: it answers nothing any more.

    Takes the card's number once more, and the keys of the card.

    \b
    onecard card lock card
    onecard card lock card --card-number A00000011
    """
    with slots.blocked_card(_code(identification_code), pin.given()) as card:
        keys = card.own_keys()
        owner = identified(card)
        _require_number(owner, card_number)
        card_maintenance.block_card(keys, card.session)
    said = ("The card is blocked for ever.", "卡片已永久锁定。")
    _done(owner, "lock-card", said, as_json, for_ever=True)


@unlock.command("application")
@click.argument("name")
@code_option
@slot_options
@pin_options
@json_option
@one_line_on_error
def unlock_application(
    name: str,
    identification_code: str | None,
    slots: Slots,
    pin: PinOptions,
    as_json: bool,
) -> None:
    """End the block of the application NAME, if it is not for ever. Takes the keys of the card.

    A card whose SSSE is blocked does not say which it is: the holder's PIN or the identification
    code in the book helps.

    \b
    onecard card unlock application DF04
    onecard card unlock application SSSE --pin -
    """
    with slots.blocked_card(_code(identification_code), pin.given()) as card:
        application = _application(card.session.profile, name)
        keys = card.own_keys()
        _require_blocked(card, application)
        card_maintenance.unblock_application(keys, card.session, application)
        owner = identified(card)
    said = (f"{name} works again.", f"{name} 已解锁。")
    _done(owner, "unlock-application", said, as_json, application=name)


def _application(profile: CardProfile, name: str) -> Application:
    names = [
        one.name
        for one in profile.applications
        if any(key.role is KeyRole.MAINTENANCE for key in one.keys)
    ]
    if name not in names:
        raise NoSuchApplicationError(", ".join(names))
    return profile.application(name)


def _code(text: str | None) -> IdentificationCode | None:
    if text is None:
        return None
    try:
        return IdentificationCode(bytes.fromhex(text))
    except ValueError as error:
        rule = ("32 hexadecimal digits, as the book has them", "台账中的 32 位十六进制卡识别码")
        raise RefusedItemError("--identification-code", str(error), rule) from error


def _require_blocked(card: CardInSlot, application: Application) -> None:
    """NotBlockedError if it works; ApplicationBlockedError if it is blocked for ever."""
    try:
        card.session.exchange(application, get_challenge())
    except ApplicationBlockedError as blocked:
        if blocked.permanent:
            raise
        return
    raise NotBlockedError(application.name)


def _require_number(owner: WhoseCard, given: str | None) -> None:
    typed = ask_line(
        ("This is for ever. Type the card's number once more", "此操作不可撤销，请再次输入卡号"),
        given=given,
        remedy=(
            "Type the number of the card when asked, or give it with --card-number.",
            "请按提示输入卡号，或用 --card-number 给出。",
        ),
    )
    if typed.upper() != owner.number:
        raise OtherCardError(typed)


def _require_yes(given: bool, name: str) -> None:
    confirm(
        (f"Block {name} of this card?", f"是否锁定该卡的 {name}？"),
        given=given,
        cause=("The block was not confirmed; nothing was done.", "锁定未经确认，未作任何操作。"),
        remedy=("Answer yes, or give --yes.", "请回答 y，或加 --yes。"),
    )


def _done(
    owner: WhoseCard, action: str, said: tuple[str, str], as_json: bool, **facts: str | bool
) -> None:
    if as_json:
        print_json({"action": action, "done": True, **facts, "card": owner.to_json()})
    else:
        print_line(f"{owner.number}: {Sentence(*said).text()}")
