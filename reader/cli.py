"""``onecard card``: the counter's commands. ``onecard verify``: a record or a QR code's text."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, cast

import click

from crypto import pin_blocks
from crypto.errors import CryptoError, KeyMaterialError, TrustListError
from crypto.trust import TrustList
from onecard.console import Exit, fail, language, print_json, print_line, settings
from onecard.settings import Settings
from reader.authenticity import StatusSource, Verification, verify_record, verify_text
from reader.card_check import check_card
from reader.card_reading import CardContent, read_card
from reader.cli_psam import PsamOptions, desk_keys, psam_options
from reader.connect import connect, reader_names
from reader.errors import NoCardError, NoReaderError, ReaderError, StatusUnavailableError
from reader.record_input import RecordInputError, read_input
from reader.session import CardSession
from reader.status_list import StatusListError, status_source

STATUS_SOURCES = "onecard.status_sources"

reader_option = click.option("--reader", metavar="NAME", help="PC/SC reader; see: card readers.")
tcp_option = click.option("--tcp", metavar="HOST:PORT", help="A card served over TCP.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
status_option = click.option(
    "--status-list",
    type=click.Path(path_type=Path),
    help="Signed status list, for asking about a loss without a network.",
)


@click.group()
def card() -> None:
    """A card on the reader: whose it is, and whether it is genuine. 读卡与验卡。

    \b
    onecard card readers
    onecard card read --json
    onecard card verify --tcp 127.0.0.1:7000
    """


@card.command()
@json_option
def readers(as_json: bool) -> None:
    """List the PC/SC readers."""
    with _reader_errors():
        names = reader_names()
    if as_json:
        print_json({"readers": names})
    else:
        for name in names:
            print_line(name)


@card.command()
@reader_option
@tcp_option
@click.option("--pin", help="Holder's PIN, for what needs it; '-' asks for it.")
@click.option("--all", "everything", is_flag=True, help="All applications, not only the basics.")
@psam_options
@json_option
def read(
    reader: str | None,
    tcp: str | None,
    pin: str | None,
    everything: bool,
    psam: PsamOptions,
    as_json: bool,
) -> None:
    """Read the card: issuer and holder first.

    What only a key opens is read with the PSAM named, or the key store of this desk, if it has one.
    With a PSAM the card has to show first that it holds an issuer's key.

    \b
    onecard card read
    onecard card read --pin - --all --json
    onecard card read --reader "ACS ACR39U 00 00" --psam "ACS ACR39U 00 01"
    """
    pin = _given_pin(pin)
    with (
        _reader_errors(),
        psam.session() as module,
        connect(reader=reader, tcp=tcp) as transport,
    ):
        session = CardSession(transport)
        if pin:
            session.verify_pin(pin)
        keys = desk_keys(session, transport.atr, module)
        if keys and module:
            keys.check_card(session)
        content = read_card(session, keys=keys, everything=everything)
    if as_json:
        print_json({"atr": transport.atr.hex().upper(), **content.to_json()})
    else:
        _print_content(transport.atr, content)


@card.command("verify")
@reader_option
@tcp_option
@status_option
@click.option(
    "--pin", help="Holder's PIN, for a card that shows its record only after it; '-' asks for it."
)
@psam_options
@json_option
def verify_card(
    reader: str | None,
    tcp: str | None,
    status_list: Path | None,
    pin: str | None,
    psam: PsamOptions,
    as_json: bool,
) -> None:
    """Is the card in the reader the issuer's own, unchanged, valid, and no copy?

    \b
    onecard card verify --status-list status-lists.txt
    onecard card verify --reader "ACS ACR39U 00 00" --pin - --json
    """
    pin = _given_pin(pin)
    trust = _trust_list()
    with (
        _reader_errors(),
        psam.session() as module,
        connect(reader=reader, tcp=tcp) as transport,
    ):
        session = CardSession(transport)
        if pin:
            session.verify_pin(pin)
        keys = desk_keys(session, transport.atr, module)
        if keys:
            keys.open_holder_data(session)
        found = check_card(
            session,
            trust=trust,
            now=datetime.now(UTC),
            random=os.urandom,
            status=_status_source(status_list, trust),
            shared_key=keys.proves_shared if keys else None,
        )
    _print_verification(found, as_json=as_json)


@click.command()
@click.argument("record", metavar="TEXT|FILE|-")
@status_option
@click.option("--trust", type=click.Path(path_type=Path), help="Trust list instead of the usual.")
@json_option
def verify(record: str, status_list: Path | None, trust: Path | None, as_json: bool) -> None:
    """Verify a signed record: the text of a QR code, a file that holds it, or standard input.

    Needs no network: a trust list, and a status list for losses. Exit code 0 only if genuine.

    \b
    onecard verify 'OC1:…'
    onecard verify card.txt --json
    zbarimg --raw card.png | onecard verify -
    """
    trusted = _trust_list(trust)
    try:
        given = read_input(record, sys.stdin.buffer)
    except RecordInputError as error:
        fail(Exit.BAD_INPUT, error.cause[0], error.cause[1], remedy=error.remedy)
    now = datetime.now(UTC)
    with _reader_errors():
        status = _status_source(status_list, trusted)
        if isinstance(given, str):
            found = verify_text(given, trust=trusted, now=now, status=status)
        else:
            found = verify_record(given, trust=trusted, now=now, status=status)
    _print_verification(found, as_json=as_json)


def _given_pin(given: str | None) -> str | None:
    """The PIN as given or typed in; what is none never reaches a card, where it would count."""
    pin = click.prompt("PIN", hide_input=True, err=True) if given == "-" else given
    if pin:
        try:
            pin_blocks.pack(pin)
        except KeyMaterialError as error:
            fail(Exit.USAGE, f"{error}.", "密码须为 4 至 12 位数字。")
    return pin


def _print_verification(found: Verification, *, as_json: bool) -> None:
    if as_json:
        print_json(found.to_json())
    else:
        print_line(f"{found.verdict.value}: {found.reason[language() == 'zh']}")
        if found.record and found.genuine:
            record = found.record
            print_line(f"{record.card_number}  {record.name}  {record.social_security_number}")
            print_line(f"→ {record.last_day.isoformat()}  ({', '.join(found.checks)})")
    if not found.genuine:
        raise SystemExit(Exit.REFUSED)


def _print_content(atr: bytes, content: CardContent) -> None:
    print_line(f"ATR  {atr.hex(' ').upper()}")
    for title, items in content.lines(chinese=language() == "zh"):
        print_line(title)
        for name, value in items:
            print_line(f"  {name}: {value}")
    for place, why in content.refused.items():
        print_line(f"{place}: {why[language() == 'zh']}")


def _trust_list(path: Path | None = None) -> TrustList:
    path = path or settings().trust
    try:
        return TrustList.loads(path.read_bytes())
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        fail(
            Exit.KEYS,
            f"No trust list at {path} ({reason}).",
            f"没有信任列表 {path}（{reason}）。",
            remedy=(
                "Get it from the issuer, or at the issuer: onecard keys trust --install",
                "请向发卡机构索取；发卡机构可执行：onecard keys trust --install",
            ),
        )
    except TrustListError as error:
        fail(Exit.KEYS, f"{path}: {error}.", f"{path}：{error.zh}。", remedy=error.remedy)


def _status_source(path: Path | None, trust: TrustList) -> StatusSource | None:
    """A status list if one is named or set; else the issuer's book, where this desk has it."""
    chosen = path or settings().status_list
    if chosen is None:
        return _installed_status_source(settings())
    try:
        return status_source(chosen.read_bytes(), trust=trust, now=datetime.now(UTC))
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        fail(Exit.BAD_INPUT, f"{chosen}: {reason}.", f"{chosen}：{reason}。")
    except (StatusListError, CryptoError) as error:
        fail(Exit.BAD_INPUT, f"{chosen}: {error}.", f"{chosen}：状态列表不可用（{error}）。")


def _installed_status_source(chosen: Settings) -> StatusSource | None:
    for found in entry_points(group=STATUS_SOURCES):
        try:
            make = found.load()
        except ModuleNotFoundError:
            continue  # the bureau is not installed at this desk
        source = make(chosen)
        if source is not None:
            return cast(StatusSource, source)
    return None


@contextmanager
def _reader_errors() -> Iterator[None]:
    try:
        yield
    except (NoReaderError, NoCardError) as error:
        _fail_reader(Exit.NOT_FOUND, error)
    except StatusUnavailableError as error:
        _fail_reader(Exit.STORAGE, error)
    except StatusListError as error:
        _fail_reader(Exit.BAD_INPUT, error)
    except ReaderError as error:
        _fail_reader(Exit.CARD, error)
    except CryptoError as error:
        fail(Exit.KEYS, f"{error}.", f"{error.zh}（{error}）。", remedy=error.remedy)
    except ValueError as error:
        fail(Exit.USAGE, f"{error}.", f"{error}。")


def _fail_reader(code: Exit, error: ReaderError) -> Any:
    detail = f" ({error.detail})" if error.detail else ""
    fail(code, f"{error.cause[0]}{detail}", f"{error.cause[1]}{detail}", remedy=error.remedy)
