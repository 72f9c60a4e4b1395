"""How fast a batch is prepared, against making its key pairs and signatures and nothing else.

``python -m tests.benchmarks.issuance [p256-per-card-sqlite | … | million]`` prints one figure a
line. A card here is the whole card: its diversified keys wrapped for the station, the chip data of
SSSE and DF01 to DF04, print data, signed record, its row, and the audit entry of its chunk, of
which it is a leaf. The limit is a pool of as many processes that only make a key pair and a
signature for each card, and return nothing. Both are timed from the first finished thousand to the
last, so that the start of a pool counts on neither side; they take turns, medians are compared.
"""

import os
import resource
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter

from crypto.keystore import SoftKeyStore, create_issuer_keys
from crypto.suites import SUITES
from issuance import applications, batches
from issuance.database import open_book, transaction, upgrade_book
from issuance.issuer_keys import issuer_keys
from issuance.preparation.engine import Resources, prepare_batch
from issuance.preparation.start import begin
from issuance.states import Signing
from reader.card_profile.profiles import PROFILES
from reader.card_profile.values import SocialSecurityNumber
from tests.benchmarks.figure import Figure

WORKERS = 2
CHUNK = 1_000
CARDS = 30_000
TURNS = 3
MILLION = 1_000_000
REGION, TODAY = "371700", date(2026, 11, 1)
NOW = datetime(2026, 11, 1, 2, tzinfo=UTC)
PASSPHRASE = "benchmark"  # noqa: S105
FIRST_BLANK = int.from_bytes(bytes.fromhex("8660000000000001"), "big")
ONECARD = str(Path(sys.executable).parent / "onecard")
MESSAGE = bytes(230)  # about what is signed of a card


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way to prepare a batch."""

    profile: str
    signing: Signing
    place: str = "sqlite"
    celery: bool = False
    cards: int = CARDS
    turns: int = TURNS


CASES = {
    "p256-per-card-sqlite": Case(profile="international", signing=Signing.CARD),
    "p256-per-card-postgresql": Case(
        profile="international", signing=Signing.CARD, place="postgresql"
    ),
    "p256-merkle-sqlite": Case(profile="international", signing=Signing.MERKLE),
    "p256-merkle-postgresql": Case(
        profile="international", signing=Signing.MERKLE, place="postgresql"
    ),
    "sm2-per-card-sqlite": Case(profile="v3.00", signing=Signing.CARD, cards=8_000),
    "sm2-merkle-oncard-sqlite": Case(profile="v3.00", signing=Signing.MERKLE_ON_CARD),
    "p256-per-card-celery": Case(
        profile="international", signing=Signing.CARD, place="postgresql", celery=True
    ),
    "million": Case(profile="international", signing=Signing.MERKLE, cards=MILLION, turns=1),
}


def limit(suite_name: str, cards: int) -> float:
    """Key pairs and signatures a second, of a pool that does nothing else."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        tasks = [pool.submit(key_pairs_and_signatures, suite_name) for _ in range(cards // CHUNK)]
        return _rate(CHUNK for _ in as_completed(tasks))


def key_pairs_and_signatures(suite_name: str) -> None:
    """A thousand of each."""
    scheme = SUITES[suite_name].signature
    signer = scheme.generate_key()
    for _ in range(CHUNK):
        scheme.generate_key()
        signer.sign(MESSAGE)


