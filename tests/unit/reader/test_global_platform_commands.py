"""GlobalPlatform commands and data groupings in bytes, written by hand (GPC 2.3.1; EMV CPS 1.1)."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.global_platform import (
    CardLifeCycle,
    Dgi,
    StoreData,
    binary_dgi,
    encode_dgi,
    get_data,
    get_status,
    initialize_update,
    install_for_personalization,
    parse_dgis,
    put_aes_keys,
    record_dgi,
    set_card_status,
    store_data,
)
from reader.iso7816.tlv import TlvError

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "ber_tlv.json").read_text(encoding="utf-8")
)
(DGI_LENGTHS,) = [one["dgi"] for one in VECTORS["length_encoding"] if "dgi" in one]


def written(command) -> str:
    return command.encode().hex(" ").upper()


def test_install_for_personalization():
    # Empty load file and module AIDs, the AID, empty privileges, parameters and token.
    aid = bytes.fromhex("D1 56 00 00 05")
    assert written(install_for_personalization(aid)) == (
        "80 E6 20 00 0B 00 00 05 D1 56 00 00 05 00 00 00 00"
    )


@pytest.mark.parametrize(
    ("last", "flags", "p1"),
    [
        (False, StoreData.DGI, "08"),
        (True, StoreData.DGI, "88"),
        (False, StoreData.DGI | StoreData.APPLICATION_DEPENDENT_ENCRYPTION, "28"),
        (True, StoreData.DGI | StoreData.APPLICATION_DEPENDENT_ENCRYPTION, "A8"),
        (False, StoreData.BER_TLV, "10"),
    ],
)
def test_store_data_says_in_p1_what_the_block_is(last, flags, p1):
    command = store_data(b"\x05\x03\x00", block=2, last=last, flags=flags)
    assert written(command) == f"80 E2 {p1} 02 03 05 03 00"


def test_store_data_that_wants_an_answer_says_so_and_has_an_le():
    command = store_data(
        b"\x00\x47\x01\x81", block=0, last=False, flags=StoreData.DGI | StoreData.RESPONSE_EXPECTED
    )
    assert written(command) == "80 E2 09 00 04 00 47 01 81 00"


def test_put_key_carries_version_type_length_key_and_check_value_of_each():
    # Amendment D, 7.2: 88, length of the wrapped key, key, length of the KCV, KCV.
    wrapped = [(bytes((i,)) * 16, bytes((i,)) * 3) for i in (0xA1, 0xA2, 0xA3)]
    assert written(put_aes_keys(wrapped, new_version=0x01, replaces=0x30)) == " ".join(
        (
            "80 D8 30 81 43 01",
            *(f"88 10 {' '.join([x] * 16)} 03 {' '.join([x] * 3)}" for x in ("A1", "A2", "A3")),
            "00",
        )
    )


def test_the_other_commands_to_a_security_domain():
    assert written(initialize_update(bytes(range(8)))) == (
        "80 50 00 00 08 00 01 02 03 04 05 06 07 00"
    )
    assert written(initialize_update(bytes(8), key_version=0x30)).startswith("80 50 30 00")
    assert written(set_card_status(CardLifeCycle.SECURED)) == "80 F0 80 0F"
    assert written(get_status(0x80)) == "80 F2 80 02 02 4F 00 00"
    assert written(get_data(0x9F7F)) == "80 CA 9F 7F 00"


def test_groupings_name_records_and_files_by_sfi():
    assert (record_dgi(0x06, 3), binary_dgi(0x0C)) == (0x0603, 0x0C00)
    assert encode_dgi(0x0503, b"\x03\x01A") == bytes.fromhex("05 03 03 03 01 41")


@pytest.mark.parametrize(("size", "length"), DGI_LENGTHS.items())
def test_lengths_of_groupings(size, length):
    assert encode_dgi(0x0101, bytes(int(size))).hex()[4 : 4 + len(length)].upper() == length


def test_groupings_stand_behind_one_another():
    data = bytes.fromhex("80 00 01 AA 05 03 FF 01 00") + bytes(256)
    assert list(parse_dgis(data)) == [(Dgi.KEYS, b"\xaa"), (0x0503, bytes(256))]


@pytest.mark.parametrize("raw", ["80", "80 00", "80 00 02 AA", "80 00 FF", "80 00 FF 00 01"])
def test_groupings_cut_short_are_refused(raw):
    with pytest.raises(TlvError):
        list(parse_dgis(bytes.fromhex(raw)))


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=300)), max_size=4))
def test_groupings_come_back(groupings):
    assert list(parse_dgis(b"".join(encode_dgi(*one) for one in groupings))) == groupings


@given(st.binary(max_size=40))
def test_any_bytes_are_groupings_or_a_tlv_error(data):
    try:
        found = list(parse_dgis(data))
    except TlvError:
        return
    assert sum(len(content) for _, content in found) <= len(data)
