"""``onecard card update``: data of the person on the card, item by item."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from onecard.console import language, print_json, print_line, say
from reader.card_profile.files import RecordFile, TransparentFile
from reader.card_update import GroupUpdate, carry_out, place_named, plan_update, rule_of
from reader.cli_edge import json_option, one_line_on_error
from reader.cli_entry import PinOptions, confirm, pin_options
from reader.cli_slot import Slots, identified, slot_options
from reader.data_items import BoundItem, items_of
from reader.desk_errors import RefusedItemError

STANDARD_INPUT = "-"


@click.command()
@click.argument("group")
@click.argument("items", metavar="[ITEM=VALUE]...", nargs=-1)
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path),
    help="JSON object of items and values; '-' is standard input.",
)
@click.option("--with-mac", is_flag=True, help="Secure every command with the maintenance key.")
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
@slot_options
@pin_options
@json_option
@one_line_on_error
def update(
    group: str,
    items: tuple[str, ...],
    file: Path | None,
    with_mac: bool,
    yes: bool,
    slots: Slots,
    pin: PinOptions,
    as_json: bool,
) -> None:
    """Change items of the data group GROUP, by the names of docs/data-items.md.

    Shows what changes, asks, and writes that and no more; an empty VALUE clears the item. Takes
    the keys of the card. What the issuer signed (issuer, holder) is not changed: replace the card.

    \b
    onecard card update residence telephone=13900000001
    onecard card update DF01.residence "address=人民街道16弄8号" region=430104 --yes
    onecard card update education --from education.json --with-mac
    """
    with slots.card() as card:
        if given_pin := pin.given():
            card.session.verify_pin(given_pin)
        place = place_named(card.session.profile, group)
        given = _given(place[1], items, file)
        keys = card.own_keys()
        planned = plan_update(keys, card.session, place, given)
        owner = identified(card)
        if planned.changes:
            _show(planned)
            _require_yes(yes)
        commands = carry_out(keys, card.session, planned, with_mac=with_mac)
    if as_json:
        print_json(
            {
                "action": "update",
                "card": owner.to_json(),
                "group": planned.name,
                "changes": [change.to_json() for change in planned.changes],
                "commands": commands,
            }
        )
    elif not planned.changes:
        say("The card holds this already.", "卡内数据已是如此，未作更改。")
    else:
        names = ", ".join(_title(change.item) for change in planned.changes)
        print_line(f"{owner.number}  {planned.name}: {names}")


def _given(
    place: RecordFile | TransparentFile, items: Iterable[str], file: Path | None
) -> dict[str, Any]:
    """The items as JSON values, a file's first."""
    given = _from_file(file) if file else {}
    bounds = {bound.name: bound for bound in items_of(place.holds)}
    for item in items:
        name, separator, text = item.partition("=")
        if not separator or name not in bounds:
            names = ", ".join(bounds)
            rule = (f"ITEM=VALUE with one of {names}", f"数据项=值，可用名称 {names}")
            raise RefusedItemError(name, f"{item!r}", rule)
        given[name] = _value(bounds[name], text)
    if not given:
        rule = ("at least one ITEM=VALUE, or --from FILE", "至少一个 数据项=值，或 --from 文件")
        raise RefusedItemError(place.name, "nothing given", rule)
    return given


def _value(bound: BoundItem, text: str) -> Any:
    """The text of an argument as the item's JSON value."""
    if text == "":
        return [] if bound.repeated else None
    if not (bound.repeated or bound.is_template or issubclass(bound.kind, int)):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise RefusedItemError(bound.name, f"{text!r} is no JSON value", rule_of(bound)) from error


def _from_file(path: Path) -> dict[str, Any]:
    rule = ("a JSON object of items and values", "由数据项和值组成的 JSON 对象")
    try:
        if str(path) == STANDARD_INPUT:
            content = json.load(sys.stdin)
        else:
            content = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise RefusedItemError(str(path), str(error), rule) from error
    if not isinstance(content, dict):
        raise RefusedItemError(str(path), "no object", rule)
    return content


def _show(planned: GroupUpdate) -> None:
    say(f"{planned.name}:", f"{planned.name}：")
    for change in planned.changes:
        before = _shown(change.before) if change.known else "?"
        line = f"  {_title(change.item)}: {before} → {_shown(change.after)}"
        say(line, line)


def _title(item: BoundItem) -> str:
    return item.item.zh if language() == "zh" else item.en


def _shown(value: Any) -> str:
    if value in (None, []):
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _require_yes(given: bool) -> None:
    confirm(
        ("Write this to the card?", "是否写入卡片？"),
        given=given,
        cause=("The change was not confirmed; nothing was written.", "更改未经确认，未写入卡片。"),
        remedy=(
            "Let the holder see the change, then answer yes, or give --yes.",
            "请持卡人确认更改内容后再写入，或加 --yes。",
        ),
    )
