"""What the bureau's pages cost on a book of 100,000 cards, against the same pages on an empty one.

``python -m tests.benchmarks.console [CARDS]`` prints one figure a page: milliseconds of this
process's own processor time, from request to answer, the median of some. The book has one batch of
half the cards in the making and others of a thousand, a station's events and three entries of the
trail for each card.
"""

import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from statistics import median
from time import process_time

from sqlalchemy import text

from issuance import applications, audit, batches, production
from issuance.database import transaction
from tests.benchmarks.figure import Figure
from tests.benchmarks.issuance import people
from tests.bureau import CHIEF, CLERK, MAKER, NOW, REGION, facts
from tests.bureau_console import AUDITOR, KEEPER, WITNESS, BureauConsole, bureau_console
from tests.console import Browser
from tests.stockroom import run

CARDS, SMALL, TIMES = 100_000, 1_000, 7
PAGES = {
    "overview": "/console/bureau/",
    "batches": "/console/bureau/batches/",
    "batch": "/console/bureau/batches/{batch}",
    "applications": "/console/bureau/batches/{batch}/applications?page=900",
    "progress": "/console/bureau/batches/{batch}/progress.json",
    "accounts": "/console/bureau/batches/{batch}/accounts",
    "yields": "/console/bureau/yields/",
    "stock": "/console/bureau/stock/",
    "movements": "/console/bureau/stock/movements",
    "trail": "/console/bureau/trail/?chain=371700&subject=card%20A00000003",
}


def fill(bureau: BureauConsole, cards: int) -> str:
    """Batches of so many cards together; the name of the largest."""
    persons, sizes = people(cards), [cards // 2, *[SMALL] * (cards // 2 // SMALL)]
    bureau.room.receive(2 * cards, by=KEEPER, second=WITNESS)
    names, place = [], 0
    for number, size in enumerate(sizes):
        names.append(_batch(bureau, f"{number}.csv", list(islice(persons, size))))
        bureau.room.issue(names[-1], run(place, size), by=KEEPER)
        place += size
        list(
            production.produce(
                bureau.room.engine,
                names[-1],
                by=MAKER,
                clock=lambda: NOW,
                random=bureau.room.random,
            )
        )
        _make(bureau, names[-1])
    return names[0]


def _batch(bureau: BureauConsole, file: str, persons: list[tuple[object, ...]]) -> str:
    with transaction(bureau.room.engine) as session:
        booked = applications.book(session, persons, file=facts(file), by=CLERK, at=NOW)
        name = batches.request(
            session, intake_id=booked.intake_id, profile="v3.00", by=CLERK, at=NOW
        ).id
        batches.approve(session, name, by=CHIEF, at=NOW)
    return name


def _make(bureau: BureauConsole, name: str) -> None:
    """Half of its cards are made and inspected, as statements for many do it."""
    with transaction(bureau.room.engine) as session:
        numbers = [
            number
            for (number,) in session.execute(
                text("SELECT number FROM card WHERE region = :r AND batch_id = :b ORDER BY row"),
                {"r": REGION, "b": name},
            )
        ]
        made = numbers[: len(numbers) // 2]
        counted = """INSERT INTO station_count (region, batch_id, station, kind, number, work,
            opened_at, received, carried_in, good, rejected, samples, returned, carried_out)
            VALUES (:r, :b, 'P2', 'card', 1, 'personalize', :at, 0, 0, 0, 0, 0, 0, 0)"""
        session.execute(text(counted), {"r": REGION, "b": name, "at": NOW})
        session.execute(
            text(
                """INSERT INTO station_event (region, batch_id, station, kind, number, place, work,
                subject, received, good, rejected, samples, returned, at, by)
                VALUES (:r, :b, 'P2', 'card', 1, :place, 'personalize', :card, 1, 1, 0, 0, 0,
                :at, 'Wang')"""
            ),
            [
                {"r": REGION, "b": name, "place": place, "card": card, "at": NOW}
                for place, card in enumerate(made, 1)
            ],
        )
        session.execute(
            text(
                """UPDATE card SET state = 'personalized', personalized_at = :at
                WHERE region = :r AND number = :n"""
            ),
            [
                {"r": REGION, "n": card, "at": NOW + timedelta(seconds=place // 5)}
                for place, card in enumerate(made)
            ],
        )
        for event in ("card.personalize", "card.inspect"):
            things = [(f"card {card}", {"batch": name}) for card in numbers]
            audit.append(session, event, things, chain=REGION, by=MAKER, at=NOW)


def cost(browser: Browser, path: str) -> float:
    """Milliseconds of a page."""
    found = []
    for _ in range(TIMES):
        begun = process_time()
        answer = browser.client.get(path)
        found.append((process_time() - begun) * 1000)
        assert answer.status_code == 200, path
    return median(found)


def costs(bureau: BureauConsole, batch: str) -> Iterator[tuple[str, float]]:
    """Each page, the check of a part of the trail, and what nothing new costs."""
    keeper, auditor = bureau.enter(KEEPER), bureau.enter(AUDITOR)
    for name, path in PAGES.items():
        browser = auditor if name == "trail" else keeper
        yield name, cost(browser, path.format(batch=batch))
    progress = PAGES["progress"].format(batch=batch)
    tag = keeper.client.get(progress).headers["ETag"]
    found = []
    for _ in range(TIMES):
        begun = process_time()
        keeper.client.get(progress, headers={"If-None-Match": tag, "X-Background": "yes"})
        found.append((process_time() - begun) * 1000)
    yield "progress-unchanged", median(found)
    begun = process_time()
    auditor.send("/console/bureau/trail/check")
    yield "trail-part", (process_time() - begun) * 1000


def main(cards: int = CARDS) -> None:
    with bureau_console() as bureau:
        floor = dict(costs(bureau, fill(bureau, 2 * SMALL // 100)))
    with bureau_console() as bureau:
        for case, value in costs(bureau, fill(bureau, cards)):
            Figure(
                bench="console",
                case=case,
                value=round(value, 1),
                unit="ms",
                ratio=round(value / floor[case], 1),
                of=f"the page on a book of {2 * SMALL // 100} cards",
            ).show()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
