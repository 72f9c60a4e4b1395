"""``onecard card pin``: the holder's PIN tried, changed, reloaded, unblocked."""

from pathlib import Path

import click

from onecard.console import Sentence, print_json, print_line
from reader import pin_service
from reader.cli_edge import json_option, one_line_on_error
from reader.cli_entry import PinOptions, ask_new_pin, confirm, pin_options
from reader.cli_slot import CardInSlot, Slots, WhoseCard, identified, slot_options, whose
from reader.pin_rules import require_strong

new_pin_option = click.option(
    "--new-pin-file",
    type=click.Path(path_type=Path),
    help="File whose first line is the new PIN; it is typed twice otherwise.",
)
allow_weak_option = click.option(
    "--allow-weak", is_flag=True, help="Take a new PIN that is easy to guess."
)
document_option = click.option(
    "--document-checked",
    is_flag=True,
    help="You have checked the holder's identity document against the card.",
)


@click.group()
def pin() -> None:
    """The holder's PIN: try, change, reload, unblock. 密码。

    A PIN is typed in, and not shown; --pin-file and --new-pin-file are for programs.

    \b
    onecard card pin verify
    onecard card pin change
    onecard card pin reload --document-checked
    onecard card pin unblock --document-checked
    """


@pin.command()
@slot_options
@pin_options
@json_option
@one_line_on_error
def verify(slots: Slots, pin: PinOptions, as_json: bool) -> None:
    """Is this the card's PIN? A wrong one costs a try; how many are left is told.

    \b
    onecard card pin verify
    onecard card pin verify --reader "ACS ACR39U 00 00" --pin-file pin.txt --json
    """
    with slots.card() as card:
        card.session.verify_pin(pin.wanted())
        _done(whose(card.session), "pin-verify", "The PIN is right.", "密码正确。", as_json)


@pin.command()
@slot_options
@pin_options
@new_pin_option
@allow_weak_option
@json_option
@one_line_on_error
def change(
    slots: Slots, pin: PinOptions, new_pin_file: Path | None, allow_weak: bool, as_json: bool
) -> None:
    """The holder knows the PIN and chooses another, typed twice.

    \b
    onecard card pin change
    onecard card pin change --pin-file old.txt --new-pin-file new.txt
    """
    with slots.card() as card:
        old = pin.wanted(("Present PIN", "原密码"))
        card.session.verify_pin(old)
        owner = whose(card.session)
        new = _new_pin(card, owner, new_pin_file, allow_weak=allow_weak)
        pin_service.change_pin(card.session, old, new)
    _done(owner, "pin-change", "The PIN is changed.", "密码已修改。", as_json)


@pin.command("reload")
@slot_options
@document_option
@new_pin_option
@allow_weak_option
@json_option
@one_line_on_error
def reload_(
    slots: Slots,
    document_checked: bool,
    new_pin_file: Path | None,
    allow_weak: bool,
    as_json: bool,
) -> None:
    """The holder forgot the PIN: a new one, after the identity document was checked.

    Takes the keys of the card: a PSAM, the issuer's server or its key store.

    \b
    onecard card pin reload --document-checked
    onecard card pin reload --psam "ACS ACR39U 00 01" --document-checked --new-pin-file new.txt
    """
    with slots.card() as card:
        keys = card.own_keys()
        owner = identified(card)
        _require_document(document_checked)
        new = _new_pin(card, owner, new_pin_file, allow_weak=allow_weak)
        pin_service.reload_pin(keys, card.session, new)
    _done(owner, "pin-reload", "The new PIN is in force.", "新密码已生效。", as_json)


@pin.command()
@slot_options
@document_option
@json_option
@one_line_on_error
def unblock(slots: Slots, document_checked: bool, as_json: bool) -> None:
    """The PIN is blocked and the holder knows it: new tries, the PIN stays.

    Takes the keys of the card, as reload does.

    \b
    onecard card pin unblock --document-checked
    """
    with slots.card() as card:
        keys = card.own_keys()
        owner = identified(card)
        _require_document(document_checked)
        keys.unblock_pin(card.session)
    _done(owner, "pin-unblock", "The PIN has all its tries again.", "密码已解锁。", as_json)


def _require_document(checked: bool) -> None:
    confirm(
        (
            "Did you check the holder's identity document against this card?",
            "是否已核验持卡人身份证件与该卡一致？",
        ),
        given=checked,
        cause=(
            "The holder's identity document was not checked; nothing was done.",
            "未核验持卡人身份证件，未作任何操作。",
        ),
        remedy=(
            "Compare name, number and face with the document, then give --document-checked.",
            "请核对姓名、号码与相貌后，加 --document-checked 办理。",
        ),
    )


def _new_pin(card: CardInSlot, owner: WhoseCard, file: Path | None, *, allow_weak: bool) -> str:
    new = ask_new_pin(file)
    if not allow_weak:
        require_strong(new, profile=card.session.profile, holder=owner.holder)
    return new


def _done(owner: WhoseCard, action: str, en: str, zh: str, as_json: bool) -> None:
    if as_json:
        print_json({"action": action, "done": True, "card": owner.to_json()})
    else:
        print_line(f"{owner.number}: {Sentence(en, zh).text()}")
