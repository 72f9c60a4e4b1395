"""``onecard card account``: the medical account on the card. 医疗保险个人账户。

Amounts are typed and shown in yuan with two decimals, and are fen everywhere else.
"""

from typing import Any

import click

from onecard.console import Exit, Sentence, language, print_json, print_line, say
from reader.account_outcome import outcome_of, transactions
from reader.card_profile.codes_medical import TRANSACTION_TYPE
from reader.card_profile.df04 import MedicalTransaction
from reader.card_profile.medical_account import Balance, TransactionType
from reader.cli_edge import json_option, one_line_on_error
from reader.cli_entry import PinOptions, pin_options
from reader.cli_payment import credit, opened_account, settle
from reader.cli_slot import Slots, slot_options, whose
from reader.money import yuan

count_argument = click.argument("count", type=click.IntRange(0, 0xFFFF))


# What a program reads, by the code of table 51; a person reads the table's own words.
KINDS = {chr(TransactionType.CREDIT): "credit", chr(TransactionType.SETTLEMENT): "settlement"}


@click.group()
def account() -> None:
    """The medical account on the card: balance, log, settlement, credit. 医疗保险个人账户。

    If an answer is lost, ask the card (settled, credited) before anything is charged again.

    \b
    onecard card account balance --pin -
    onecard card account settle --account 12.00 --personal 3.50 --fund 40.00 \\
        --terminal 430100000001 --terminal-count 8 --pin -
    onecard card account settled 7
    """


@account.command()
@slot_options
@pin_options
@json_option
@one_line_on_error
def balance(slots: Slots, pin: PinOptions, as_json: bool) -> None:
    """What is in the account, and what was paid in the year. Takes the holder's PIN.

    \b
    onecard card account balance --pin - --json
    """
    with slots.card() as card:
        found = opened_account(card, pin)
        fen = found.balance()
        paid, pooled = (found.year_total(one) for one in (Balance.SELF_PAID, Balance.POOLED))
        owner = whose(card.session)
    if as_json:
        totals = {"self_paid": paid, "pooled": pooled}
        years = {
            name: {"amount": yuan(one.amount), "year": one.year or None}
            for name, one in totals.items()
        }
        print_json({"card": owner.to_json(), "balance": yuan(fen), **years})
        return
    print_line(f"{owner.number}: {yuan(fen)}")
    for (en, zh), one in (
        (("paid by the holder", "个人自付"), paid),
        (("by the fund", "统筹支付"), pooled),
    ):
        if one.year:
            print_line(f"  {one.year} {Sentence(en, zh).text()}: {yuan(one.amount)}")


@account.command()
@slot_options
@pin_options
@json_option
@one_line_on_error
def records(slots: Slots, pin: PinOptions, as_json: bool) -> None:
    """The card's own log, the newest transaction first. Takes the holder's PIN.

    \b
    onecard card account records --pin -
    """
    with slots.card() as card:
        opened_account(card, pin)
        found = transactions(card.session)
        owner = whose(card.session)
    if as_json:
        print_json({"card": owner.to_json(), "records": [_record_json(one) for one in found]})
        return
    for one in found:
        shown = _record_json(one) | {"type": _kind(one)}
        print_line("  ".join(str(value) for value in shown.values() if value is not None))
    if not found:
        say("The card has no transactions.", "卡内没有交易明细。")


@account.command()
@count_argument
@slot_options
@pin_options
@json_option
@one_line_on_error
def settled(count: int, slots: Slots, pin: PinOptions, as_json: bool) -> None:
    """Did the settlement COUNT happen? Exit code 0: yes, 1: no, it may be done again.

    Takes no PIN for the card's last settlement; for an older one its log is read.

    \b
    onecard card account settled 7
    """
    _print_outcome(TransactionType.SETTLEMENT, count, slots, pin, as_json)


@account.command()
@count_argument
@slot_options
@pin_options
@json_option
@one_line_on_error
def credited(count: int, slots: Slots, pin: PinOptions, as_json: bool) -> None:
    """Did the credit COUNT happen? As for settled.

    \b
    onecard card account credited 3
    """
    _print_outcome(TransactionType.CREDIT, count, slots, pin, as_json)


def _print_outcome(
    kind: TransactionType, count: int, slots: Slots, pin: PinOptions, as_json: bool
) -> None:
    given = pin.given()
    with slots.card() as card:
        if given:
            card.session.verify_pin(given)
        found = outcome_of(card.session, kind, count)
        owner = whose(card.session)
    if as_json:
        print_json({"card": owner.to_json(), **found.to_json()})
    elif found.happened:
        proof = f", TAC {found.certificate.hex().upper()}" if found.certificate else ""
        said = Sentence(
            f"no. {count} happened{proof}; do not charge again.",
            f"序号 {count} 已发生{proof}，请勿重复扣款。",
        )
        print_line(f"{owner.number}: {said.text()}")
    else:
        said = Sentence(
            f"no. {count} did not happen; it may be done again.",
            f"序号 {count} 未发生，可重新办理。",
        )
        print_line(f"{owner.number}: {said.text()}")
    if not found.happened:
        raise SystemExit(Exit.REFUSED)


def _record_json(one: MedicalTransaction) -> dict[str, Any]:
    kind = KINDS.get(one.transaction_type or "")
    amounts = {
        "account": one.account_amount,
        "personal": one.personal_amount,
        "fund": one.fund_amount,
    }
    return {
        "count": one.sequence_number,
        "type": kind,
        "time": one.time.isoformat() if one.time else None,
        "terminal": one.terminal_number,
        **{name: None if fen is None else yuan(fen) for name, fen in amounts.items()},
    }


def _kind(one: MedicalTransaction) -> str:
    code = TRANSACTION_TYPE.find(one.transaction_type or "")
    return "?" if code is None else (code.zh if language() == "zh" else code.en)


account.add_command(settle)
account.add_command(credit)