def people(count: int) -> Iterator[tuple[object, ...]]:
    """Applications as the intake hands them over; nobody alive has one of these numbers."""
    for place in range(1, count + 1):
        born = f"{1940 + place % 60}{1 + place // 60 % 12:02}{1 + place // 720 % 28:02}"
        body = f"{100000 + place // 20_160 % 900_000}{born}{place % 999 + 1:03}"
        number = body + SocialSecurityNumber.check_character(body)
        yield (
            place,
            number,
            "王" + chr(0x4E00 + place % 20_000) + chr(0x4E00 + place // 7 % 20_000),
            "1" if number[16] in "13579" else "2",
            f"{place % 56 + 1:02}",
            born,
            REGION,
            "A",
            f"100{place:08}",
            f"虚构路{place % 400}号",
            REGION,
            f"样例街道{place % 90}弄{place % 30}号",
            REGION,
            ("10", "20", "30", "40")[place % 4],
            "0",
            "",
            "",
            "95588",
            "",
            "",
            "",
        )


def prepare(case: Case, place: str, folder: Path) -> tuple[float, list[float]]:
    """Cards a second, and the moments at which chunks were finished."""
    store = SoftKeyStore.create(folder / "keys.json", PASSPHRASE, cost=2**12)
    create_issuer_keys(store, issuer_keys(PROFILES[case.profile]))
    upgrade_book(place)
    engine = open_book(place)
    batch = _released(engine, case)
    resources = Resources(book=place, keys=folder / "keys.json", passphrase=PASSPHRASE)
    moments: list[float] = []
    if case.celery:
        counts = _with_celery(engine, batch, resources, folder)
    else:
        counts = prepare_batch(
            engine,
            batch,
            resources,
            workers=WORKERS,
            by="Wang",
            clock=lambda: datetime.now(UTC),
        )
    rate = _rate(counts, moments)
    with engine.connect() as connection:
        made = connection.exec_driver_sql("SELECT count(*) FROM card").scalar()
    engine.dispose()
    if made != case.cards:
        raise AssertionError(f"{made} cards of {case.cards}")
    return rate, moments


def _released(engine: object, case: Case) -> str:
    with transaction(engine) as session:  # type: ignore[arg-type]
        booking = applications.book(
            session,
            people(case.cards),
            file=applications.FileFacts(
                name="people.csv",
                sha256=secrets.token_hex(32),
                encoding="UTF-8",
                header=("",),
                dated=TODAY,
                region=REGION,
            ),
            by="Zhang",
            at=NOW,
        )
        batch = batches.request(
            session,
            intake_id=booking.intake_id,
            profile=case.profile,
            signing=case.signing,
            by="Zhang",
            at=NOW,
        ).id
        batches.approve(session, batch, by="Li", at=NOW)
    with transaction(engine) as session:  # type: ignore[arg-type]
        begin(
            session,
            batch,
            by="Wang",
            at=NOW,
            random=secrets.token_bytes,
            allot=lambda _session, _batch, size: [[FIRST_BLANK, size]],
            size=CHUNK,
        )
    return batch


def _rate(counts: Iterator[int], moments: list[float] | None = None) -> float:
    """Cards a second, from the end of the first chunk on."""
    moments = [] if moments is None else moments
    done = 0
    for count in counts:
        if moments:
            done += count
        moments.append(perf_counter())
    return done / (moments[-1] - moments[0])


def _with_celery(engine: object, batch: str, resources: Resources, folder: Path) -> Iterator[int]:
    from issuance.preparation.celery_engine import prepare_with_celery
    from tests.redis_server import redis

    with redis(folder) as broker:
        environment = {
            **os.environ,
            "ONECARD_BROKER": broker,
            "ONECARD_DATABASE": resources.book,
            "ONECARD_KEYS": str(resources.keys),
            "ONECARD_KEYS_PASSPHRASE": resources.passphrase,
        }
        command = [ONECARD, "bureau", "work", "--workers", "2"]
        with subprocess.Popen(command, env=environment, stdout=sys.stderr) as worker:
            yield from prepare_with_celery(engine, batch, broker, by="Wang")  # type: ignore[arg-type]
            worker.terminate()


@contextmanager
def place_of(case: Case, folder: Path) -> Iterator[str]:
    """A new book of the case's kind."""
    if case.place == "sqlite":
        yield str(folder / "book.sqlite3")
        return
    from tests.postgresql import private_postgres

    with private_postgres() as server:
        yield server.new_book()


def measure(name: str) -> None:
    """Ours and the limit in turns."""
    case = CASES[name]
    suite = PROFILES[case.profile].suite.name
    ours, least, moments = [], [], list[float]()
    for _ in range(case.turns):
        least.append(limit(suite, min(case.cards, CARDS)))
        with tempfile.TemporaryDirectory() as folder, place_of(case, Path(folder)) as place:
            rate, moments = prepare(case, place, Path(folder))
            ours.append(rate)
    _show(
        name, median(ours), "cards/s", median(ours) / median(least), f"{suite} key pair + signature"
    )
    if case.cards == MILLION:
        _flatness(name, moments)


def _flatness(name: str, moments: list[float]) -> None:
    """Whether a million cards go as fast at the end as at the beginning, in the same memory."""
    tenth = len(moments) // 10
    first, last = (moments[tenth] - moments[0], moments[-1] - moments[-1 - tenth])
    _show(
        name, round(tenth * CHUNK / last), "cards/s in the last tenth", first / last, "first tenth"
    )
    for who, whose in (
        ("main", resource.RUSAGE_SELF),
        ("largest worker", resource.RUSAGE_CHILDREN),
    ):
        peak = resource.getrusage(whose).ru_maxrss // 1024
        Figure(bench="issuance", case=name, value=peak, unit=f"MB peak RSS, {who}").show()


def _show(name: str, value: float, unit: str, ratio: float, of: str) -> None:
    Figure(
        bench="issuance", case=name, value=round(value), unit=unit, ratio=round(ratio, 3), of=of
    ).show()


def main(cases: list[str], run: Callable[[str], None] = measure) -> None:
    """Prints the figures of *cases*, of all when none is named."""
    for case in cases or list(CASES):
        run(case)


if __name__ == "__main__":
    main(sys.argv[1:])
