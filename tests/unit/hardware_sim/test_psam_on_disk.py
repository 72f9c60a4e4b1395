"""A PSAM's file, its transcripts in process and over TCP, and whatever bytes it is sent."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware_sim.card.card import Card
from hardware_sim.errors import CardFileError
from hardware_sim.psam.psam import COMMANDS, Psam
from hardware_sim.storage import CardFile, load_card
from reader.tcp import TcpTransport
from tests import transcript
from tests.card_on_a_port import served
from tests.fixed_card import fixed_card_file
from tests.fixed_psam import DF01, fixed_memory, fixed_psam, sw

TRANSCRIPTS = sorted((transcript.FOLDER / "psam").glob("*.apdu"))
PIN = bytes.fromhex("123456")


def psam_file(folder: Path, profile: str = "v2.00", pin: bytes = PIN) -> Path:
    path = folder / "psam.json"
    CardFile(path).create(fixed_memory(profile, pin=pin))
    return path


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_module_answers_as_the_transcript_says(path):
    psam = fixed_psam(transcript.profile_of(path))
    assert transcript.play(path, psam.transmit, psam.reset)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_file_served_over_tcp_answers_the_same(path, tmp_path):
    card = load_card(psam_file(tmp_path, transcript.profile_of(path), pin=b""))
    with served(card) as address, TcpTransport.parse(address) as transport:
        assert transport.atr == bytes.fromhex("3B6D0000 0081 53414D 8660 0A0B0C0D0E0F")
        assert transcript.play(path, transport.transmit, transport.reset)


@pytest.mark.parametrize("profile", ["v1.00", "v2.00", "v3.00", "international"])
def test_a_stored_module_comes_back_whole(profile, tmp_path):
    assert CardFile(psam_file(tmp_path, profile)).load_memory() == fixed_memory(profile, pin=PIN)


def test_a_file_says_what_kind_of_card_it_holds(tmp_path):
    module, card = psam_file(tmp_path), fixed_card_file(tmp_path)
    assert isinstance(load_card(module), Psam)
    assert isinstance(load_card(card), Card)
    assert json.loads(module.read_text())["card"] == "psam"


def test_a_module_is_no_social_security_card(tmp_path):
    with pytest.raises(CardFileError, match="not a social security card"):
        CardFile(psam_file(tmp_path)).load()


def test_a_module_has_contacts_only(tmp_path):
    with pytest.raises(ValueError, match="contacts only"):
        load_card(psam_file(tmp_path), contactless=True)


def test_a_card_of_an_unknown_kind_is_told(tmp_path):
    path = psam_file(tmp_path)
    path.write_text(json.dumps({**json.loads(path.read_text()), "card": "tram ticket"}))
    with pytest.raises(CardFileError, match="damaged"):
        load_card(path)


def test_every_missing_or_mistaken_part_of_a_module_is_told(tmp_path):
    path = psam_file(tmp_path)
    whole = json.loads(path.read_text())
    for name in whole.keys() - {"format"}:
        path.write_text(json.dumps({**whole, name: ["?"]}))
        with pytest.raises(CardFileError):
            load_card(path)


def test_a_wrong_pin_is_on_the_disk_before_the_answer(tmp_path):
    path = psam_file(tmp_path)
    assert sw(load_card(path), "00 20 00 00 03 00 00 00") == 0x63C2
    assert sw(load_card(path), "00 20 00 00") == 0x63C2


bodies = st.one_of(
    st.just(b""),
    st.binary(max_size=1),
    st.binary(max_size=48).map(lambda data: bytes((len(data),)) + data),
    st.binary(max_size=300).map(lambda data: b"\x00" + len(data).to_bytes(2, "big") + data),
)
commands = st.one_of(
    st.binary(max_size=24),
    st.builds(
        lambda header, p1, p2, body: bytes((*header, p1, p2)) + body,
        st.sampled_from(sorted({*COMMANDS, (0x00, 0xC0), (0x10, 0xD6)})),
        st.integers(0, 255),
        st.integers(0, 255),
        bodies,
    ),
)


@settings(max_examples=80)
@given(
    st.sampled_from(["v2.00", "v3.00", "international"]),
    st.sampled_from([b"", PIN]),
    st.lists(commands, max_size=40),
)
def test_any_bytes_get_a_status_word_and_change_no_secret(profile, pin, sequence):
    before = fixed_memory(profile, pin=pin)
    psam = Psam(before, random=os.urandom)
    sw(psam, DF01)
    for command in sequence:
        answer = psam.transmit(command)
        assert len(answer) >= 2
        assert answer[-2] >> 4 in (0x6, 0x9)
    after = psam.memory
    assert (after.keys, after.files, after.blocked) == (before.keys, before.files, before.blocked)
    assert after.master.value == before.master.value
    assert after.pin.value == before.pin.value
