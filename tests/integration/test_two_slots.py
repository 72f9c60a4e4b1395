"""A card in one slot and a PSAM in another, under a real pcscd: the counter holds no key at all."""

import json
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from hardware_sim.readers.vpcd import VirtualReader
from hardware_sim.storage import CardFile
from reader.card_profile.ssse import CardHolder
from reader.errors import ReaderError, WrongPinError
from reader.psam import PsamSession, psam_desk
from reader.session import CardSession
from tests.desk import PASSPHRASE, PIN, Desk, counter_bytes
from tests.onecard_command import onecard
from tests.served_card import inserted

pcsc = pytest.importorskip("reader.pcsc", reason="needs pyscard")
pytestmark = pytest.mark.pcsc

PATIENCE_SECONDS = 20
TERMINAL, MODULE_PIN = "431002000001", "654321"
FACTOR = "1122334455667788"


@contextmanager
def two_slots(
    pcscd: deque[VirtualReader], folder: Path, profile: str, *options: str
) -> Iterator[tuple[VirtualReader, VirtualReader]]:
    """A personalized card and a PSAM with its issuer's keys, and the slots they are in."""
    desk = Desk.open(folder, profile)
    card = desk.blank()
    desk.make(card)
    CardFile(folder / "card.json").create(card.persistent)
    keys = {"ONECARD_KEYS": str(folder / "keys.json"), "ONECARD_KEYS_PASSPHRASE": PASSPHRASE}
    order = ("--terminal", TERMINAL, "--profile", profile, *options)
    made = onecard("sim", "psam", folder / "psam.json", *order, **keys)
    assert made.returncode == 0, made.stderr
    pcscd.rotate(-2)
    slots = pcscd[-1], pcscd[-2]
    with ExitStack() as stack:
        for file, slot in zip(("card.json", "psam.json"), slots, strict=True):
            stack.enter_context(inserted(folder / file, slot))
        for slot in slots:
            wait_for_card(slot)
        yield slots


def wait_for_card(slot: VirtualReader) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return pcsc.PcscTransport(slot.name).close()
        except ReaderError:
            assert time.monotonic() < deadline, "pcscd did not notice the card"
            time.sleep(0.05)


def t0(transport, command: str) -> bytes:
    """As terminals do: what waits behind 61XX is fetched; anything but 9000 is a failure."""
    answer = transport.transmit(bytes.fromhex(command))
    if answer[-2] == 0x61:
        answer = transport.transmit(bytes((0x00, 0xC0, 0x00, 0x00, answer[-1])))
    assert answer[-2:] == b"\x90\x00", f"{command}: {answer.hex()}"
    return answer[:-2]


def test_the_terminals_own_sequence_opens_a_third_generation_card(pcscd, tmp_path):
    with (
        two_slots(pcscd, tmp_path, "v3.00") as (card_slot, psam_slot),
        pcsc.PcscTransport(card_slot.name) as card,
        pcsc.PcscTransport(psam_slot.name) as psam,
    ):
        assert t0(psam, "00 B0 96 00 06").hex() == TERMINAL
        t0(psam, "00 A4 00 00 02 DF 01")
        t0(card, "00 A4 04 00 0F 73 78 31 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF")
        t0(card, "00 A4 00 00 02 EF 05")
        region = t0(card, "00 B2 01 04 12")[2:5].hex()
        factors = card.atr[-8:].hex() + f"{region}sx".encode().hex()
        province = f"{region[:2]}0000sh".encode().hex()

        # INTERNAL AUTHENTICATION: the card proves IRK, the module says what it must answer.
        random = "0102030405060708"
        answer = t0(card, f"00 88 00 00 10 {random} {FACTOR}")
        t0(psam, f"BF DE 67 08 20 {factors} {province} {random}")
        assert t0(psam, f"80 FA 00 00 08 {FACTOR}") == answer

        # EXTERNAL AUTHENTICATION with RKSSSE, then the holder's number.
        refused = card.transmit(bytes.fromhex("00 B2 08 30 14"))
        assert refused == bytes.fromhex("6982")
        random = t0(card, "00 84 00 00 08").hex()
        t0(psam, f"BF DE 47 0A 18 {factors} {random}")
        cryptogram = t0(psam, f"80 FA 00 00 08 {FACTOR}").hex()
        t0(card, f"00 82 00 0A 10 {cryptogram} {FACTOR}")
        assert t0(card, "00 B2 08 30 14")[2:] == b"11010519491231002X"


@pytest.mark.parametrize("profile", ["v2.00", "v3.00", "international"])
def test_a_counter_reads_and_reloads_a_pin_through_the_module(profile, pcscd, tmp_path):
    with (
        two_slots(pcscd, tmp_path, profile, "--pin", MODULE_PIN) as (card_slot, psam_slot),
        pcsc.PcscTransport(psam_slot.name) as psam_transport,
    ):
        with pcsc.PcscTransport(card_slot.name) as transport:
            module = PsamSession(psam_transport)
            module.verify_pin(MODULE_PIN)
            session = CardSession(transport)
            keys = psam_desk(module, session, transport.atr, random=counter_bytes())
            keys.check_card(session)
            keys.open_holder_data(session)
            assert session.read(CardHolder).name == "张三"
            keys.reload_pin(session, "192837")
        with pcsc.PcscTransport(card_slot.name) as transport:
            session = CardSession(transport)
            with pytest.raises(WrongPinError):
                session.verify_pin(PIN)
            session.verify_pin("192837")


def test_the_command_reads_with_a_module_and_without_a_key_store(pcscd, tmp_path):
    nowhere = {"ONECARD_KEYS": str(tmp_path / "none.json")}
    with two_slots(pcscd, tmp_path, "v3.00", "--pin", MODULE_PIN) as (card_slot, psam_slot):
        slots = ("--reader", card_slot.name, "--psam", psam_slot.name)
        read = onecard("card", "read", *slots, "--psam-pin", MODULE_PIN, "--json", **nowhere)
        assert read.returncode == 0, read.stderr
        assert json.loads(read.stdout)["holder"]["name"] == "张三"
        without_pin = onecard("card", "read", *slots, **nowhere)
        assert (without_pin.returncode, "--psam-pin" in without_pin.stderr) == (5, True)
        swapped = ("--reader", psam_slot.name, "--psam", card_slot.name)
        refused = onecard("card", "read", *swapped, **nowhere)
        assert (refused.returncode, "no PSAM" in refused.stderr) == (5, True)
