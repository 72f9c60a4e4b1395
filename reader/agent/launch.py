"""Start the agent: what was asked for becomes a desk, a service and an address; nothing is kept."""

import logging
import os
import secrets
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from types import FrameType

from crypto.errors import TrustListError
from crypto.trust import TrustList
from onecard.console import Exit, fail, language, print_json, print_line, say
from onecard.settings import Settings
from reader.agent.card_in_hand import CardPlace
from reader.agent.card_places import PcscPlace, TcpPlace
from reader.agent.conversation import Conversation
from reader.agent.desk import Desk
from reader.agent.equipment import Equipment
from reader.agent.errors import PinEntryError
from reader.agent.guards import START, TOKEN_SIZE, OriginError, StartPage, parse_origin
from reader.agent.offline import OfflineDesk
from reader.agent.old_pages import OldPages
from reader.agent.pin_choice import pin_entry
from reader.agent.pin_entry import PinEntry
from reader.agent.reader_news import AlwaysThere, ReaderNews
from reader.agent.seat import Seat
from reader.agent.server import LOOPBACK_HOSTS, AddressError, AgentServer
from reader.cli_offline import note_into
from reader.cli_psam import PsamOptions
from reader.server_client import HttpIssuerServer
from reader.server_errors import ServerCaError, ServerInsecureError, ServerKeyRefusedError
from reader.sscard.options import DriverOptions
from reader.tcp import parse_address
from reader.watch import Watch

CONSOLE = "/console/"
START_CODE_SIZE = 16
_POLL_SECONDS = 0.5  # a wait without an end would keep Ctrl-C waiting on Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command was given; None where it was not."""

    server: str | None
    origins: tuple[str, ...]
    reader: str | None
    tcp: str | None
    psam: str | None
    psam_tcp: str | None
    psam_pin: str | None
    bind: str | None
    entry: str
    shuffle: bool
    status_list: Path | None
    hours: float | None
    log: Path | None
    page: str | None
    as_json: bool
    driver: DriverOptions


def launch(options: Options, settings: Settings) -> None:
    """Run until Ctrl-C or SIGTERM; ends the command with one line where it cannot begin."""
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    origins = _origins(options, settings)
    equipment = _equipment(options, settings)
    desk = Desk(equipment)
    old_pages = OldPages(equipment, desk.rest, options=options.driver)
    seat = Seat()

    def left(reader: str) -> None:
        desk.left(reader)
        old_pages.left()

    news = _news(options, left, seat)
    token = secrets.token_urlsafe(TOKEN_SIZE)

    def converse(origin: str, send: Callable[[str], None]) -> Conversation:
        return Conversation(origin, send, desk, old_pages)

    try:
        service = AgentServer(
            converse,
            seat,
            port=_port(options.bind or settings.agent_bind),
            origins=origins,
            token=token,
            version=version("onecard"),
            greet=lambda conversation: news.greet(conversation.tell),
        )
    except AddressError as error:
        fail(
            Exit.STATE,
            f"Cannot listen: {error.strerror}.",
            f"无法监听：{error.strerror}。",
            remedy=(
                "Another agent runs already? End it, or give another port with --bind.",
                "是否已有代理在运行？请先结束它，或用 --bind 指定其他端口。",
            ),
        )
    with news, service, _until_ended() as ended:
        address = f"{_console(options, settings, origins)}#agent={service.port}.{token}"
        if options.page:
            _open(service, address)
        _print(service, address, token, origins, as_json=options.as_json)
        while not ended.wait(_POLL_SECONDS):
            pass
    desk.left()
    say("The agent has ended.", "代理已结束。")


def _origins(options: Options, settings: Settings) -> tuple[str, ...]:
    named = options.origins or tuple(filter(None, settings.agent_origins.split(",")))
    server = options.server or settings.server
    wanted = (*named, server) if server else named
    try:
        origins = tuple(dict.fromkeys(map(parse_origin, wanted)))
    except OriginError as error:
        fail(
            Exit.USAGE,
            f"{error} is no origin: https://HOST, or http:// of this machine.",
            f"{error} 不是有效的来源：应为 https://主机，或本机的 http:// 地址。",
        )
    if not origins:
        fail(
            Exit.USAGE,
            "No page may speak to this agent.",
            "没有任何页面可以使用本代理。",
            remedy=(
                "Name one with --origin, or the server with --server.",
                "请用 --origin 指定页面来源，或用 --server 指定服务器。",
            ),
        )
    return origins


