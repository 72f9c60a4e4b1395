"""What both kinds of transaction of the medical account need: keys, MACs, the write."""

from dataclasses import dataclass, replace
from hmac import compare_digest

from hardware_sim.card import access_control
from hardware_sim.card.access_control import FoundKey
from hardware_sim.card.state import Chip
from hardware_sim.card.wallet_state import Wallet
from reader.card_profile.df04 import DF04, EF08
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

MAC_SIZE = 4


@dataclass(frozen=True, slots=True)
class TransactionKey:
    """A key of the account under the session key of one transaction."""

    chip: Chip
    key: FoundKey
    session_key: bytes

    @classmethod
    def of(cls, chip: Chip, key: FoundKey, session: bytes) -> "TransactionKey":
        """*session* is random number, transaction number and suffix."""
        rules = chip.profile.authentication
        return cls(chip, key, rules.session_key(key.cell.value, session))

    def mac(self, data: bytes) -> bytes:
        """The MAC over *data*, IV zero."""
        rules = self.chip.profile.authentication
        return rules.mac(self.session_key, bytes(rules.cipher.block_size), data)

    def check(self, data: bytes, mac: bytes) -> None:
        """Count the try, compare, give it back; '9302' for a wrong MAC."""
        access_control.count_key_try(self.chip, self.key)
        if not compare_digest(mac, self.mac(data)):
            raise StatusError(SW.MAC_INVALID)
        access_control.restore_key_tries(self.chip, self.key)


def find(chip: Chip, name: str, index: int = access_control.CURRENT_VERSION) -> FoundKey:
    """A key of the account by the index that a terminal names; '9403' if the card has none."""
    try:
        return access_control.find_key(chip, DF04.key(name).kid, index)
    except StatusError:
        raise StatusError(SW.KEY_INDEX_NOT_SUPPORTED) from None


def certificate(chip: Chip, data: bytes) -> bytes:
    """The TAC over *data*: under DTK itself, without a session key."""
    return chip.profile.authentication.tac(find(chip, "DTK").cell.value, data)


def commit(chip: Chip, record: bytes, **changes: object) -> None:
    """Account and log in one write."""
    wallet: Wallet = replace(chip.persistent.wallet, **changes)  # type: ignore[arg-type]
    place = (DF04.name, EF08.fid)
    records = (record, *chip.persistent.records[place])[: EF08.record_count]
    chip.write(wallet=wallet, records={**chip.persistent.records, place: records})


def expect(command: CommandApdu, size: int) -> None:
    """'6700' unless the command has *size* bytes of data."""
    if len(command.data) != size:
        raise StatusError(SW.WRONG_LENGTH)


def packed_time(data: bytes) -> bytes:
    """A time in packed digits; '6A80' if it is none."""
    if not data.hex().isdecimal():
        raise StatusError(SW.WRONG_DATA)
    return data
