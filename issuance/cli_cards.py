"""``onecard bureau``: single cards, what verifiers are told of them, and the audit trail."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crypto import atomic_file
from crypto.cli import open_key_store
from issuance import audit, batches, cards, print_data, status_list
from issuance.cli_edge import book, json_option, one_line_on_error, operator, operator_option
from issuance.database import reading, transaction
from issuance.issuer_keys import signing_key_name
from issuance.models import Card
from issuance.state_words import chinese
from issuance.states import CardState
from onecard.console import Exit, fail, language, print_json, print_line, say, settings
from reader.card_profile.profiles import PROFILES
from reader.status_list import dumps

WORLD_READABLE = 0o644
_acting = operator  # the commands have a parameter of that name


@click.command("cards")
@click.argument("batch")
@json_option
@one_line_on_error
def list_cards(batch: str, as_json: bool) -> None:
    """The cards of a batch, in the order of its applications.

    \b
    onecard bureau cards 371700-20261101-0001 --json
    """
    with book() as engine, reading(engine) as session:
        batches.get(session, batch)
        found = [_facts(card) for card in cards.of_batch(session, batch)]
    if as_json:
        print_json({"batch": batch, "cards": found})
        return
    zh = language() == "zh"
    for card in found:
        state = chinese(CardState(card["state"])) if zh else f"{card['state']:<13}"
        print_line(f"{card['row']:>8}  {card['number']}  {state} {card['expires_on']}")


@click.command()
@click.argument("card")
@click.option("--final", is_flag=True, help="Not liftable (正式挂失); without it temporary.")
@operator_option
@json_option
@one_line_on_error
def loss(card: str, final: bool, operator: str | None, as_json: bool) -> None:
    """Report a card lost (挂失): temporary, or final.

    \b
    onecard bureau loss A00000003 --operator Zhao
    onecard bureau loss A00000003 --final --operator Zhao
    """
    kind = cards.Loss.FINAL if final else cards.Loss.TEMPORARY
    _change(cards.report_loss, card, operator, as_json, loss=kind)


@click.command()
@click.argument("card")
@operator_option
@json_option
@one_line_on_error
def lift(card: str, operator: str | None, as_json: bool) -> None:
    """End a temporary loss (解挂).

    \b
    onecard bureau lift A00000003 --operator Zhao
    """
    _change(cards.lift, card, operator, as_json)


@click.command()
@click.argument("card")
@click.option("--reason", required=True, help="Why; kept in the audit trail.")
@operator_option
@json_option
@one_line_on_error
def cancel(card: str, reason: str, operator: str | None, as_json: bool) -> None:
    """End a card for good (注销).

    \b
    onecard bureau cancel A00000003 --reason "holder moved abroad" --operator Zhao
    """
    _change(cards.cancel, card, operator, as_json, reason=reason)


@click.command()
@click.argument("card")
@one_line_on_error
def record(card: str) -> None:
    """Print the signed record of a card: the text in its QR code.

    \b
    onecard bureau record A00000003 | onecard verify -
    """
    with book() as engine, reading(engine) as session:
        print_line(print_data.record_text(session, card))


@click.command("status-list")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where to write them.")
@click.option("--key", help="Signing key; by default the one of this profile's records.")
@one_line_on_error
def write_status_lists(out: Path, key: str | None) -> None:
    """Write the signed status lists, for verifying without a network.

    Good for a day; desks take a new one every quarter of an hour.

    \b
    onecard bureau status-list --out status.txt
    """
    name = key or signing_key_name(PROFILES[settings().profile])
    signer = open_key_store().signer(name)
    with book() as engine, reading(engine) as session:
        lists = list(status_list.build_all(session, signer, at=datetime.now(UTC)))
    atomic_file.replace(out, dumps(lists).encode("ascii"), mode=WORLD_READABLE)
    say(f"Status lists: {len(lists)}, in {out}", f"状态列表 {len(lists)} 份：{out}")


@click.command("audit")
@click.option(
    "--kept",
    type=click.Path(path_type=Path),
    help="What an earlier `audit --json` printed, kept elsewhere: shows a rewritten trail.",
)
@json_option
@one_line_on_error
def verify_audit(kept: Path | None, as_json: bool) -> None:
    """Verify the audit trail; exit code 1 if an entry was changed, removed or exchanged.

    \b
    onecard bureau audit --json > heads.json    (keep it on another machine)
    onecard bureau audit --kept heads.json
    """
    earlier = _heads(kept) if kept else []
    with book() as engine, reading(engine) as session:
        heads = audit.verify(session, kept=earlier)
    if as_json:
        print_json({"chains": [{**head._asdict(), "hash": head.hash.hex()} for head in heads]})
        return
    for head in heads:
        print_line(f"{head.chain:<10} {head.length:>10}  {head.hash.hex()}")
    say("The audit trail holds.", "审计记录完整。")


def _change(
    use_case: Callable[..., bool], card: str, chosen: str | None, as_json: bool, **detail: object
) -> None:
    by, now = _acting(chosen), datetime.now(UTC)
    with book() as engine:
        with transaction(engine) as session:
            changed = use_case(session, card, by=by, at=now, **detail)
        with reading(engine) as session:
            standing = cards.status(session, card, at=now)
    state, zh = standing.state.value, chinese(standing.state)
    if as_json:
        print_json({"card": card, "state": state, "changed": changed})
    elif changed:
        say(f"Card {card} is {state} now.", f"卡 {card} 现为“{zh}”。")
    else:
        say(f"Card {card} was {state} before.", f"卡 {card} 此前已为“{zh}”。")


def _facts(card: Card) -> dict[str, Any]:
    code = card.identification_code
    return {
        "row": card.row,
        "number": card.number,
        "state": card.state.value,
        "issued_on": card.issued_on.isoformat(),
        "expires_on": card.expires_on.isoformat(),
        "identification_code": code.hex().upper() if code else None,
        "replaces": card.replaces,
        "failed_stage": card.failed_stage,
        "failed_reason": card.failed_reason,
    }


def _heads(path: Path) -> list[audit.Head]:
    try:
        chains = json.loads(path.read_bytes())["chains"]
        return [
            audit.Head(str(one["chain"]), int(one["length"]), bytes.fromhex(one["hash"]))
            for one in chains
        ]
    except (ValueError, KeyError, TypeError) as error:
        fail(
            Exit.BAD_INPUT,
            f"{path} is not what `audit --json` prints ({error}).",
            f"{path} 不是 audit --json 的输出（{error}）。",
        )