def _port(bind: str) -> int:
    try:
        host, port = parse_address(bind)
    except ValueError as error:
        fail(Exit.USAGE, f"{error}.", f"{bind} 不是 主机:端口。")
    if host not in LOOPBACK_HOSTS:
        fail(
            Exit.USAGE,
            f"{host} is not this machine's own address: the agent serves nobody else.",
            f"{host} 不是本机回环地址：代理只为本机服务。",
            remedy=("Give 127.0.0.1:PORT.", "请使用 127.0.0.1:端口。"),
        )
    return port


def _equipment(options: Options, settings: Settings) -> Equipment:
    server = _issuer_server(options, settings)
    psam = PsamOptions(options.psam, options.psam_tcp, options.psam_pin)
    return Equipment(
        place=_place(options),
        pins=_pins(options),
        random=os.urandom,
        version=version("onecard"),
        psam=psam.session,
        server=server,
        offline=None if server else _offline(options, settings),
    )


def _place(options: Options) -> CardPlace:
    return TcpPlace(options.tcp) if options.tcp else PcscPlace(options.reader, options.psam)


def _news(options: Options, left: Callable[[str], None], seat: Seat) -> ReaderNews:
    return ReaderNews(
        AlwaysThere(options.tcp) if options.tcp else Watch(),
        reader=options.tcp or options.reader,
        psam=options.psam,
        left=left,
        tell=seat.tell,
    )


def _pins(options: Options) -> PinEntry:
    try:
        return pin_entry(options.entry, language=language(), shuffled=options.shuffle)
    except PinEntryError as error:
        fail(Exit.STATE, *error.cause, remedy=error.remedy)


def _issuer_server(options: Options, settings: Settings) -> HttpIssuerServer | None:
    address = options.server or settings.server
    if address is None:
        return None
    if settings.desk_key is None:
        fail(
            Exit.USAGE,
            "This desk has no key of its own for the server.",
            "本柜台没有访问服务器的密钥。",
            remedy=(
                "Get one from the issuer (onecard clients add NAME --desk), set ONECARD_DESK_KEY.",
                "请发卡机构生成（onecard clients add 名称 --desk），并设置 ONECARD_DESK_KEY。",
            ),
        )
    try:
        return HttpIssuerServer(address, settings.desk_key, ca=settings.server_ca)
    except (ServerInsecureError, ServerCaError, ServerKeyRefusedError) as error:
        fail(Exit.USAGE, *error.cause, remedy=error.remedy)


def _offline(options: Options, settings: Settings) -> OfflineDesk:
    try:
        trust = TrustList.loads(settings.trust.read_bytes())
    except (OSError, TrustListError) as error:
        reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else str(error)
        fail(
            Exit.KEYS,
            f"No trust list at {settings.trust} ({reason}).",
            f"没有信任列表 {settings.trust}（{reason}）。",
            remedy=("Get it from the issuer.", "请向发卡机构索取。"),
        )
    path = options.status_list or settings.status_list

    def lists() -> bytes | None:
        try:
            return path.read_bytes() if path else None
        except OSError:
            return None

    return OfflineDesk(
        trust=trust,
        lists=lists,
        now=lambda: datetime.now(UTC),
        random=os.urandom,
        limit=timedelta(hours=options.hours or settings.list_age_hours),
        note=note_into(options.log or settings.offline_log, settings),
    )


def _console(options: Options, settings: Settings, origins: tuple[str, ...]) -> str:
    if options.page:
        return options.page.partition("#")[0]
    return (options.server or settings.server or origins[0]).rstrip("/") + CONSOLE


def _open(service: AgentServer, address: str) -> None:
    start = StartPage(secrets.token_urlsafe(START_CODE_SIZE), address)
    service.lead_to(start)
    webbrowser.open(f"http://127.0.0.1:{service.port}{START}{start.code}")


def _print(
    service: AgentServer, address: str, token: str, origins: tuple[str, ...], *, as_json: bool
) -> None:
    if as_json:
        print_json(
            {"console": address, "port": service.port, "token": token, "origins": list(origins)}
        )
    else:
        print_line(address)
    if sys.stdout is not None:  # pythonw has none
        sys.stdout.flush()
    say(
        "Open this address in the browser; Ctrl-C ends the agent.",
        "请在浏览器中打开此地址；按 Ctrl-C 结束代理。",
    )


@contextmanager
def _until_ended() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set."""
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    before = {one: signal.signal(one, end) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
