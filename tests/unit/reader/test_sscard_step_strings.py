"""The strings of the steps, written by hand as pages and drivers of the field have them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.card_profile.medical_account import Settlement
from reader.card_profile.profiles import PROFILES
from reader.card_profile.psam import TerminalNumber
from reader.card_profile.values import IdentificationCode
from reader.sscard_steps import (
    REQUESTS,
    AuthenticationRequest,
    Basics,
    BasicsKey,
    BasicsRequest,
    Challenge,
    DebitKey,
    DebitRequest,
    MaintenanceKey,
    MaintenanceRequest,
    Proof,
    StepStringError,
    address_of,
    key_at,
)

CODE = IdentificationCode(bytes.fromhex("430100D156000005456789ABDEADBEEF"))
RESET = bytes.fromhex("00814A444686603807 0123456789AB".replace(" ", "")[:26])
R1, R2, R3, R4 = (bytes.fromhex(f"{n}0{n}1{n}2{n}3{n}4{n}5{n}6{n}7") for n in (1, 2, 3, 4))

V3 = (
    "430100|00814A44468660380701234567|03|430100D156000005456789ABDEADBEEF|"
    "1011121314151617|2021222324252627|3031323334353637|4041424344454647|DC01|"
)
V2 = (
    "430100|00814A44468660380701234567|01|430100D156000005456789ABDEADBEEF|"
    "1011121314151617|2021222324252627||||"
)


def test_the_first_step_of_a_card_of_version_3():
    request = BasicsRequest(
        historical_bytes=RESET,
        algorithm=3,
        identification_code=CODE,
        internal=Challenge(R1, R2),
        external=Challenge(R3, R4),
        device_number="DC01",
    )
    assert request.format() == V3
    assert BasicsRequest.parse(V3) == request


def test_the_first_step_of_a_card_that_shows_its_holder_freely():
    request = BasicsRequest(
        historical_bytes=RESET,
        algorithm=1,
        identification_code=CODE,
        internal=Challenge(R1, R2),
        external=None,
    )
    assert request.format() == V2
    assert BasicsRequest.parse(V2) == request
    named = V2.replace("|01|", "|DES|")
    assert BasicsRequest.parse(named) == request


def test_what_the_security_module_made_of_it():
    both = BasicsKey(internal=Proof(R1, R2), external=Proof(R3, R4))
    text = "10111213141516172021222324252627|30313233343536374041424344454647|"
    assert both.format() == text
    assert BasicsKey.parse(text) == BasicsKey.parse(text.removesuffix("|")) == both
    alone = BasicsKey(internal=Proof(R1, R2), external=None)
    assert alone.format() == "10111213141516172021222324252627||"
    for text in ("10111213141516172021222324252627", "10111213141516172021222324252627|"):
        assert BasicsKey.parse(text) == BasicsKey.parse(alone.format()) == alone


def test_a_key_is_asked_for_by_its_address():
    request = AuthenticationRequest(algorithm=3, address="009412", challenge=Challenge(R1, R2))
    assert request.format() == "03|009412|1011121314151617|2021222324252627|"
    assert AuthenticationRequest.parse(request.format()) == request
    assert AuthenticationRequest.parse("SM4|0094|1011121314151617|2021222324252627|").address == (
        "0094"
    )
    assert Proof.parse("10111213141516172021222324252627") == Proof(R1, R2)


@pytest.mark.parametrize(
    ("name", "address"),
    [("RKSSSE", "004C0A"), ("PUK", "009010"), ("UKSSSE", "009412"), ("UK1DF01", "009742"),
     ("UK4DF01", "017925"), ("UK2DF01", "009A43"), ("UK3DF01", "017624"), ("RK1DF01", "004F2E"),
     ("RK1DF02", "006435"), ("RK2DF03", "01962C"), ("RK1DF03", "01932B"), ("RK1DF04", "01822D"),
     ("RK1DF07", "007A3D"), ("RK2DF07", "00803F"), ("RK3DF07", "0086B1"), ("STK", "017309")],
)  # fmt: skip
def test_the_addresses_of_the_field(name, address):
    key = PROFILES["v3.00"].key(name)
    assert address_of(key) == address
    assert key_at(PROFILES["v3.00"], address) == key_at(PROFILES["v3.00"], address[:4]) == key


@pytest.mark.parametrize("name", PROFILES)
def test_every_key_is_found_by_its_address(name):
    profile = PROFILES[name]
    for key in profile.keys():  # noqa: SIM118  # no mapping
        assert key_at(profile, address_of(key)) == key


@pytest.mark.parametrize("address", ["004C12", "0001", "0000", "0000FF"])
def test_an_address_of_no_key(address):
    with pytest.raises(StepStringError, match="no key"):
        key_at(PROFILES["v2.00"], address)


def test_a_new_pin_and_its_command():
    header = bytes.fromhex("8424000114")
    request = MaintenanceRequest(
        algorithm=3, address="017309", random=R1, header=header, new_pin="192837"
    )
    assert request.format() == "03|017309|1011121314151617|8424000114|192837|"
    assert MaintenanceRequest.parse(request.format()) == request
    assert "192837" not in repr(request)
    command = "8424000114" + "A5" * 20
    assert len(command) == 50
    assert MaintenanceKey.parse(command).format() == command
    assert len(MaintenanceKey.parse("842400010C" + "A5" * 12).format()) == 34


def test_an_unblock_has_no_pin():
    text = "01|017309|1011121314151617|8424000004||"
    request = MaintenanceRequest.parse(text)
    assert (request.format(), request.new_pin) == (text, "")
    assert MaintenanceRequest.parse(text.removesuffix("|")) == request
    assert MaintenanceKey.parse("8424000004A5A5A5A5|").command[:5] == bytes.fromhex("8424000004")


def test_a_settlement():
    request = DebitRequest(
        algorithm=1,
        address="0000C7",
        random=bytes.fromhex("A1A2A3A4"),
        count=7,
        paid=Settlement(0, 10, 20),
        terminal_number=TerminalNumber("431002000001"),
        time=bytes.fromhex("20151118185001"),
    )
    text = "01|0000C7|A1A2A3A4|0007|0000000A|00000014|32431002000001|20151118185001|"
    assert request.format() == text
    assert DebitRequest.parse(text) == request
    assert request.session.hex() == "a1a2a3a400070007"
    key = DebitKey(terminal_count=7, time=request.time, mac1=bytes.fromhex("B1B2B3B4"))
    assert key.format() == "00000007|20151118185001|B1B2B3B4|"
    assert DebitKey.parse(key.format()) == key
    checked = DebitKey.parse("00000007|20151118185001|B1B2B3B4|C1C2C3C4|")
    assert (checked.mac2.hex(), checked.format()[-9:]) == ("c1c2c3c4", "C1C2C3C4|")


BASICS = (
    "430100|11010519491231002X|B00000131|430100D156000005456789ABDEADBEEF|张三|"
    "00814A44468660380701234567|3.00|20211203|20311202|"
)


def test_the_fields_of_the_basics():
    eleven = BASICS + "431002000001|DC01|"
    basics = Basics.parse(eleven)
    assert (basics.name, basics.terminal_number, basics.device_number) == (
        "张三",
        "431002000001",
        "DC01",
    )
    assert basics.format() == eleven
    assert basics.format(nine_fields=True) == BASICS
    assert Basics.parse(BASICS).terminal_number == ""


@pytest.mark.parametrize(
    ("function", "text", "what"),
    [
        ("iReadCardBas_HSM_Step1", "", "1 fields, 8 to 9"),
        ("iReadCardBas_HSM_Step1", V3.replace("430100|", "110100|", 1), "field 1"),
        ("iReadCardBas_HSM_Step1", V3.replace("D156000005", "D156000006"), "field 4"),
        ("iReadCardBas_HSM_Step1", V3.replace("|03|", "|4711|"), "algorithm"),
        ("iReadCardBas_HSM_Step1", V3.replace("3031323334353637", ""), "field 7"),
        ("iReadCardBas_HSM_Step1", V3 * 1000, "1024"),
        ("iReadCard_HSM_Step1", "03|00941|1011121314151617|2021222324252627|", "field 2"),
        ("iReadCard_HSM_Step1", "03|009412|10 11 12 13 14 15 |2021222324252627|", "field 3"),
        ("iReloadPIN_HSM_Step2", "03|017309|1011121314151617|8424000114|12345A|", "field 5"),
        ("iReloadPIN_HSM_Step2", "03|017309|1011121314151617|84240001|123456|", "field 4"),
        ("iDoDebit_HSM_Step1", "01|0000C7|A1A2A3A4|0007|0A|14|32431002000001|2015|", "field 5"),
        (
            "iDoDebit_HSM_Step1",
            "01|0000C7|A1A2A3A4|0007|0000000A|00000014|31431002000001|20151118185001|",
            "field 7",
        ),
    ],
    ids=lambda value: value[:30],
)
def test_a_string_that_is_none_says_where(function, text, what):
    with pytest.raises(StepStringError, match=what):
        REQUESTS[function](text)


@pytest.mark.parametrize("text", ["8424000114A5", "84240001", "8424000104A5A5A5A5A5", "xy"])
def test_a_command_that_is_not_whole(text):
    with pytest.raises(StepStringError):
        MaintenanceKey.parse(text)


@settings(deadline=None)
@given(st.sampled_from(sorted(REQUESTS)), st.text(st.sampled_from("0123|ABF四 DES"), max_size=80))
def test_any_text_is_a_request_or_an_error_of_ours(function, text):
    try:
        request = REQUESTS[function](text)
    except StepStringError:
        return
    assert REQUESTS[function](request.format()) == request
