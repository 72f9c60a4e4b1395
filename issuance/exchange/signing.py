"""The signed record of a card that a bureau made: signed once its chip is known."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from crypto.keystore import KeyStore, create_issuer_keys
from issuance import batches
from issuance.card_data import card_job
from issuance.card_job import sign_record
from issuance.exchange.booking import RecordMaker
from issuance.exchange.return_file import ReturnedCard
from issuance.issuer_keys import issuer_keys
from issuance.models import Application, Card
from reader.card_profile.profiles import PROFILES
from reader.card_profile.values import IdentificationCode


def record_maker(open_store: Callable[[], KeyStore]) -> RecordMaker:
    """Signs with the key of the batch's profile, made with its first card as at the station.

    The store is opened when the first record is signed: a file without a good card needs no
    passphrase. The maker raises KeyStoreError.
    """
    stores: list[KeyStore] = []

    def record_of(session: Session, card: Card, returned: ReturnedCard) -> bytes:
        if card.record is not None:
            return card.record  # signed ahead, for this very chip
        profile = PROFILES[batches.get(session, card.batch_id).profile]
        if not stores:
            stores.append(open_store())
            create_issuer_keys(stores[0], issuer_keys(profile))
        code = IdentificationCode(returned.identification_code or b"")
        application = session.get_one(Application, (card.region, card.intake_id, card.row))
        job = card_job(application, card, profile).with_identification_code(code)
        signer = stores[0].signer(job.signing_key)
        return sign_record(job, signer, code, returned.chip_public_key)

    return record_of
