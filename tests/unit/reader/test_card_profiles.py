"""Profiles: keys, access, lookups."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.cmac import CMAC

from crypto.diversification import KeyLevel
from reader.card_profile.access import Access
from reader.card_profile.assumptions import ASSUMPTIONS
from reader.card_profile.df0a import CHIP_KEY_REFERENCE, EF0C, SignedRecord, chip_proof_message
from reader.card_profile.df01 import ReservedData
from reader.card_profile.files import RecordFile
from reader.card_profile.keys import KeyRole
from reader.card_profile.profiles import (
    APPLICATIONS,
    PROFILES,
    CardProfile,
    holder_data_read_by,
    profile_of,
)
from reader.card_profile.ssse import EF05, EF06, CardHolder, CardIssuer
from reader.data_items import ItemError

V2, V3, INTERNATIONAL = (PROFILES[name] for name in ("v2.00", "v3.00", "international"))
HISTORICAL = bytes.fromhex("0081 4F4310 8660 430200000001")


@pytest.fixture(params=PROFILES.values(), ids=PROFILES.keys())
def profile(request: pytest.FixtureRequest) -> CardProfile:
    found: CardProfile = request.param
    return found


# --- keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kid", "psam"),
    [
        ("IRK", 0x00, "67 08"),
        ("PUK", 0x06, "48 10"),
        ("STK", 0x02, "48 09"),
        ("BK", 0x05, "48 11"),
        ("RKSSSE", 0x0A, "47 0A"),
        ("UKSSSE", 0x04, "48 12"),
        ("UK2SSSE", 0x0D, "48 13"),
        ("UK1DF01", 0x83, "48 42"),
        ("UK2DF01", 0x84, "48 43"),
        ("UK3DF01", 0x85, "47 24"),
        ("UK4DF01", 0x86, "47 25"),
        ("UK5DF01", 0x87, "48 44"),
        ("UK6DF01", 0x89, "47 2F"),
        ("UK7DF01", 0x8A, "47 30"),
        ("UKBDF01", 0x8E, "47 34"),
        ("UK1DF02", 0x83, "47 26"),
        ("UK6DF02", 0x89, "47 36"),
        ("UK4DF02", 0x86, "47 27"),
        ("LKDF03", 0x83, "48 40"),
        ("RK1DF03", 0x84, "67 2B"),
        ("RK2DF03", 0x85, "67 2C"),
        ("UK1DF03", 0x86, "48 47"),
        ("UK3DF03", 0x88, "48 48"),
        ("UK8DF03", 0x8D, "47 3B"),
        ("LKDF04", 0x83, "48 41"),
        ("RK1DF04", 0x84, "67 2D"),
        ("UK1DF04", 0x85, "48 49"),
        ("UK2DF04", 0x86, "47 2A"),
        ("RK1DF07", 0x83, "47 3D"),
        ("RK3DF07", 0x85, "47 B1"),
        ("UK3DF07", 0x88, "47 B2"),
    ],
)
def test_key_identifiers_of_readers_in_the_field(name: str, kid: int, psam: str) -> None:
    key = V2.key(name)
    assert (key.kid, f"{key.psam_usage:02X} {key.psam_id:02X}") == (kid, psam)


def test_levels_follow_the_psam_usage() -> None:
    assert V2.key("IRK").level is KeyLevel.NATIONAL
    assert V2.key("UKSSSE").level is KeyLevel.PROVINCIAL
    assert V2.key("RKSSSE").level is KeyLevel.PROVINCIAL


def test_what_makes_money_or_certifies_it_is_no_matter_of_terminals(profile: CardProfile) -> None:
    keys = profile.keys()
    kept_back = {(key.name, key.psam_usage, key.psam_id) for key in keys if not key.for_terminals}
    assert kept_back == {("DTK", 0x42, 0xC8), ("DLK", 0x42, 0xC9)}


def test_every_access_condition_names_a_key_within_reach(profile: CardProfile) -> None:
    common = {key.name for key in profile.application("SSSE").keys}
    for application, file in profile.files():
        reach = common | {key.name for key in application.keys}
        restricted = file.restricted.values() if isinstance(file, RecordFile) else ()
        for access in (file.read, file.update, *restricted):
            assert access.key_name is None or access.key_name in reach


def test_key_identifiers_are_unique_and_in_their_range(profile: CardProfile) -> None:
    for application in profile.applications:
        kids = [key.kid for key in application.keys]
        assert len(set(kids)) == len(kids)
        assert all((kid < 0x80) is (application.name == "SSSE") for kid in kids)
        assert all(key.application == application.name for key in application.keys)


def test_the_name_of_a_key_begins_with_its_role(profile: CardProfile) -> None:
    prefixes = {
        KeyRole.INTERNAL_AUTHENTICATION: "IRK",
        KeyRole.PIN_UNBLOCK: "PUK",
        KeyRole.BLOCK: ("BK", "LK"),
        KeyRole.MAINTENANCE: "STK",
        KeyRole.READ: "RK",
        KeyRole.UPDATE: "UK",
        KeyRole.PURCHASE: "DPK",
        KeyRole.LOAD: "DLK",
        KeyRole.TRANSACTION_CERTIFICATE: "DTK",
    }
    keys = profile.keys()
    assert all(key.name.startswith(prefixes[key.role]) for key in keys)
    assert len({key.name for key in keys}) == len(keys)


# --- access --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("access", "allowed"),  # by nothing, by the PIN, by the key, by both
    [
        (Access.FREE, (True, True, True, True)),
        (Access.NEVER, (False, False, False, False)),
        (Access.PIN, (False, True, False, True)),
        (Access.key("K"), (False, False, True, True)),
        (Access.pin_or_key("K"), (False, True, True, True)),
        (Access.pin_and_key("K"), (False, False, False, True)),
    ],
    ids=str,
)
def test_who_may(access: Access, allowed: tuple[bool, ...]) -> None:
    shown = [(False, set()), (True, set()), (False, {"K"}), (True, {"K", "L"})]
    assert allowed == tuple(
        access.allows(pin_verified=pin, authenticated=keys) for pin, keys in shown
    )
    assert not Access.key("K").allows(pin_verified=True, authenticated={"L"})


def test_version_3_keeps_what_names_the_holder() -> None:
    guard = Access.pin_or_key("RKSSSE")
    issuer = V3.record_file(EF05)
    assert [issuer.read_access(n) for n in range(1, 8)] == [Access.FREE] * 6 + [guard]
    assert V3.record_file(EF06).read == V3.application("DF0A").file(0xEF0C).read == guard


@pytest.mark.parametrize("free", [V2, INTERNATIONAL], ids=lambda profile: profile.name)
def test_the_others_do_not(free: CardProfile) -> None:
    assert free.record_file(EF05).read_access(7) == free.record_file(EF06).read == Access.FREE


def test_the_way_in_is_one_replaceable_field() -> None:
    by_key = replace(V3, overrides=holder_data_read_by(Access.key("RKSSSE")))
    assert by_key.record_file(EF06).read == Access.key("RKSSSE")
    assert V3.record_file(EF06).read == Access.pin_or_key("RKSSSE")


# --- lookups -------------------------------------------------------------------------------------


def test_an_application_is_found_by_name_aid_and_fid(profile: CardProfile) -> None:
    for application in profile.applications:
        for which in (application.name, application.aid, application.fid):
            assert profile.application(which) is application


def test_a_file_is_found_by_what_it_holds(profile: CardProfile) -> None:
    application, file = profile.file_of(CardHolder)
    assert (application.name, file.fid, file.name) == ("SSSE", 0xEF06, "holder")
    assert application.file_by_sfi(6) is application.file(0xEF06) is file
    assert application.file_named("holder") is file


def test_what_is_not_there_is_a_lookup_error(profile: CardProfile) -> None:
    ssse = profile.application("SSSE")
    for look in (
        lambda: profile.application("DF05"),
        lambda: profile.key("UK9DF09"),
        lambda: profile.file_of(ReservedData),  # in five files
        lambda: profile.record_file(EF0C),  # type: ignore[arg-type]
        lambda: ssse.file(0xEF09),
        lambda: ssse.key("UK1DF01"),
    ):
        with pytest.raises(LookupError):
            look()


def test_records_are_found_by_tag() -> None:
    education = V2.application("DF01").file(0xEF15)
    assert isinstance(education, RecordFile)
    assert education.numbers_of(0x40) == (2, 3, 4)
    assert [(s.number, s.tag, s.size) for s in education.slots][:2] == [(1, 0x2A, 1), (2, 0x40, 52)]


@pytest.mark.parametrize(
    ("text", "name"),
    [("2.00", "v2.00"), ("2.01", "v2.00"), ("3.00", "v3.00"), ("I1.0", "international")],
)
def test_a_card_names_its_profile_by_its_version(text: str, name: str) -> None:
    assert profile_of(text).name == name


def test_a_version_not_known_is_refused() -> None:
    with pytest.raises(ItemError, match="specification_version"):
        profile_of("9.99")


def test_versions_fit_the_card_and_name_one_profile_each() -> None:
    texts = [text for p in PROFILES.values() for text in (p.version, *p.also_versions)]
    assert len(set(texts)) == len(texts)
    assert all(len(text) == 4 and text.isascii() for text in texts)


def test_profiles_are_values(profile: CardProfile) -> None:
    assert replace(profile) == profile
    assert hash(replace(profile)) == hash(profile)
    assert {one.name for one in profile.applications} <= {one.name for one in APPLICATIONS}


# --- our own application -------------------------------------------------------------------------


def test_our_application_lies_where_the_extension_rules_leave_room() -> None:
    application, file = V3.file_of(SignedRecord)
    assert (application.fid, file.fid) == (0xDF0A, 0xEF0C)
    assert application.aid == b"\xf0onecard\x01"
    assert file.size == 1024  # type: ignore[union-attr]
    assert str(file.update) == "UK1DF0A"


def test_a_chip_proof_is_over_code_and_challenge_and_marked_as_one() -> None:
    assert V3.chip_key_reference == CHIP_KEY_REFERENCE == 0x81
    assert chip_proof_message(bytes(16), b"\x01" * 32) == (
        b"onecard chip proof 1\x00" + bytes(16) + b"\x01" * 32
    )


def test_which_chips_have_a_key_pair() -> None:
    assert [p.chip_has_key_pair for p in (V2, V3, INTERNATIONAL)] == [False, True, True]
    assert [p.suite.name for p in (V2, V3, INTERNATIONAL)] == ["GM", "GM", "NIST"]


# --- identification code -----------------------------------------------------


def test_the_authentication_code_takes_irk_and_the_first_twelve_bytes(
    profile: CardProfile,
) -> None:
    first12 = bytes.fromhex("430200 D156000005 00001234")
    irk = bytes(range(16))
    code = profile.authentication_code(irk, first12)
    if profile is INTERNATIONAL:  # the MAC of its own suite: NIST SP 800-38B
        mac = CMAC(algorithms.AES(irk))
        mac.update(first12)
        assert code == mac.finalize()[:4]
    else:
        assert code == profile.authentication.cryptogram(irk, first12[:8], first12[4:])[:4]
    assert code != profile.authentication_code(irk, first12[:11] + b"\x35")
    assert code != profile.authentication_code(irk[::-1], first12)


def test_the_authentication_code_is_replaceable() -> None:
    other = replace(V3, identification_code_authentication=lambda profile, irk, first12: irk[:4])
    assert other.authentication_code(b"\x01" * 16, bytes(12)) == b"\x01" * 4


def test_assumptions_are_told() -> None:
    told = " ".join(assumption.where for assumption in ASSUMPTIONS)
    for name in ("RK1DF01", "RK1DF02", "STK", "STKDF01", "DPK", "lock_key", "medical_account"):
        assert name in told
    assert CardIssuer.__doc__
