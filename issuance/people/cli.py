"""``onecard bureau login``, ``logout`` and ``enable-keys``: people at a desk."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from crypto.cli import open_key_store
from issuance import key_use
from issuance.cli_edge import book, json_option, one_line_on_error, operator_option, second_option
from issuance.cli_edge import operator as acting
from issuance.cli_edge import second as vouching
from issuance.database import transaction
from issuance.instants import CHINA, local_day
from issuance.people import session_file, sessions
from issuance.people.cli_operators import operators_group
from issuance.people.desk import ask_proof, password_file_option
from onecard.console import print_json, say, settings
from reader.card_profile.values import RegionCode


@click.command()
@click.argument("name")
@password_file_option
@json_option
@one_line_on_error
def login(name: str, password_file: Path | None, as_json: bool) -> None:
    """Begin to work as the operator NAME: asks for password and code. 登录。

    \b
    onecard bureau login Zhang
    """
    at, place = datetime.now(UTC), settings().session
    with book() as engine:
        proof = ask_proof(name, password_file)
        begun = sessions.login(
            engine,
            open_key_store(),
            proof,
            machine=session_file.this_machine(),
            at=at,
            random=secrets.token_bytes,
        )
        if earlier := session_file.read(place):
            with transaction(engine) as session:
                sessions.logout(session, earlier, at=at)
        session_file.write(place, begun.token)
    if as_json:
        print_json({"operator": begun.operator, "ends_at": begun.ends_at.isoformat("T", "seconds")})
    ends = f"{begun.ends_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    say(f"{begun.operator} is logged in until {ends}.", f"{begun.operator} 已登录，有效至 {ends}。")


@click.command()
@one_line_on_error
def logout() -> None:
    """End the work of whoever is logged in here. 注销登录。

    \b
    onecard bureau logout
    """
    place = settings().session
    if token := session_file.read(place):
        with book() as engine, transaction(engine) as session:
            sessions.logout(session, token, at=datetime.now(UTC))
        session_file.remove(place)
    say("Nobody is logged in here now.", "当前无人登录。")


@click.command("enable-keys")
@click.argument("batch", required=False)
@click.option(
    "--at-counters", metavar="REGION", help="What counters of a region (6 digits) issue in a day."
)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="That day; today by default.")
@operator_option
@second_option
@one_line_on_error
def enable_keys(
    batch: str | None,
    at_counters: str | None,
    day: datetime | None,
    operator: str | None,
    second: str | None,
) -> None:
    """Enable the issuer's keys for a released batch, or for a day of instant issue at counters:
    two key custodians together. 密钥启用。

    \b
    onecard bureau enable-keys 371700-20261101-0001 --second Wu
    onecard bureau enable-keys --at-counters 371700 --second Wu
    """
    if (batch is None) is (at_counters is None):
        raise click.UsageError("Name a batch, or a region with --at-counters.")
    by, other, at = acting(operator), vouching(second), datetime.now(UTC)
    on = day.date() if day else local_day(at)
    with book() as engine, transaction(engine) as session:
        if batch is not None:
            en, zh = f"the batch {batch}", f"批次 {batch}"
            changed = key_use.enable_keys(session, batch, by=by, second=other, at=at)
        else:
            region = _region(at_counters or "")
            en, zh = f"counters of {region} on {on}", f"{region} 柜台 {on} 即时制卡"
            changed = key_use.enable_keys_at_counters(
                session, region, on, by=by, second=other, at=at
            )
    if changed:
        say(f"Keys enabled for {en}.", f"{zh} 的密钥已启用。")
    else:
        say(f"Keys were enabled for {en} before.", f"{zh} 的密钥此前已启用。")


def _region(text: str) -> str:
    try:
        return RegionCode(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--at-counters") from error


COMMANDS: Sequence[click.Command] = (login, logout, operators_group, enable_keys)
