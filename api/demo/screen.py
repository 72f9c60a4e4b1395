"""What the person at the screen sees: five chapters, a table of frauds, a table of times."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from api.demo import frauds, steps, world
from api.demo.errors import DemoError
from api.demo.service_system import ServiceSystem
from api.demo.steps import Bureau, Look
from api.demo.world import World
from crypto.keystore import SoftKeyStore
from issuance.intake.reasons import SENTENCES, Reason
from onecard.console import Sentence, language, print_line, progress
from onecard.settings import Settings
from reader.connect import CardTransport, connect

WIDTH = 78


def show(file: Path, dated: str | None, cards: int, out: Path, settings: Settings) -> None:
    """Run and tell the whole demonstration. Raises DemoError where it cannot go on."""
    place = world.create(out, settings)
    times = Times()
    bureau = Bureau(place, _command)
    _title("1", "The bureau takes in a file of people", "制卡机构接收人员文件")
    with times.of("file checked and booked", "文件检查入库"):
        booked = bureau.import_file(file, dated)
    _tell_intake(booked)
    if not booked["accepted"]:
        raise DemoError(
            "No row was accepted: there is no card to make.",
            "没有可接受的行，无卡可制。",
            remedy=(f"See {out / 'refused.csv'}.", f"见 {out / 'refused.csv'}。"),
        )
    count = min(cards, booked["accepted"])
    with times.of("blank chips made", "空白芯片就绪"):
        chips = world.make_blanks(place, count)
        thief = world.make_blanks(place, 1, stranger=True)
    with world.served_cards(place, [*chips, *thief]) as addresses:
        _title("2", "Cards are numbered, keyed, written and signed", "编号、装载密钥、写卡并签名")
        with times.of(f"cards made: {count}", f"制卡 {count} 张"):
            made = bureau.make(booked["batch"], addresses[:count])
        _line(
            f"Cards made: {made} on {count} chips, written over SCP03, read back, secured.",
            f"{count} 枚芯片制成 {made} 张卡：经 SCP03 写入、读回核对并锁定。",
        )
        with times.of("drawn, print and chip and book compared", "绘制卡面、三方核对"):
            good = bureau.inspect(booked["batch"], addresses[:count])
        _line(
            f"{good} of {made} good: printed QR code, chip and book agree.",
            f"{good} / {made} 合格：印刷二维码、芯片与台账一致。",
        )
        with times.of("handed over, reported back", "领卡启用、回盘"):
            bureau.hand_over(booked["batch"])
            lists = bureau.publish(booked["batch"])
        with world.served_api(place) as root:
            service = ServiceSystem(root, _client_key(place))
            _verify(place, addresses[:count], service, lists, times)
            caught = _defraud(place, addresses, count, service, bureau, times)
    _summary(place, times, booked, made, caught)


def _verify(
    place: World, addresses: list[str], service: ServiceSystem, lists: Path, times: "Times"
) -> None:
    _title("3", "A counter reads each card, strangers verify it", "柜台读卡，第三方验卡")
    found: list[Look] = []
    with times.of(f"cards read and verified: {len(addresses)}", f"读验 {len(addresses)} 张卡"):
        every = steps.looks(place, _connect, addresses, service, lists, os.urandom)
        found.extend(progress(every, label=("Reading", "读卡"), length=len(addresses)))
    genuine = [
        sum(look.at_counter.genuine for look in found),
        sum(bool(look.online["genuine"]) for look in found),
        sum(look.offline.genuine for look in found),
    ]
    if found:
        first = found[0]
        _line(
            f"The first one: {first.name}, {', '.join(first.at_counter.checks)} checked.",
            f"第一张：{first.name}，已核验 {'、'.join(first.at_counter.checks)}。",
        )
    total = len(found)
    for number, (en, zh) in zip(
        genuine,
        (
            ("at the counter, with the chip's proof", "柜台读卡并由芯片证明"),
            ("online, over HTTP", "联网验证"),
            ("offline, from the QR code and a signed status list", "离线，凭二维码与签名状态列表"),
        ),
        strict=True,
    ):
        _line(f"{number:>4} of {total} genuine  {en}", f"{number:>4} / {total} 真实有效  {zh}")
    if min(genuine) < total:
        raise DemoError("A good card was refused.", "有真卡未通过验证。")


def _defraud(
    place: World,
    addresses: list[str],
    count: int,
    service: ServiceSystem,
    bureau: Bureau,
    times: "Times",
) -> int:
    _title("4", "Six frauds are tried", "尝试六种欺诈")
    strangers = SoftKeyStore.create(place.folder / "state" / "stranger.json", "x", cost=2**4)
    strangers.create_signing_key(frauds.STRANGER_KEY, place.profile.suite)
    scene = frauds.Scene(
        world=place,
        service=service,
        connect=_connect,
        good=addresses[0],
        lost=addresses[count - 1],
        thief=addresses[count],
        strangers=strangers,
        report_loss=bureau.report_loss,
        random=os.urandom,
    )
    caught = 0
    with times.of("six frauds tried", "六种欺诈尝试"):
        for attempt in frauds.attempts(scene):
            title = Sentence(*attempt.title).text()
            mark = "✓" if attempt.caught else "✗"
            where = Sentence(
                attempt.where, {"online": "联网", "offline": "离线"}[attempt.where]
            ).text()
            print_line(f"  {mark} {_pad(title, 44)} → {_pad(attempt.answered, 12)} ({where})")
            caught += attempt.caught
    if caught < frauds.COUNT:
        raise DemoError("A fraud was not caught.", "有欺诈未被识破。")
    return caught


def _tell_intake(booked: dict[str, Any]) -> None:
    _line(
        f"{booked['rows']} rows: {booked['accepted']} accepted, {booked['refused']} refused.",
        f"共 {booked['rows']} 行：接受 {booked['accepted']}，退回 {booked['refused']}。",
    )
    for reason, number in booked["by_reason"].items():
        sentence = SENTENCES[Reason(reason)][language() == "zh"]
        print_line(f"  {number:>4}  {_pad(reason, 22)} {sentence}")


def _summary(place: World, times: "Times", booked: dict[str, Any], made: int, caught: int) -> None:
    _title("5", "In numbers", "汇总")
    for (en, zh), seconds in times.spent:
        print_line(f"  {_pad(Sentence(en, zh).text(), 44)} {seconds:>7.1f} s")
    rows = (
        ("rows accepted", "接受的行", booked["accepted"]),
        ("rows refused", "退回的行", booked["refused"]),
        ("cards made, read and verified", "制成并验证的卡", made),
        ("frauds caught", "识破的欺诈", f"{caught} / {frauds.COUNT}"),
    )
    for en, zh, number in rows:
        print_line(f"  {_pad(Sentence(en, zh).text(), 44)} {number:>7}")
    folder = place.folder.resolve()
    _line(
        f"Faces and QR codes: {folder / 'cards'}  result file: {folder / 'result.csv'}",
        f"卡面与二维码：{folder / 'cards'}  回盘文件：{folder / 'result.csv'}",
    )


class Times:
    """What each part took, in seconds."""

    def __init__(self) -> None:
        self.spent: list[tuple[tuple[str, str], float]] = []

    @contextmanager
    def of(self, en: str, zh: str) -> Iterator[None]:
        """Time a part."""
        started = time.monotonic()
        yield
        self.spent.append(((en, zh), time.monotonic() - started))


def _client_key(place: World) -> str:
    """The hospital's key, as `onecard clients add` gives it."""
    command = ["clients", "add", "hospital", "--operator", steps.APPROVER]
    _command("onecard " + " ".join(command))
    return str(json.loads(world.run(place, [*command, "--json"]))["key"])


def _connect(address: str) -> AbstractContextManager[CardTransport]:
    return connect(tcp=address)


def _title(number: str, en: str, zh: str) -> None:
    print_line()
    title = f"── {number}. {Sentence(en, zh).text()} "
    print_line(title + "─" * (WIDTH - _columns(title)))


def _command(line: str) -> None:
    print_line(f"  $ {line}")


def _line(en: str, zh: str) -> None:
    print_line(f"  {Sentence(en, zh).text()}")


def _pad(text: str, width: int) -> str:
    """Fill up to *width* columns."""
    return text + " " * (width - _columns(text))


def _columns(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
