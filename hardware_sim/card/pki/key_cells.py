"""Where the two key pairs are kept, and which file names which."""

from crypto.suites import PrivateKey
from hardware_sim.card.state import Chip
from reader.card_profile.pki import PkiFile
from reader.iso7816.status import SW, StatusError

SIGNING = frozenset({PkiFile.SIGNING_PUBLIC_KEY, PkiFile.SIGNING_PRIVATE_KEY})
ENCRYPTION = frozenset({PkiFile.ENCRYPTION_PUBLIC_KEY, PkiFile.ENCRYPTION_PRIVATE_KEY})


def load(chip: Chip, file: PkiFile) -> PrivateKey:
    """The pair that one of its two files names; '6A88' if the card has none yet."""
    memory = chip.persistent.pki
    scalar = memory.signing_key if file in SIGNING else memory.encryption_key
    if not scalar:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    return chip.profile.suite.signature.load_key(scalar)
