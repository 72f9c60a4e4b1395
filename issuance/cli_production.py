"""``onecard bureau produce``: every card of a batch numbered and prepared."""

import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from time import monotonic
from types import ModuleType

import click
from sqlalchemy import Engine

from crypto.cli import key_store_access, open_key_store
from crypto.keystore import create_issuer_keys
from issuance import batches, production
from issuance.batch_status import print_status
from issuance.cli_edge import book, json_option, one_line_on_error, operator, operator_option
from issuance.database import reading, transaction
from issuance.issuer_keys import issuer_keys
from issuance.pace import SECOND, Pace
from issuance.preparation.engine import Resources, prepare_batch
from issuance.preparation.errors import BrokerError
from issuance.preparation.start import begin
from issuance.states import ApplicationState, CardState, Signing
from issuance.stock import blanks
from onecard.console import Sentence, say, settings
from reader.card_profile.profiles import PROFILES

_acting = operator  # the command has a parameter of that name


@click.command()
@click.argument("batch")
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=None,
    help="Processes that prepare cards; by default one for each processor.",
)
@click.option("--celery", is_flag=True, help="Let the workers of ONECARD_BROKER prepare them.")
@operator_option
@json_option
@one_line_on_error
def produce(
    batch: str, workers: int | None, celery: bool, operator: str | None, as_json: bool
) -> None:
    """Number and prepare every card of an approved batch.

    Cut off at any moment, it is simply run again. What is prepared ahead, and who signs, is what
    the batch was requested with (`import --signing`).

    \b
    onecard bureau produce 371700-20261101-0001 --operator Wang
    onecard bureau produce 371700-20261101-0001 --workers 8 --operator Wang
    onecard bureau produce 371700-20261101-0001 --celery --operator Wang
    """
    by = _acting(operator)
    with book() as engine:
        with reading(engine) as session:
            found = batches.status(session, batch)
            signing, profile = found.batch.signing, found.batch.profile
        pace = Pace(total=_waiting(found), started=monotonic(), unit=SECOND)
        if signing is Signing.STATION:
            chunks = production.produce(
                engine, batch, by=by, clock=_now, random=secrets.token_bytes
            )
        else:
            create_issuer_keys(open_key_store(), issuer_keys(PROFILES[profile]))
            chunks = _prepared(engine, batch, by, workers=workers, celery=celery)
        _watch(chunks, pace)
        with transaction(engine) as session:
            production.finish(session, batch, by=by, at=_now())  # whose last card was cancelled
        rate = pace.rate(monotonic())
        say(
            f"Cards numbered and prepared: {pace.made} ({rate:,.0f} a second).",
            f"已编号并备好 {pace.made} 张卡（每秒 {rate:,.0f} 张）。",
        )
        with reading(engine) as session:
            print_status(batches.status(session, batch), as_json=as_json)


@click.command()
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=None,
    help="Processes; by default one for each processor.",
)
@one_line_on_error
def work(workers: int | None) -> None:
    """Prepare the cards that `produce --celery` hands out, until Ctrl-C; on any machine.

    \b
    ONECARD_BROKER=redis://broker:6379/0 \\
        ONECARD_DATABASE=postgresql+psycopg://book/onecard onecard bureau work
    """
    celery_engine().serve(_broker(), _resources(), concurrency=workers or os.cpu_count() or 1)


def _waiting(found: batches.BatchStatus) -> int:
    """How many cards there are to prepare: applications, and cards that are made again."""
    applications = found.applications.get(ApplicationState.APPROVED, 0)
    return applications + found.cards.get(CardState.NUMBERED, 0)


def _watch(chunks: Iterable[int], pace: Pace) -> None:
    """Count what is prepared; at a terminal, show how fast it goes and how long it will take."""
    shown = sys.stderr.isatty()
    for count in chunks:
        pace.made += count
        if shown:
            line = Sentence(*pace.text(monotonic())).text()
            click.echo(f"\r\x1b[K{line}", nl=False, err=True)
    if shown:
        click.echo(err=True)


def _prepared(
    engine: Engine, batch: str, by: str, *, workers: int | None, celery: bool
) -> Iterator[int]:
    with transaction(engine) as session:
        begin(session, batch, by=by, at=_now(), random=secrets.token_bytes, allot=blanks.allot)
    if celery:
        yield from celery_engine().prepare_with_celery(engine, batch, _broker(), by=by)
        return
    yield from prepare_batch(
        engine, batch, _resources(), workers=workers or os.cpu_count() or 1, by=by, clock=_now
    )


def celery_engine() -> ModuleType:
    """The engine over many machines, which is an extra. Raises BrokerError without it."""
    try:
        return import_module("issuance.preparation.celery_engine")
    except ModuleNotFoundError as error:
        raise BrokerError(f"{error.name} is not installed (pip install onecard[workers])") from None


def _broker() -> str:
    found = settings().broker
    if found is None:
        raise BrokerError("ONECARD_BROKER is not set")
    return found


def _resources() -> Resources:
    path, passphrase = key_store_access()
    return Resources(book=settings().database, keys=path, passphrase=passphrase)


def _now() -> datetime:
    return datetime.now(UTC)
