"""Key derivation and diversification; the vectors name their sources."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.block_ciphers import AES, TRIPLE_DES, BlockCipher
from crypto.diversification import (
    LADDER_3DES,
    LADDER_SM4,
    SP800_108,
    Diversification,
    KeyLevel,
    card_factor,
    city_factor,
    key_factors,
    province_factor,
)
from crypto.errors import KeyMaterialError
from crypto.keys import KeySet, counter_kdf, emv_cps, kdf3, sp800_108, visa2

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "key_diversification.json").read_text()
)
METHODS = {"emv": (emv_cps, TRIPLE_DES), "visa2": (visa2, TRIPLE_DES), "kdf3": (kdf3, AES)}
SETS = [case for case in VECTORS["vectors"] if case["method"].split(" ")[0] in METHODS]
OPTION_A = [
    case for case in VECTORS["vectors"] if case["id"].startswith(("pyemv-optA", "pyemv-hsm"))
]
LADDERS = [LADDER_3DES, LADDER_SM4, SP800_108]
hexa = bytes.fromhex
factors_lists = st.lists(st.binary(min_size=8, max_size=8), min_size=1, max_size=3)


@pytest.mark.parametrize("case", SETS, ids=lambda case: case["id"])
def test_a_card_key_set_follows_from_master_and_kdd(case: dict[str, Any]) -> None:
    method, cipher = METHODS[case["method"].split(" ")[0]]
    master = hexa(case["master"])
    keys = method(KeySet(master, master, master, version=0x20), hexa(case["kdd"]))
    derived = [keys.enc, keys.mac, keys.dek]
    expected = case.get("keys_enc_mac_dek") or case.get("keys_recomputed")
    if expected:
        assert derived == [hexa(key) for key in expected]
    else:
        assert keys.enc == hexa(case["derived_enc"])
    if "kcv_enc_mac_dek" in case:
        assert [cipher.kcv(key) for key in derived] == [hexa(k) for k in case["kcv_enc_mac_dek"]]
    assert keys.version == 0x20


@pytest.mark.parametrize(
    "case",
    VECTORS["nist_sp800_108_cmac"]["subset"],
    ids=lambda case: f"{case['prf']}-{case['ctr']}-{case['rlen']}-{case['KO'][:6]}",
)
def test_counter_kdf_agrees_with_nist_cavp(case: dict[str, Any]) -> None:
    fixed = hexa(case["fixed"] or "")
    before, after = {
        "BEFORE_FIXED": (b"", fixed),
        "AFTER_FIXED": (fixed, b""),
        "MIDDLE_FIXED": (hexa(case["before"] or ""), hexa(case["after"] or "")),
    }[case["ctr"]]
    output = counter_kdf(
        AES.keyed(hexa(case["KI"])),
        before,
        after,
        case["L"] // 8,
        counter_size=case["rlen"] // 8,
    )
    assert output == hexa(case["KO"])


def test_sp800_108_lays_its_input_out_as_the_standard_shows() -> None:
    key = bytes(range(32))
    block = hexa("00000001") + b"label" + b"\x00" + b"context" + hexa("00000080")
    assert sp800_108(key, b"label", b"context", 128) == AES.cmac(key, block)


def test_more_output_than_the_counter_can_count_is_refused() -> None:
    prf = AES.keyed(bytes(16))
    assert len(counter_kdf(prf, b"", b"", 255 * 16)) == 255 * 16
    for size in (255 * 16 + 1, 0):
        with pytest.raises(KeyMaterialError):
            counter_kdf(prf, b"", b"", size)


@pytest.mark.parametrize("bits", [0, -8, 12])
def test_sp800_108_gives_whole_bytes(bits: int) -> None:
    with pytest.raises(KeyMaterialError):
        sp800_108(bytes(16), b"", b"", bits)


@pytest.mark.parametrize("case", OPTION_A, ids=lambda case: case["id"])
def test_one_3des_step_is_emv_option_a_but_for_parity(case: dict[str, Any]) -> None:
    # The same construction in EMV Book 2, A1.4.1; only there the parity bits are then set.
    factor = hexa((case["pan"] + case["psn"])[-16:].zfill(16))
    key = LADDER_3DES.derive(hexa(case["master"]), [factor])
    expected = case.get("derived") or case["derived_recomputed"]
    assert [byte & 0xFE for byte in key] == [byte & 0xFE for byte in hexa(expected)]


def test_one_sm4_step_puts_both_halves_in_one_block() -> None:
    case = VECTORS["sm4_dispersion_rule"]["self_computed_example_not_external"]
    key = LADDER_SM4.derive(hexa(case["master"]), [hexa(case["factor"])])
    assert key == hexa(case["subkey"])


@pytest.mark.parametrize("ladder", LADDERS, ids=lambda ladder: ladder.name)
@given(key=st.binary(min_size=16, max_size=16), upper=factors_lists, lower=factors_lists)
def test_a_level_handed_down_derives_the_levels_below(
    ladder: Diversification, key: bytes, upper: list[bytes], lower: list[bytes]
) -> None:
    handed_down = ladder.derive(key, upper, b"UK")
    assert ladder.derive(handed_down, lower, b"UK") == ladder.derive(key, upper + lower, b"UK")


@pytest.mark.parametrize("ladder", LADDERS, ids=lambda ladder: ladder.name)
def test_a_master_key_is_never_handed_out_as_it_is(ladder: Diversification) -> None:
    with pytest.raises(KeyMaterialError):
        ladder.derive(bytes(16), [])


def test_only_sp800_108_binds_the_label() -> None:
    key, factors = bytes(16), [bytes(8)]
    assert SP800_108.derive(key, factors, b"IRK") != SP800_108.derive(key, factors, b"PUK")
    for ladder in (LADDER_3DES, LADDER_SM4):
        assert ladder.derive(key, factors, b"IRK") == ladder.derive(key, factors, b"PUK")


@pytest.mark.parametrize("size", [16, 24, 32])
def test_sp800_108_keeps_the_size_of_the_master_key(size: int) -> None:
    assert len(SP800_108.derive(bytes(size), [bytes(8)], b"RK")) == size


@pytest.mark.parametrize("ladder", LADDERS, ids=lambda ladder: ladder.name)
@given(key=st.binary(max_size=40), factor=st.binary(max_size=20))
def test_wrong_sizes_give_our_error(ladder: Diversification, key: bytes, factor: bytes) -> None:
    right = len(factor) == 8 and (len(key) == 16 or (ladder is SP800_108 and len(key) in (24, 32)))
    if right:
        assert len(ladder.derive(key, [factor])) == len(key)
    else:
        with pytest.raises(KeyMaterialError):
            ladder.derive(key, [factor])


def test_region_factors_are_ascii() -> None:
    assert province_factor("330100") == hexa("3333303030307368")
    assert city_factor("371700") == hexa("3337313730307378")


@pytest.mark.parametrize("region", ["", "37170", "3717000", "37170a", "３７１７００", "371 00"])
def test_a_region_code_is_six_digits(region: str) -> None:
    for factor in (province_factor, city_factor):
        with pytest.raises(KeyMaterialError):
            factor(region)


def test_the_card_factor_is_the_end_of_the_historical_bytes() -> None:
    assert card_factor(hexa("0081544B2986604403000000AB")) == hexa("86604403000000AB")
    with pytest.raises(KeyMaterialError):
        card_factor(bytes(7))


def test_a_national_key_takes_three_steps_and_a_city_key_one() -> None:
    card = hexa("86604403000000AB")
    province, city = b"440000sh", b"440300sx"
    assert key_factors(KeyLevel.NATIONAL, "440300", card) == (province, city, card)
    assert key_factors(KeyLevel.PROVINCIAL, "440300", card) == (city, card)
    assert key_factors(KeyLevel.CITY, "440300", card) == (card,)


def test_the_psam_usage_byte_names_the_level() -> None:
    levels = [KeyLevel.of_usage(usage) for usage in (0x67, 0x68, 0x47, 0x48, 0x27, 0x28)]
    assert [level.name for level in levels] == ["NATIONAL"] * 2 + ["PROVINCIAL"] * 2 + ["CITY"] * 2
    with pytest.raises(KeyMaterialError):
        KeyLevel.of_usage(0x07)


def test_a_key_set_has_one_length_and_does_not_print() -> None:
    keys = KeySet(b"E" * 16, b"M" * 16, b"D" * 16)
    assert repr(keys) == "KeySet(version=1)"
    for sizes in ((16, 16, 24), (15, 15, 15), (0, 0, 0)):
        with pytest.raises(KeyMaterialError):
            KeySet(bytes(sizes[0]), bytes(sizes[1]), bytes(sizes[2]))
    with pytest.raises(KeyMaterialError):
        KeySet(bytes(16), bytes(16), bytes(16), version=256)


@pytest.mark.parametrize(("cipher", "sizes"), [(AES, (16, 24, 32)), (TRIPLE_DES, (16, 24))])
def test_a_key_set_has_the_sizes_of_its_cipher(cipher: BlockCipher, sizes: tuple[int, ...]) -> None:
    for size in range(40):
        parts = (bytes(size),) * 3
        if size in sizes:
            assert KeySet(*parts, cipher=cipher).cipher is cipher
        else:
            with pytest.raises(KeyMaterialError, match=cipher.name):
                KeySet(*parts, cipher=cipher)


def test_the_check_values_are_those_of_the_sets_cipher() -> None:
    # GPC, B.6: 3DES over bytes 00, AES over bytes 01. What hosts print of the public test key.
    key = bytes.fromhex("404142434445464748494A4B4C4D4E4F")
    assert KeySet(key, key, key, cipher=TRIPLE_DES).kcvs() == (bytes.fromhex("8BAF47"),) * 3
    assert KeySet(key, key, key).kcvs() == (bytes.fromhex("504A77"),) * 3


def test_the_diversified_set_is_of_the_methods_cipher() -> None:
    master = KeySet(bytes(16), bytes(16), bytes(16))
    for method, cipher in METHODS.values():
        assert method(master, bytes(10)).cipher is cipher


@pytest.mark.parametrize("method", [kdf3, visa2, emv_cps])
def test_key_diversification_data_has_ten_bytes(method: Any) -> None:
    with pytest.raises(KeyMaterialError):
        method(KeySet(bytes(16), bytes(16), bytes(16)), bytes(9))
