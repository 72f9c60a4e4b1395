"""``onecard card account settle`` and ``credit``: money moves on the card.

The answer to the last step may be lost: then nobody charges again before the card was asked.
"""

from datetime import datetime
from functools import partial

import click

from onecard.console import Sentence, print_json, print_line
from reader.account_errors import NoTerminalError, NoTransactionKeysError
from reader.card_profile.medical_account import Settlement
from reader.card_profile.psam import TerminalNumber
from reader.cli_edge import json_option, one_line_on_error
from reader.cli_entry import PinOptions, confirm, pin_options
from reader.cli_slot import CardInSlot, Slots, WhoseCard, slot_options, whose
from reader.item_codecs import CHINA_STANDARD_TIME
from reader.medical_account import AccountSession, Receipt, Signer, Terminal, TransactionKeys
from reader.money import fen, yuan

MAX_COUNT = 0xFFFFFFFF

terminal_option = click.option(
    "--terminal", metavar="DIGITS", help="The terminal's number, 12 digits; a PSAM has it."
)
yes_option = click.option("--yes", is_flag=True, help="Do not ask before money moves.")


@click.command()
@click.option("--account", "from_account", metavar="YUAN", required=True, help="From the account.")
@click.option("--personal", metavar="YUAN", required=True, help="Paid by the holder.")
@click.option("--fund", metavar="YUAN", required=True, help="Paid by the pooled fund.")
@terminal_option
@click.option(
    "--terminal-count",
    type=click.IntRange(0, MAX_COUNT),
    help="The terminal's own number of this transaction; by default the card's.",
)
@yes_option
@slot_options
@pin_options
@json_option
@one_line_on_error
def settle(
    from_account: str,
    personal: str,
    fund: str,
    terminal: str | None,
    terminal_count: int | None,
    yes: bool,
    slots: Slots,
    pin: PinOptions,
    as_json: bool,
) -> None:
    """A medical settlement: who pays what. Takes the holder's PIN and the key DPK.

    The key is a PSAM's or the issuer's. A terminal that counts its transactions gives its number;
    without one the card's stands for it, as programs of the field write it.

    \b
    onecard card account settle --account 12.00 --personal 3.50 --fund 40.00 \\
        --terminal 430100000001 --terminal-count 8 --pin -
    onecard card account settle --account 0.00 --personal 3.50 --fund 40.00 \\
        --reader "ACS ACR39U 00 00" --psam "ACS ACR39U 00 01" --pin -
    """
    paid = Settlement(fen(from_account), fen(personal), fen(fund))
    with slots.card() as card:
        opened = opened_account(card, pin)
        where = Terminal(_terminal(card, terminal), terminal_count)
        sign = _signer(card, "DPK")
        owner = whose(card.session)
        _require_yes(
            yes,
            f"{from_account} + {personal} + {fund} ({owner.line()})",
        )
        receipt = opened.settle(paid, terminal=where, at=_now(), sign=sign)
    amounts = {"account": paid.account, "personal": paid.personal, "fund": paid.fund}
    _print_receipt("settle", owner, receipt, amounts, as_json)


@click.command()
@click.argument("amount", metavar="YUAN")
@terminal_option
@yes_option
@slot_options
@pin_options
@json_option
@one_line_on_error
def credit(
    amount: str,
    terminal: str | None,
    yes: bool,
    slots: Slots,
    pin: PinOptions,
    as_json: bool,
) -> None:
    """Credit the account with YUAN. Takes the holder's PIN and the key DLK.

    \b
    onecard card account credit 100.00 --terminal 430100000001 --pin -
    """
    loaded = fen(amount)
    with slots.card() as card:
        opened = opened_account(card, pin)
        where = _terminal(card, terminal)
        sign = _signer(card, "DLK")
        owner = whose(card.session)
        _require_yes(yes, f"+ {amount} ({owner.line()})")
        receipt = opened.credit(loaded, terminal=where, at=_now(), sign=sign)
    _print_receipt("credit", owner, receipt, {"account": loaded}, as_json)


def opened_account(card: CardInSlot, pin: PinOptions) -> AccountSession:
    """The account, open for its holder."""
    card.session.verify_pin(pin.wanted())
    return AccountSession(card.session)


def _terminal(card: CardInSlot, given: str | None) -> TerminalNumber:
    if given is None and card.psam is not None:
        return card.psam.terminal_number
    try:
        return TerminalNumber(given or "")
    except ValueError as error:
        raise NoTerminalError(given or "") from error


def _signer(card: CardInSlot, name: str) -> Signer:
    """The MAC under the key of this name, made wherever this desk's keys sign transactions."""
    keys, key = card.own_keys().keys, card.session.profile.key(name)
    no_psam_has_it = card.psam is not None and not key.for_terminals
    if no_psam_has_it or not isinstance(keys, TransactionKeys):
        raise NoTransactionKeysError(name)
    return partial(keys.transaction_mac, key)


def _now() -> datetime:
    return datetime.now(CHINA_STANDARD_TIME)


def _require_yes(given: bool, what: str) -> None:
    confirm(
        (f"Do this: {what}?", f"确认办理：{what}？"),
        given=given,
        cause=("The amounts were not confirmed; nothing was paid.", "金额未经确认，未发生交易。"),
        remedy=(
            "Let the holder agree to the amounts, then answer yes, or give --yes.",
            "请持卡人确认金额后办理，或加 --yes。",
        ),
    )


def _print_receipt(
    action: str, owner: WhoseCard, receipt: Receipt, amounts: dict[str, int], as_json: bool
) -> None:
    proof = receipt.certificate.hex().upper()
    shown = {name: yuan(amount) for name, amount in amounts.items()}
    if as_json:
        print_json(
            {
                "action": action,
                "card": owner.to_json(),
                **shown,
                "count": receipt.count,
                "certificate": proof,
            }
        )
        return
    said = Sentence(
        f"done, no. {receipt.count}, TAC {proof}", f"已完成，序号 {receipt.count}，TAC {proof}"
    )
    print_line(f"{owner.number}: {' + '.join(shown.values())}  {said.text()}")
