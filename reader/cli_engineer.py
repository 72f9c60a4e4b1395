"""``onecard card dump`` and ``apdu``: for whoever has to find out what a card does."""

from collections.abc import Iterator
from typing import Any

import click

from onecard.console import Exit, fail, language, print_json, print_line
from reader.card_dump import Dump, dump_card
from reader.cli_edge import one_line_on_error
from reader.cli_psam import PsamOptions, desk_keys, psam_options
from reader.cli_trace import trace_options
from reader.command_kinds import is_harmless, title_of
from reader.connect import connect
from reader.iso7816.apdu import ApduError, CommandApdu
from reader.iso7816.status import describe
from reader.session import CardSession
from reader.transport import GetResponse, decode_answer

READ_AHEAD = 64  # bytes of a file shown on one line

reader_option = click.option("--reader", metavar="NAME", help="PC/SC reader; see: card readers.")
tcp_option = click.option("--tcp", metavar="HOST:PORT", help="A card served over TCP.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.command()
@reader_option
@tcp_option
@psam_options
@trace_options
@json_option
@one_line_on_error
def dump(reader: str | None, tcp: str | None, psam: PsamOptions, as_json: bool) -> None:
    """Every file of the card as it stands, in hexadecimal, and what it means.

    \b
    onecard card dump
    onecard card dump --tcp 127.0.0.1:7000 --json
    """
    with psam.session() as module, connect(reader=reader, tcp=tcp) as transport:
        session = CardSession(transport)
        found = dump_card(
            session, keys=desk_keys(session, transport.atr, module, server=psam.server_address)
        )
    if as_json:
        print_json({"atr": transport.atr.hex().upper(), **found.to_json()})
    else:
        _print_dump(transport.atr, found)


@click.command()
@click.argument("commands", nargs=-1, required=True, metavar="HEX…")
@reader_option
@tcp_option
@click.option("--yes", is_flag=True, help="Also send what changes the card or counts a try.")
@trace_options
@json_option
@one_line_on_error
def apdu(
    commands: tuple[str, ...], reader: str | None, tcp: str | None, yes: bool, as_json: bool
) -> None:
    """Send command APDUs one after the other, and show the answers.

    What only reads is sent as it is. VERIFY, UPDATE, EXTERNAL AUTHENTICATE and whatever else may
    change the card or count a try needs --yes.

    \b
    onecard card apdu 00A404000F7378312E73682EC9E7BBE1B1A3D5CF 00B2012D00
    onecard card apdu "00 84 00 00 08" --json
    """
    wanted = [_command(text) for text in commands]
    if not yes and (risky := [one for one in wanted if not is_harmless(one)]):
        names = ", ".join(title_of(one) for one in risky)
        fail(
            Exit.USAGE,
            f"{names}: this may change the card or count a try.",
            f"{names}：该命令可能改变卡片或计入尝试次数。",
            remedy=("Add --yes if that is wanted.", "确需发送请加 --yes。"),
        )
    exchanges = []
    with connect(reader=reader, tcp=tcp) as transport:
        line = GetResponse(transport)
        for command in wanted:
            answer = decode_answer(line.transmit(command))
            exchanges.append((command, answer.data, answer.sw))
            if not as_json:
                _print_exchange(command, answer.data, answer.sw)
    if as_json:
        print_json(
            {"atr": transport.atr.hex().upper(), "exchanges": [*map(_exchange_json, exchanges)]}
        )


def _command(text: str) -> bytes:
    try:
        command = bytes.fromhex(text)
        CommandApdu.decode(command)
    except (ValueError, ApduError) as error:
        fail(Exit.USAGE, f"{text}: {error}.", f"{text}：不是命令（{error}）。")
    return command


def _print_exchange(command: bytes, data: bytes, sw: int) -> None:
    print_line(f"> {command.hex(' ').upper()}  {title_of(command)}")
    print_line(f"< {data.hex(' ').upper()}  {describe(sw)}".replace("<  ", "< "))


def _exchange_json(exchange: tuple[bytes, bytes, int]) -> dict[str, str]:
    command, data, sw = exchange
    return {
        "command": command.hex().upper(),
        "name": title_of(command),
        "data": data.hex().upper(),
        "sw": f"{sw:04X}",
        "meaning": describe(sw),
    }


def _print_dump(atr: bytes, found: Dump) -> None:
    chinese = language() == "zh"
    print_line(f"ATR  {atr.hex(' ').upper()}")
    print_line(f"{found.profile}  ({found.version})")
    for note in found.notes:
        print_line(note[chinese])
    for one in found.files:
        content = one.content
        print_line(f"{content.place}  {content.file.zh if chinese else content.file.name}")
        for raw in one.raw:
            for start in range(0, len(raw.rstrip(b"\x00")) or 1, READ_AHEAD):
                print_line(f"  {raw[start : start + READ_AHEAD].hex(' ').upper()}")
        for name, value in _items(one.decoded):
            print_line(f"  {name}: {value}")
        if content.refused:
            print_line(f"  {content.refused[chinese]}")
        for problem in content.problems:
            name = problem.zh if chinese else problem.en
            print_line(f"  {name}: {problem.stored} ({problem.reason[chinese]})")


def _items(decoded: Any) -> Iterator[tuple[str, Any]]:
    for group in decoded if isinstance(decoded, list) else [decoded or {}]:
        for name, value in group.items():
            if value not in (None, []):
                yield name, value
