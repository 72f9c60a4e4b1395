"""``onecard card replay``: a trace played as a card, or against one."""

import os
from datetime import datetime
from pathlib import Path

import click

from crypto.errors import TrustListError
from crypto.trust import TrustList
from onecard.console import Exit, fail, language, print_json, print_line, say, settings
from reader.authenticity import Verification
from reader.card_check import check_card
from reader.card_reading import CardContent, read_card
from reader.cli_edge import one_line_on_error
from reader.command_kinds import title_of
from reader.connect import connect
from reader.desk_keys import DeskKeys
from reader.iso7816.status import describe
from reader.session import CardSession
from reader.trace_file import Conversation, TraceFormatError, load
from reader.trace_replay import Comparison, ReplayedKeys, TraceTransport, against, recorded_chance

reader_option = click.option("--reader", metavar="NAME", help="PC/SC reader, with --against.")
tcp_option = click.option("--tcp", metavar="HOST:PORT", help="A card over TCP, with --against.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--all", "everything", is_flag=True, help="Read the whole card, as card read --all.")
@click.option("--verify", is_flag=True, help="Verify it, as card verify, at the trace's time.")
@click.option("--step", is_flag=True, help="Show every exchange as it is played.")
@click.option("--conversation", type=int, help="Which card of the trace; the last one otherwise.")
@click.option("--against", "other", is_flag=True, help="Send the commands to a card, and compare.")
@reader_option
@tcp_option
@json_option
@one_line_on_error
def replay(
    file: Path,
    everything: bool,
    verify: bool,
    step: bool,
    conversation: int | None,
    other: bool,
    reader: str | None,
    tcp: str | None,
    as_json: bool,
) -> None:
    """Play a trace that was taken with --trace, as if its card were on the reader.

    A replay shows what a clerk saw; it proves nothing of a card. With --against, the commands of
    the trace go to a card instead, as far as they only read, and what it answers otherwise is
    shown; exit code 1 if there is any.

    \b
    onecard card read --trace odd.jsonl
    onecard card replay odd.jsonl --step
    onecard card replay odd.jsonl --against --tcp 127.0.0.1:7000
    """
    chosen = _conversation(file, conversation)
    if other:
        with connect(reader=reader, tcp=tcp) as transport:
            found = against(chosen, transport)
        _print_comparison(found, as_json=as_json)
        if found.differences:
            raise SystemExit(Exit.REFUSED)
        return
    card = TraceTransport(chosen, _tell if step else lambda command, answer: None)
    session = CardSession(card)
    keys = DeskKeys(ReplayedKeys(), bytes) if card.has_key_steps else None
    if verify:
        _print_verification(_verified(chosen, session, keys), as_json=as_json)
        return
    content = read_card(session, keys=keys, everything=everything)
    if as_json:
        print_json({"atr": chosen.atr.hex().upper(), **content.to_json()})
    else:
        print_content(chosen.atr, content)


def print_content(atr: bytes, content: CardContent) -> None:
    """What was read, for people."""
    chinese = language() == "zh"
    print_line(f"ATR  {atr.hex(' ').upper()}")
    for title, items in content.lines(chinese=chinese):
        print_line(title)
        for name, value in items:
            print_line(f"  {name}: {value}")
    for place, why in content.refused.items():
        print_line(f"{place}: {why[chinese]}")
    for note in content.notes:
        print_line(note[chinese])


def _verified(chosen: Conversation, session: CardSession, keys: DeskKeys | None) -> Verification:
    if keys is not None:
        keys.open_holder_data(session)
    if not chosen.about.get("with_person"):
        say(
            "The trace hides the holder: the signature cannot hold. Take one with --with-person.",
            "跟踪文件已隐去持卡人信息，签名必然不符；请用 --with-person 重新记录。",
        )
    try:
        now = datetime.fromisoformat(chosen.about["time"])
    except (LookupError, TypeError, ValueError):
        raise TraceFormatError("time") from None
    return check_card(session, trust=_trust(), now=now, random=recorded_chance(chosen))


def _trust() -> TrustList:
    path = settings().trust
    try:
        return TrustList.loads(path.read_bytes())
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        fail(
            Exit.KEYS, f"No trust list at {path} ({reason}).", f"没有信任列表 {path}（{reason}）。"
        )
    except TrustListError as error:
        fail(Exit.KEYS, f"{path}: {error}.", f"{path}：{error.zh}。", remedy=error.remedy)


def _conversation(path: Path, number: int | None) -> Conversation:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "UTF-8"
        fail(Exit.BAD_INPUT, f"{path}: {reason}.", f"{path}：{reason}。")
    found = load(text)
    if number is None:
        return found[-1]
    if not 1 <= number <= len(found):
        fail(
            Exit.NOT_FOUND,
            f"The trace has {len(found)} conversations.",
            f"跟踪文件共有 {len(found)} 段对话。",
        )
    return found[number - 1]


def _tell(command: bytes, answer: bytes) -> None:
    meaning = describe(int.from_bytes(answer[-2:], "big"))
    for line in (
        f"> {command.hex(' ').upper()}  {title_of(command)}",
        f"< {answer.hex(' ').upper()}  {meaning}",
    ):
        say(line, line)


def _print_verification(found: Verification, *, as_json: bool) -> None:
    if as_json:
        print_json({"replayed": True, **found.to_json()})
    else:
        word = "重放" if language() == "zh" else "replayed"
        print_line(f"{word}: {found.verdict.value}: {found.reason[language() == 'zh']}")
    if not found.genuine:
        raise SystemExit(Exit.REFUSED)


def _print_comparison(found: Comparison, *, as_json: bool) -> None:
    if as_json:
        print_json(found.to_json())
        return
    for one in found.differences:
        print_line(f"{one.place}  {title_of(one.command)}  > {one.command.hex(' ').upper()}")
        print_line(f"  trace  < {one.traced.hex(' ').upper()}")
        print_line(f"  card   < {one.answered.hex(' ').upper()}")
    differ = len(found.differences)
    say(
        f"{found.compared} answers compared, {found.skipped} not; {differ} differ.",
        f"已比较 {found.compared} 条应答，跳过 {found.skipped} 条，不一致 {differ} 条。",
    )
