"""BER-TLV against vectors of pyemv, GlobalPlatformPro and others, and real cards' answers."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.iso7816 import tlv
from reader.iso7816.tlv import TlvError

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "ber_tlv.json").read_text(encoding="utf-8")
)
# '80' in a length is BER's indefinite form, which ISO/IEC 7816-4, 5.2.2.2 does not have.
VALID = [one for one in VECTORS["valid"] if "disputed" not in one]
DISPUTED = [one for one in VECTORS["valid"] if "disputed" in one]
LENGTHS = [one for one in VECTORS["length_encoding"] if "length" in one]
BAD_LENGTHS = [one["ber"] for one in VECTORS["length_encoding"] if "ber" in one and "note" in one]

primitive_tags = st.sampled_from([0x04, 0x53, 0x9C, 0x5F20, 0x9F02, 0x9F8201])


def walk(data: bytes) -> Any:
    """Every data object, the ones inside a constructed one too."""
    return [
        (tag, walk(value) if tlv.is_constructed(tag) else value) for tag, value in tlv.parse(data)
    ]


def content_of(dump: dict[str, Any]) -> bytes:
    """A card's answer without its status word."""
    return bytes.fromhex(dump["rsp"])[:-2] if "rsp" in dump else bytes.fromhex(dump["hex"])


@pytest.mark.parametrize("vector", VALID, ids=lambda vector: vector["hex"])
def test_valid_objects(vector):
    expected = [(int(tag, 16), bytes.fromhex(value)) for tag, value in vector["tree"].items()]
    assert walk(bytes.fromhex(vector["hex"])) == expected


@pytest.mark.parametrize("vector", DISPUTED, ids=lambda vector: vector["hex"])
def test_the_indefinite_length_is_refused(vector):
    with pytest.raises(TlvError, match="indefinite"):
        walk(bytes.fromhex(vector["hex"]))


@pytest.mark.parametrize("vector", VECTORS["malformed"], ids=lambda vector: vector["hex"])
def test_malformed_objects(vector):
    with pytest.raises(TlvError):
        walk(bytes.fromhex(vector["hex"]))


@pytest.mark.parametrize("vector", LENGTHS, ids=lambda vector: vector["ber"])
def test_lengths_are_written_in_their_shortest_form(vector):
    assert tlv.encode_length(vector["length"]).hex().upper() == vector["ber"]


@pytest.mark.parametrize("length", BAD_LENGTHS)
def test_malformed_lengths(length):
    with pytest.raises(TlvError):
        tlv.parse(b"\x9c" + bytes.fromhex(length))


@pytest.mark.parametrize("dump", VECTORS["real_dumps"], ids=lambda dump: dump["id"])
def test_answers_of_real_cards(dump):
    content = content_of(dump)
    wanted = [one[0] if isinstance(one, list) else one for one in dump["top"]]
    assert [f"{tag:X}" for tag, _ in tlv.parse(content)] == wanted
    assert walk(content)
    assert b"".join(tlv.encode(*one) for one in tlv.parse(content)) == content


def test_a_path_of_tags_leads_into_templates():
    fci = bytes.fromhex("6F1A840E315041592E5359532E4444463031A5088801015F2D02656E")
    assert tlv.find(fci, 0x6F, 0xA5, 0x5F2D) == b"en"
    assert tlv.find(fci, 0x6F, 0xA5, 0x9F11) is None


def test_the_size_of_the_first_object_is_known_before_all_of_it():
    assert tlv.size_of_first(bytes.fromhex("53 82 01 10 D2")) == 4 + 0x110
    with pytest.raises(TlvError):
        tlv.size_of_first(b"")


@given(st.lists(st.tuples(primitive_tags, st.binary(max_size=300)), max_size=5))
def test_objects_come_back(objects):
    assert tlv.parse(b"".join(tlv.encode(*one) for one in objects)) == objects


@given(st.binary(max_size=60))
def test_any_bytes_are_objects_or_a_tlv_error(data):
    for parse in (walk, tlv.size_of_first, tlv.parse_record):
        with suppress(TlvError):
            parse(data)
    with suppress(TlvError):
        records = tlv.parse_records(data)
        assert b"".join(tlv.encode_record(*one) for one in records) == data


def test_a_record_has_one_tag_byte_whatever_its_bits():
    # As LD/T 32 cards give them; in BER '1F' would announce a second tag byte.
    assert tlv.parse_record(bytes.fromhex("03 04 33 2E 30 30")) == (0x03, b"3.00")
    assert tlv.parse_record(bytes.fromhex("1F 01 AA")) == (0x1F, b"\xaa")
    assert tlv.encode_record(0x1F, b"\xaa") == bytes.fromhex("1F 01 AA")


def test_a_record_length_is_one_byte_whatever_its_bits():
    assert tlv.encode_record(0x53, bytes(0x80))[:2] == bytes.fromhex("53 80")
    with pytest.raises(TlvError):
        tlv.encode_record(0x53, bytes(256))


@pytest.mark.parametrize("raw", ["", "03", "03 04 33 2E 30", "03 01 33 00"])
def test_a_record_fills_its_bytes_exactly(raw):
    with pytest.raises(TlvError):
        tlv.parse_record(bytes.fromhex(raw))


def test_records_read_at_once_stand_behind_one_another():
    assert tlv.parse_records(bytes.fromhex("01 01 AA 02 00 03 02 BB CC")) == [
        (1, b"\xaa"),
        (2, b""),
        (3, b"\xbb\xcc"),
    ]
