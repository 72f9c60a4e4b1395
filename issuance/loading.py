"""A card's content on its way into an open chip, block by block, from wherever it stopped.

The card's rules: the numbers of STORE DATA blocks begin again with each INSTALL [for
personalization] (GPC, 11.11.2.2), which a new secure channel needs once more. What is left of an
application is therefore sent as a shorter script; a block is in the card as a whole or not at all.
"""

import hashlib

from issuance.card_content import (
    CardContent,
    key_pair_script,
    makes_key_pair,
    record_script,
    scripts,
)
from issuance.card_exchange import ask, data_object, data_objects, send
from issuance.personalization import Script, blocks
from issuance.progress.steps import Progress
from reader.card_profile.df0a import DF0A
from reader.errors import MalformedAnswerError
from reader.global_platform import ApplicationLifeCycle, get_status, install_for_personalization
from reader.iso7816.status import SW
from reader.secure_channel import SecureChannel

PUBLIC_KEY_PATH = (0x7F49, 0x86)  # ISO/IEC 7816-8, 5.4
APPLICATIONS = 0x40  # P1 of GET STATUS (GPC, 11.4.2.1)
MAX_PAGES = 32
ENTRY, AID, LIFE_CYCLE = 0xE3, 0x4F, 0x9F70  # GPC, table 11-36


class Loader:
    """Loads *content* through *channel*; *dek* is the chip's Key-DEK."""

    def __init__(
        self, channel: SecureChannel, content: CardContent, *, dek: bytes, progress: Progress
    ) -> None:
        self._channel, self._content = channel, content
        self._dek, self._progress = dek, progress

    def load(self) -> bytes:
        """Write all of it; the signed record that is on the card now. Raises ReaderError."""
        ahead = [*scripts(self._content, self._channel.capacity)]
        self._progress.goes_on_with(self._digest(ahead))
        if self._progress.begun:
            self._believe_the_card(ahead)
        for script in ahead:
            self._load(script)
        return self._load_record()

    def _digest(self, ahead: list[Script]) -> bytes:
        """Of all that is known before the chip answers with its key."""
        job = self._content.job
        known = record_script(self._content, b"", self._channel.capacity)
        said = f"{job.number} {job.status} {job.signing_key}".encode()
        parts = (script.digest() for script in (*ahead, known))
        return hashlib.sha256(b"".join(parts) + said).digest()

    def _believe_the_card(self, ahead: list[Script]) -> None:
        """Begin anew where the card does not say of itself what was kept of it."""
        states = application_states(self._channel)
        reached = self._progress.reached
        for script in ahead:
            if (
                reached.get(script.name) == len(script.groupings)
                and states.get(script.aid) != ApplicationLifeCycle.PERSONALIZED
            ):
                self._progress.begin(self._progress.content)
                return

    def _load(self, script: Script) -> None:
        done = self._progress.reached.get(script.name, 0)
        if done == len(script.groupings):
            return
        send(self._channel, install_for_personalization(script.aid))
        self._store(script, done=done)

    def _load_record(self) -> bytes:
        """DF0A: the chip has or makes its key pair, and the record goes on the chip."""
        content, progress = self._content, self._progress
        if progress.record is None:
            if makes_key_pair(content):
                return self._load_new_pair()
            # Kept with the first block: signed once more, its rest would not fit the beginning.
            progress.record = content.record(None)
        self._load(record_script(content, progress.record, self._channel.capacity))
        return progress.record

    def _load_new_pair(self) -> bytes:
        content, capacity = self._content, self._channel.capacity
        send(self._channel, install_for_personalization(DF0A.aid))
        (block,) = blocks(key_pair_script(content), dek=self._dek, capacity=capacity, more=True)
        chip_key = data_object(send(self._channel, block.command), *PUBLIC_KEY_PATH)
        record = content.record(chip_key)
        self._progress.note_key_pair(DF0A.name, chip_key, record)
        self._store(record_script(content, record, capacity), done=1, first_block=1)
        return record

    def _store(self, script: Script, *, done: int, first_block: int = 0) -> None:
        for block in blocks(
            script,
            dek=self._dek,
            capacity=self._channel.capacity,
            done=done,
            first_block=first_block,
        ):
            send(self._channel, block.command)
            self._progress.note(script.name, block.reached)


def application_states(channel: SecureChannel) -> dict[bytes, int]:
    """The life cycle state of every application on the card, by AID. Raises ReaderError."""
    found: dict[bytes, int] = {}
    for page in range(MAX_PAGES):
        command = get_status(APPLICATIONS, following=page > 0)
        answer, sw = ask(channel, command, SW.OK, SW.MORE_STATUS_DATA)
        for tag, entry in data_objects(answer):
            if tag == ENTRY:
                state = data_object(entry, LIFE_CYCLE)
                found[data_object(entry, AID)] = int.from_bytes(state, "big")
        if sw == SW.OK:
            return found
    raise MalformedAnswerError("GET STATUS without end")
