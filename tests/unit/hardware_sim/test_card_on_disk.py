"""The card's file: what a power cut leaves, and what is not a card."""

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from hardware_sim.card.card import Card
from hardware_sim.card.piv.state import PivMemory
from hardware_sim.card.pki.state import PkiMemory
from hardware_sim.errors import CardFileError
from hardware_sim.storage import CardFile, load_card
from tests.desk import status_word
from tests.fixed_card import fixed_card, fixed_card_file

SELECT_SSSE = "00 A4 04 0C 0F 73 78 31 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF"
VECTORS = Path(__file__).parents[2] / "vectors"


def powered(file: CardFile) -> Card:
    return Card(file.load(), random=os.urandom, save=file.save)


def test_a_stored_card_comes_back_whole(tmp_path):
    for profile in ("v1.00", "v2.00", "v3.00", "international"):
        folder = tmp_path / profile
        folder.mkdir()
        file = CardFile(fixed_card_file(folder, profile))
        assert file.load() == fixed_card(profile)


def test_a_card_stored_in_format_1_still_loads():
    stored, today = CardFile(VECTORS / "card-file-format-1.json").load(), fixed_card("v3.00")
    assert stored.keys.items() < today.keys.items()  # cards have been given more keys since
    assert stored.key_sets.items() < today.key_sets.items()  # and a set of keys for SCP02
    # A card of that time had no PKI and PIV: it gets none of today's public credentials.
    assert (stored.piv, stored.pki) == (PivMemory(), PkiMemory())
    since = ("keys", "key_sets", "piv", "pki")
    assert replace(stored, **{name: getattr(today, name) for name in since}) == today


def test_a_card_stored_in_format_2_still_loads():
    today = fixed_card("v3.00")
    after_a_wrong_pin = replace(today, pin=replace(today.pin, tries_left=today.pin.tries - 1))
    assert CardFile(VECTORS / "card-file-format-2.json").load() == after_a_wrong_pin


def test_a_wrong_pin_is_on_the_disk_before_the_answer(tmp_path):
    file = CardFile(fixed_card_file(tmp_path))
    card = powered(file)
    status_word(card, SELECT_SSSE)
    assert status_word(card, "00 20 00 00 03 00 00 00") == 0x63C5
    again = powered(file)
    status_word(again, SELECT_SSSE)
    assert status_word(again, "00 20 00 00") == 0x63C5


def test_the_file_is_its_owners_alone(tmp_path):
    assert fixed_card_file(tmp_path).stat().st_mode & 0o077 == 0


def test_a_memory_that_cannot_be_written_is_a_memory_failure(tmp_path):
    def full(persistent):
        raise CardFileError(tmp_path, "No space left on device")

    card = Card(fixed_card(), random=os.urandom, save=full)
    status_word(card, SELECT_SSSE)
    assert status_word(card, "00 20 00 00 03 12 34 56") == 0x6581


def test_a_card_that_cannot_be_stored_leaves_no_file(tmp_path, monkeypatch):
    path = tmp_path / "card.json"

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CardFileError, match="No space left"):
        CardFile(path).create(fixed_card())
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_not_overwritten(tmp_path):
    path = fixed_card_file(tmp_path)
    before = path.read_bytes()
    with pytest.raises(CardFileError, match="File exists"):
        CardFile(path).create(fixed_card())
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"format": 3}',
        b'{"format": 0}',
        b'{"format": "1"}',
        b'{"format": 2}',
        b'{"format": 1}',
        b'{"format": 1, "profile": "v9.99"}',
    ],
)
def test_what_is_no_card_is_told(tmp_path, content):
    path = tmp_path / "card.json"
    path.write_bytes(content)
    with pytest.raises(CardFileError, match=str(path)):
        CardFile(path).load()


def test_every_missing_or_mistaken_part_is_told(tmp_path):
    path = fixed_card_file(tmp_path)
    whole = json.loads(path.read_text())
    for name in whole:
        if name == "format":
            continue
        path.write_text(json.dumps({**whole, name: {"?": 1}}))
        with pytest.raises(CardFileError):
            CardFile(path).load()


def test_a_card_that_another_program_has_too_writes_nothing_over_it(tmp_path):
    """Otherwise the one that knows of six tries would give them all back."""
    path = fixed_card_file(tmp_path)
    one, other = load_card(path), load_card(path)
    wrong = bytes.fromhex("00 20 00 00 03 99 99 99")
    for card in (one, other):
        status_word(card, SELECT_SSSE)
    assert [one.transmit(wrong) for _ in range(2)] == [b"\x63\xc5", b"\x63\xc4"]
    assert other.transmit(wrong) == b"\x65\x81"
    assert CardFile(path).load().pin.tries_left == 4
