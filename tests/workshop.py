"""A bureau with prepared cards and its station, and a line to a chip that can be cut anywhere."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from crypto.keystore import KeyStore, SoftKeyStore
from hardware_sim.card.card import Card
from issuance import batches, print_data, reader_lanes
from issuance.card_making import Maker, Outcome
from issuance.card_source import FindPhoto
from issuance.database import reading, transaction
from issuance.models import Batch
from issuance.models import Card as BookedCard
from issuance.preparation import chunk_rows, completion
from issuance.preparation.chunk_preparation import prepare
from issuance.preparation.start import begin
from issuance.slots import Slot
from issuance.states import BatchState, Signing
from reader.authenticity import Verdict
from reader.card_check import check_card, read_record
from reader.card_profile.atr import ladder_factor
from reader.card_profile.profiles import PROFILES
from reader.desk_keys import DeskKeys
from reader.errors import CardRemovedError
from reader.global_platform import CardLifeCycle
from reader.session import CardSession
from tests.bureau import CHIEF, CLERK, MAKER, NOW, Bureau, bureau, chance, rows
from tests.desk import PASSPHRASE, Desk, counter_bytes

NEVER = 10**9


@dataclass(frozen=True)
class Cut:
    """So many commands after the beginning, or from the first of one instruction on.

    With *heard* the card still gets the command at which the line is cut, and its answer is lost.
    """

    commands: int = NEVER
    since: int | None = None
    heard: bool = False


class Line:
    """The line to a chip, cut at one place."""

    def __init__(self, card: Card, cut: Cut | None = None) -> None:
        card.reset()
        self.card, self.atr = card, card.atr
        self._cut = cut or Cut()
        self._left: int | None = None
        self.sent: list[int] = []

    def transmit(self, command: bytes) -> bytes:
        if self._left is None and self._cut.since in (None, command[1]):
            self._left = self._cut.commands
        if self._left is not None:
            if not self._left:
                if self._cut.heard:
                    self.sent.append(command[1])
                    self.card.transmit(command)
                raise CardRemovedError("cut")
            self._left -= 1
        self.sent.append(command[1])
        return self.card.transmit(command)


def slot(line: Line) -> Slot:
    """A reader with this card in it."""

    @contextmanager
    def connected(line: Line) -> Iterator[Line]:
        yield line

    return partial(connected, line)


class Workshop:
    """A bureau with a batch whose cards wait for the station, and the station."""

    def __init__(
        self, office: Bureau, desk: Desk, count: int, *, signing: Signing = Signing.STATION
    ) -> None:
        self.office, self.desk = office, desk
        self.batch = self._requested(count, signing)
        office.approve(self.batch, CHIEF)
        if signing is Signing.STATION:
            office.produce(self.batch)
        else:
            self._prepare()
        self.random = counter_bytes(5)

    def maker(
        self, store: KeyStore | None = None, *, by: str = MAKER, photo: FindPhoto | None = None
    ) -> Maker:
        """Somebody at the station."""
        return Maker(
            self.office.engine,
            self.batch,
            store=store or self.desk.store,
            by=by,
            clock=lambda: NOW,
            random=self.random,
            station="1",
            photo=photo,
        )

    def run(self, *lines: Line) -> list[Outcome]:
        """`onecard bureau personalize` with these chips, one after the other."""
        return self.run_at({"": lines})

    def run_at(
        self, lanes: Mapping[str, Sequence[Line]], *, maker: Maker | None = None
    ) -> list[Outcome]:
        """The same with a reader beside the other."""
        slots = {name: [slot(line) for line in lines] for name, lines in lanes.items()}
        return list(reader_lanes.personalize(maker or self.maker(), slots))

    def finished(self, count: int) -> list[Card]:
        """The chips of so many cards, made well."""
        chips = [self.desk.blank(serial) for serial in range(1, count + 1)]
        assert [outcome.error for outcome in self.run(*map(Line, chips))] == [None] * count
        return chips

    def cards(self) -> Sequence[BookedCard]:
        return self.office.cards(self.batch)

    def booked(self, chip: Card) -> BookedCard | None:
        """The card that the book has on this chip."""
        found = [card for card in self.cards() if card.atr == chip.atr]
        assert len(found) <= 1
        return found[0] if found else None

    def printed(self, chip: Card) -> str:
        """What stands in the QR code printed on this chip's card."""
        row = self.booked(chip)
        assert row is not None
        with reading(self.office.engine) as session:
            return print_data.record_text(session, row.number)

    def is_good(self, chip: Card) -> bool:
        """Whether the chip is closed, proves itself, and is the very one in the book."""
        row = self.booked(chip)
        session = CardSession(Line(chip))
        keys = DeskKeys.of(session, self.desk.store, chip.atr, random=counter_bytes(3))
        keys.open_holder_data(session)
        found = check_card(
            session,
            trust=self.desk.store.public_keys(),
            now=NOW,
            random=counter_bytes(9),
            shared_key=keys.proves_shared,
        )
        return (
            row is not None
            and found.verdict is Verdict.GENUINE
            and found.record is not None
            and found.record.card_number == row.number
            and read_record(session) == row.record
            and chip.persistent.life_cycle is CardLifeCycle.SECURED
        )

    def state(self) -> BatchState:
        with reading(self.office.engine) as session:
            return session.get_one(Batch, self.batch).state

    def _requested(self, count: int, signing: Signing) -> str:
        booking = self.office.book(rows(count))
        with transaction(self.office.engine) as session:
            return batches.request(
                session,
                intake_id=booking.intake_id,
                profile=self.desk.profile.name,
                signing=signing,
                by=CLERK,
                at=NOW,
            ).id

    def _prepare(self) -> None:
        """For the blanks of the desk with the serials from 1 on."""
        first = int.from_bytes(ladder_factor(self.desk.blank(1).atr), "big")
        with transaction(self.office.engine) as session:
            begin(
                session,
                self.batch,
                by=MAKER,
                at=NOW,
                random=chance(),
                allot=lambda _session, _batch, size: [[first, size]],
            )
        with reading(self.office.engine) as session:
            keys = chunk_rows.waiting(session, batches.get(session, self.batch))
        for key in keys:
            with reading(self.office.engine) as session:
                work = chunk_rows.work_of(session, key)
            done = completion.finished(work, prepare(work.task, self.desk.store, random=chance()))
            with transaction(self.office.engine) as session:
                completion.complete(session, done, by=MAKER, at=NOW)


@contextmanager
def workshop(
    folder: Path, profile: str, count: int, *, signing: Signing = Signing.STATION
) -> Iterator[Workshop]:
    """A workshop in *folder*, with so many cards to make."""
    with empty_bureau(folder, profile) as office:
        yield Workshop(office, desk_in(folder, profile), count, signing=signing)


@contextmanager
def empty_bureau(folder: Path, profile: str) -> Iterator[Bureau]:
    """A bureau in *folder* with the keys of a profile and an empty book."""
    for name, content in _template(profile).items():
        (folder / name).write_bytes(content)
    with bureau(folder) as office:
        yield office


def desk_in(folder: Path, profile: str) -> Desk:
    """The issuer whose keys are in *folder*."""
    return Desk(SoftKeyStore.open(folder / "keys.json", PASSPHRASE), PROFILES[profile])


@cache
def _template(profile: str) -> dict[str, bytes]:
    """Keys and an empty book: made once, then copied."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        Desk.open(folder, profile)
        with bureau(folder):
            pass
        return {path.name: path.read_bytes() for path in folder.iterdir()}
