"""What it costs to send cards that were prepared ahead to a bureau: processor time and memory.

``python -m tests.benchmarks.exchange [CARDS]`` prepares so many (100,000) and prints one figure a
line. Sending has a process of its own: what preparing took does not count. Planning, opening the
chunks, the channel keys of each chip, sealing, signing, encrypting, writing and booking do.
"""

import resource
import secrets
import sys
import tempfile
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from time import process_time

from crypto import cms, cms_enveloped
from crypto.keystore import SoftKeyStore
from issuance.database import open_book
from issuance.exchange import sending
from issuance.exchange.chain import digest_chain
from issuance.exchange.sending import Addressee
from issuance.exchange.source import source
from issuance.states import Signing
from tests.benchmarks.figure import Figure
from tests.benchmarks.issuance import NOW, PASSPHRASE, Case, prepare
from tests.certificates import house

CARDS = 100_000
BATCH = "371700-20261101-0001"


def addressee(folder: Path) -> Addressee:
    """A bureau that takes files from a folder."""
    issuer, bureau = house("Issuer"), house("Bureau")

    def seal(content: bytes, at: datetime) -> bytes:
        return cms.seal(content, signer=issuer.signing, recipient=bureau.certificate, at=at)

    return Addressee(
        bureau="Bureau",
        certificate=bureau.certificate.fingerprint,
        seal=seal,
        chain=lambda _: digest_chain(),
        wrap=lambda key, _: cms_enveloped.encrypt(key, bureau.certificate),
        deliver=lambda name, data: (folder / name).write_bytes(data) and None,
    )


def send(folder: Path) -> None:
    """All of the batch, in a process that did nothing before."""
    engine = open_book(folder / "book.sqlite3")
    store = SoftKeyStore.open(folder / "keys.json", PASSPHRASE)
    (folder / "post").mkdir()
    _show(_peak(), "MB peak RSS before")
    begun, count, peaks = process_time(), 0, []
    for volume in sending.send(
        engine,
        BATCH,
        addressee(folder / "post"),
        source(lambda: store),
        by="Wang",
        clock=lambda: NOW,
        random=secrets.token_bytes,
    ):
        count += volume.cards
        peaks.append(_peak())
    spent = process_time() - begun
    size = sum(path.stat().st_size for path in (folder / "post").iterdir())
    _show(round(spent / count * 1_000_000), "µs of a core a card")
    for when, place in (("first", 0), ("middle", len(peaks) // 2), ("last", -1)):
        _show(peaks[place], f"MB peak RSS after the {when} volume of {len(peaks)}")
    _show(round(size / count), "bytes a card")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _show(value: float, unit: str) -> None:
    Figure(bench="exchange", case="send-prepared", value=value, unit=unit).show()


def main(cards: int) -> None:
    """Prepare, then send."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case = Case(profile="v3.00", signing=Signing.MERKLE, cards=cards)
        prepare(case, str(folder / "book.sqlite3"), folder)
        sender = get_context("spawn").Process(target=send, args=(folder,))
        sender.start()
        sender.join()
        sys.exit(sender.exitcode)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else CARDS)
