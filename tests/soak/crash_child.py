"""``python -m tests.soak.crash_child BOOK FOLDER BATCH``: prepares a batch until it is killed."""

import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

from issuance.book_errors import BookError
from issuance.database import open_book, transaction
from issuance.preparation.engine import Resources, prepare_batch
from issuance.preparation.start import begin
from tests.soak.crash_office import BLANKS, CHUNK, MAKER, PASSPHRASE


def main(place: str, folder: Path, batch: str) -> None:
    """Begin or go on, and say so."""
    engine = open_book(place, create=False)
    with transaction(engine) as session:
        begin(
            session,
            batch,
            by=MAKER,
            at=datetime.now(UTC),
            random=secrets.token_bytes,
            allot=BLANKS,
            size=CHUNK,
        )
    resources = Resources(book=place, keys=folder / "keys.json", passphrase=PASSPHRASE)
    print("begun", flush=True)
    for count in prepare_batch(
        engine, batch, resources, workers=2, by=MAKER, clock=lambda: datetime.now(UTC)
    ):
        print(count, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
    except BookError as error:  # a worker or the server was killed: told, and run again
        sys.exit(f"{error.code}: {error}")
