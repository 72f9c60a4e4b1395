"""Entries of cards that were prepared ahead: what lies sealed for the station, for a bureau.

Chip data, keys and texts come out of the card's chunk; nothing is worked out again. The keys of the
chip's secure channel are added: a bureau makes these cards without any key of the issuer's own.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import cbor
from crypto.keystore import KeyStore
from issuance import batches
from issuance.exchange import booking
from issuance.exchange.card_secrets import CardSecrets, Seal, channel_keys, diversification_data
from issuance.exchange.record_file import CardRecordEntry
from issuance.issuer_keys import ISSUER_KEYS, TRANSPORT_KEYS
from issuance.models import Application, Card
from issuance.preparation.chunk_rows import ChunkKey
from issuance.preparation.content import ChunkContent, PreparedCard
from issuance.preparation.errors import DamagedChunkError
from issuance.preparation.stored_content import stored_content
from reader.card_profile.profiles import PROFILES

OPEN_CHUNKS: Final = 4  # cards come in the order of chunks, but for those made again

Place = tuple[int, int]
Papers = tuple[str, str]  # bank, name of the photo


class PreparedSource:
    """Entries of prepared cards; a chunk is opened once for all cards that follow each other."""

    def __init__(
        self, store: KeyStore, *, name_chip: Callable[[bytes], bytes] = diversification_data
    ) -> None:
        self._store, self._name_chip = store, name_chip
        self._chunks: OrderedDict[ChunkKey, ChunkContent] = OrderedDict()

    def __call__(
        self, session: Session, cards: Sequence[Card], seal: Seal
    ) -> Iterator[CardRecordEntry]:
        """The entries of cards of one batch, in their order.

        Raises ErasedChunkError, DamagedChunkError; SealError, UnknownKeyError.
        """
        papers = _papers(session, cards)
        pin = PROFILES[batches.get(session, cards[0].batch_id).profile].transport_pin
        prepared = [self._prepared(session, card) for card in cards]
        secrets = seal(
            [
                self._secrets(card, one, pin).encoded()
                for card, one in zip(cards, prepared, strict=True)
            ]
        )
        for card, one, sealed in zip(cards, prepared, secrets, strict=True):
            yield CardRecordEntry(
                order=card.row,
                card_number=card.number,
                print_data=_print_data(card, one, papers[card.intake_id, card.row]),
                chip_data=cbor.encode([[name, held] for name, held in one.groupings.items()]),
                secrets=sealed,
                record=card.record,
                blank=card.blank,
            )

    def _prepared(self, session: Session, card: Card) -> PreparedCard:
        if card.chunk is None or card.place is None:
            raise DamagedChunkError
        key = ChunkKey(card.region, card.batch_id, card.chunk)
        if key not in self._chunks:
            while len(self._chunks) >= OPEN_CHUNKS:
                self._chunks.popitem(last=False)
            self._chunks[key] = stored_content(session, key, self._store)
        self._chunks.move_to_end(key)
        return self._chunks[key].card(card.place)

    def _secrets(self, card: Card, prepared: PreparedCard, pin: str) -> CardSecrets:
        if card.blank is None:
            raise DamagedChunkError
        chip = self._name_chip(card.blank)
        factory, issuer = (
            channel_keys(self._store.diversify_key_set(name, chip))
            for name in (TRANSPORT_KEYS, ISSUER_KEYS)
        )
        return CardSecrets(
            keys=prepared.keys,
            scalar=prepared.scalar,
            pin=pin,
            diversification_data=chip,
            factory_keys=factory,
            issuer_keys=issuer,
        )


def _print_data(card: Card, prepared: PreparedCard, papers: Papers) -> dict[str, str | None]:
    """The texts as they were prepared, and what the chunk does not keep: bank, photo, last day."""
    name, number, card_number, issued_on = prepared.printed
    bank, photo = papers
    return {
        "name": name,
        "social_security_number": number,
        "card_number": card_number,
        "issued_on": issued_on.replace("-", ""),
        "expires_on": f"{card.expires_on:%Y%m%d}",
        "bank": bank,
        "photo": photo or None,
    }


def _papers(session: Session, cards: Sequence[Card]) -> dict[Place, Papers]:
    """Bank and photo of each card's application; the cards of a batch are of one file."""
    found: dict[Place, Papers] = {}
    for some in booking.pieces(cards):
        asked = select(Application.intake_id, Application.row, Application.bank, Application.photo)
        wanted = asked.where(
            Application.region == some[0].region,
            Application.intake_id.in_({card.intake_id for card in some}),
            Application.row.in_([card.row for card in some]),
        )
        for intake_id, row, bank, photo in session.execute(wanted):
            found[intake_id, row] = bank, photo
    return found
