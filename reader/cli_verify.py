"""``onecard card verify`` and ``onecard verify``: is it the issuer's own, unchanged, valid now?"""

import os
import sys
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

import click

from crypto.errors import CryptoError, TrustListError
from crypto.trust import TrustList
from onecard.console import Exit, fail, settings
from onecard.settings import Settings
from reader import presence
from reader.authenticity import StatusSource, verify_record, verify_text
from reader.card_check import check_card
from reader.cli_edge import json_option, one_line_on_error, status_option
from reader.cli_entry import PinOptions, pin_options
from reader.cli_offline import by_the_lists, log_option, print_verification
from reader.cli_presence import verify_token
from reader.cli_slot import Slots, slot_options
from reader.record_input import read_input
from reader.status_list import StatusListError, status_source

STATUS_SOURCES = "onecard.status_sources"


@click.command("verify")
@slot_options
@status_option
@log_option
@pin_options
@json_option
@one_line_on_error
def verify_card(
    slots: Slots, status_list: Path | None, log: Path | None, pin: PinOptions, as_json: bool
) -> None:
    """Is the card in the reader the issuer's own, unchanged, valid, and no copy?

    A card that shows its record only after the PIN needs it, or the keys of this desk. Of a loss
    the status list is asked, else the server. A list that is too old clears none (setting
    list_age_hours): stale_status_list, exit code 1.

    \b
    onecard card verify --status-list status-lists.txt
    onecard card verify --status-list status-lists.txt --log offline.jsonl
    onecard card verify --reader "ACS ACR39U 00 00" --pin - --json
    """
    given, now = pin.given(), datetime.now(UTC)
    trust = trust_list()
    status = installed_status(status_list, trust, at=now) or _server_status(slots, trust, now)
    with slots.card() as card:
        if given:
            card.session.verify_pin(given)
        keys = card.keys()
        if keys:
            keys.open_holder_data(card.session)
        found = check_card(
            card.session,
            trust=trust,
            now=now,
            random=os.urandom,
            status=status,
            shared_key=keys.proves_shared if keys else None,
        )
        chip = str(card.session.identification_code)
    told = by_the_lists(found, status, settings(), at=now, log=log, chip=chip)
    print_verification(told, as_json=as_json)
    if not told.genuine:
        raise SystemExit(Exit.REFUSED)


@click.command()
@click.argument("record", metavar="TEXT|FILE|-")
@status_option
@log_option
@click.option("--trust", type=click.Path(path_type=Path), help="Trust list instead of the usual.")
@json_option
@one_line_on_error
def verify(
    record: str, status_list: Path | None, log: Path | None, trust: Path | None, as_json: bool
) -> None:
    """Verify a signed record: the text of a QR code, a file that holds it, or standard input.

    Needs no network: a trust list, and a status list for losses. Exit code 0 only if genuine. A
    presence token (OP1:…) is verified too: which card was at which desk, in which minute. A status
    list that is too old clears nobody (setting list_age_hours).

    \b
    onecard verify 'OC1:…'
    onecard verify 'OP1:…'
    onecard verify card.txt --json
    zbarimg --raw card.png | onecard verify -
    """
    trusted = trust_list(trust)
    given = read_input(record, sys.stdin.buffer)
    now = datetime.now(UTC)
    if isinstance(given, str) and given.startswith(presence.PREFIX):
        verify_token(given, trusted, now=now, as_json=as_json)
        return
    status = installed_status(status_list, trusted, at=now)
    if isinstance(given, str):
        found = verify_text(given, trust=trusted, now=now, status=status)
    else:
        found = verify_record(given, trust=trusted, now=now, status=status)
    told = by_the_lists(found, status, settings(), at=now, log=log)
    print_verification(told, as_json=as_json)
    if not told.genuine:
        raise SystemExit(Exit.REFUSED)


def trust_list(path: Path | None = None) -> TrustList:
    """The public keys that this desk trusts."""
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


def installed_status(path: Path | None, trust: TrustList, *, at: datetime) -> StatusSource | None:
    """A status list if one is named or set; else the issuer's book, where this desk has it."""
    chosen = path or settings().status_list
    if chosen is None:
        return _installed_status_source(settings())
    try:
        return status_source(chosen.read_bytes(), trust=trust, now=at)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        fail(Exit.BAD_INPUT, f"{chosen}: {reason}.", f"{chosen}：{reason}。")
    except (StatusListError, CryptoError) as error:
        fail(Exit.BAD_INPUT, f"{chosen}: {error}.", f"{chosen}：状态列表不可用（{error}）。")


def _server_status(slots: Slots, trust: TrustList, now: datetime) -> StatusSource | None:
    """The server's own lists, where this desk has a server."""
    if (address := slots.psam.desk_server) is None:
        return None
    from reader.server_status import ServerStatus  # most commands need no network

    return ServerStatus(address=address, trust=trust, now=now, ca=settings().server_ca)


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
