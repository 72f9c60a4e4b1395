"""``onecard serve``: the HTTP service. ``onecard clients``: who may ask it."""

import os
from datetime import UTC, datetime
from functools import partial

import click

from api.address import Address
from api.demo.errors import DemoError
from api.errors import AddressError, ApiError
from api.services.errors import CalculationError
from issuance import clients as book_clients
from issuance.cli_edge import book, json_option, one_line_on_error, operator, operator_option
from issuance.clients import ClientKind
from issuance.database import reading, transaction
from issuance.models import ApiClient
from onecard.console import Exit, fail, print_json, print_line, say, settings

_acting = operator  # the commands have a parameter of that name
# By kind; the first that fits, so special ones stand before general ones.
EXITS: tuple[tuple[type[ApiError], Exit], ...] = (
    (DemoError, Exit.BAD_INPUT),
    (CalculationError, Exit.BAD_INPUT),
    (AddressError, Exit.USAGE),
    (ApiError, Exit.KEYS),
)
MAX_NAME = 64  # of a client, in the book


@click.command()
@click.option("--bind", metavar="HOST:PORT", help="Where to listen; by default ONECARD_BIND.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
@one_line_on_error
def serve(bind: str | None, workers: int) -> None:
    """Answer service systems over HTTP: verification, card status, trust. 验卡服务。

    Needs the book and a trust list. With ONECARD_KEYS_PASSPHRASE it opens the key store too,
    signs status lists and proves chips that share their key with the issuer.

    \b
    onecard serve
    onecard serve --bind 0.0.0.0:8610 --workers 2
    """
    # Of all commands only this one needs the whole service, which takes half a second to import.
    from api import server
    from api.app import create_app

    try:
        address = Address.parse(bind or settings().bind).resolved()
        # Once in this process, so that what is missing is told here and in one line.
        create_app(settings()).extensions["onecard"].book.close()
    except ApiError as error:
        code = next(code for kind, code in EXITS if isinstance(error, kind))
        fail(code, *error.cause, remedy=error.remedy, error=error.code)
    where = f"http://{address}"
    greet = partial(
        say,
        f"Listening at {where} (description: {where}/v1/openapi.json). Ctrl+C ends it.",
        f"服务地址：{where}（接口说明：{where}/v1/openapi.json）。按 Ctrl+C 结束。",
    )
    server.run(settings(), address, workers=workers, on_start=greet)


@click.group()
def clients() -> None:
    """Service systems, ledgers and counters' desks that may ask. 接口客户、账务系统与柜台。

    \b
    onecard clients add pension-office --operator Li
    onecard clients add village-7 --desk --operator Li
    onecard clients list
    onecard clients revoke pension-office --operator Li
    """


@clients.command()
@click.argument("name")
@click.option("--desk", is_flag=True, help="A counter's desk: it may use keys of cards before it.")
@click.option("--ledger", is_flag=True, help="A ledger: it takes up what is payable.")
@operator_option
@json_option
@one_line_on_error
def add(name: str, desk: bool, ledger: bool, operator: str | None, as_json: bool) -> None:
    """Give the client NAME a key. It is shown once: the book keeps its hash only.

    \b
    onecard clients add pension-office --operator Li
    onecard clients add village-7 --desk --operator Li
    onecard clients add fund-ledger --ledger --operator Li
    KEY=$(onecard clients add pension-office --operator Li --json | jq -r .key)
    """
    by = _acting(operator)
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise click.BadParameter(f"1 to {MAX_NAME} printable characters.", param_hint="NAME")
    if desk and ledger:
        raise click.UsageError("A client is a desk or a ledger, not both.")
    kind = ClientKind.DESK if desk else ClientKind.LEDGER if ledger else ClientKind.SERVICE
    at = datetime.now(UTC)
    with book(create=True) as engine, transaction(engine) as session:
        key = book_clients.create(session, name, random=os.urandom, by=by, at=at, kind=kind)
    if as_json:
        print_json({"name": name, "kind": kind.value, "key": key})
        return
    say("Keep this key now: it cannot be shown again.", "请立即保存密钥：此后无法再次显示。")
    print_line(key)


@clients.command("list")
@json_option
@one_line_on_error
def list_clients(as_json: bool) -> None:
    """The clients, revoked ones included.

    \b
    onecard clients list --json
    """
    with book() as engine, reading(engine) as session:
        found = [_facts(client) for client in book_clients.listing(session)]
    if as_json:
        print_json({"clients": found})
        return
    for client in found:
        state = "revoked" if client["revoked_at"] else "active"
        print_line(f"{client['name']:<24}  {client['kind']:<7}  {state:<7}  {client['created_at']}")
    if not found:
        say("There are no clients.", "没有接口客户。")


@clients.command()
@click.argument("name")
@operator_option
@json_option
@one_line_on_error
def revoke(name: str, operator: str | None, as_json: bool) -> None:
    """End the key of the client NAME, at once and for good.

    \b
    onecard clients revoke bus-company --operator Chen
    """
    by = _acting(operator)
    with book() as engine, transaction(engine) as session:
        changed = book_clients.revoke(session, name, by=by, at=datetime.now(UTC))
    if as_json:
        print_json({"name": name, "changed": changed})
    elif changed:
        say(f"The key of {name} is revoked.", f"{name} 的密钥已吊销。")
    else:
        say(f"The key of {name} was revoked before.", f"{name} 的密钥此前已吊销。")


def _facts(client: ApiClient) -> dict[str, str | None]:
    return {
        "name": client.name,
        "kind": client.kind,
        "created_at": client.created_at.isoformat(timespec="seconds"),
        "created_by": client.created_by,
        "revoked_at": client.revoked_at.isoformat(timespec="seconds")
        if client.revoked_at
        else None,
    }
