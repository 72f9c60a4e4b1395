"""The first look at a card: how little it takes, and what it never does."""

from pathlib import Path

import pytest

from hardware_sim.card.card import Card
from reader.authenticity import Verdict
from reader.basics import read_basics, read_photo
from reader.card_check import check_card
from reader.card_maintenance import write_group
from reader.card_profile.ssse import Photo
from reader.card_profile.values import CardNumber
from reader.card_reading import read_card
from reader.desk_keys import DeskKeys
from reader.errors import AccessRefusedError
from reader.photo_form import find_image, is_whole
from reader.refusals import WrongProofError
from reader.session import CardSession
from tests.desk import NOW, PIN, Counting, Desk, counter_bytes

PROFILES = ("v1.00", "v2.00", "v3.00", "international")
NUMBERS = tuple(CardNumber.of(f"A000000{n}") for n in (1, 2))
GET_RESPONSE, EXTERNAL_AUTHENTICATE = 0xC0, 0x82
# APDUs, GET RESPONSE aside: SELECT and two files; with a proof, what it needs before.
COMMANDS = {"v1.00": 3, "v2.00": 3, "international": 3, "v3.00": 7}


class Counter:
    """A desk of an issuer with one of its cards, and everything that goes over the line."""

    def __init__(self, folder: Path, profile: str = "v3.00") -> None:
        self.desk = Desk.open(folder, profile)
        self.card = self.desk.blank()
        self.desk.make(self.card)
        self.insert(self.card)

    def insert(self, card: Card) -> None:
        card.reset()
        self.wire = Counting(card)
        self.session = CardSession(self.wire)
        self.keys = DeskKeys.of(self.session, self.desk.store, card.atr, random=counter_bytes(3))

    def sent(self, ins: int) -> int:
        return sum(command[1] == ins for command, _ in self.wire.log)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_basics_take_the_fewest_commands(profile, tmp_path):
    counter = Counter(tmp_path, profile)
    found = read_basics(counter.session, keys=counter.keys)
    assert (found.holder.name, found.text("card_number")) == ("张三", NUMBERS[0])
    assert len(counter.wire.log) - counter.sent(GET_RESPONSE) == COMMANDS[profile]


def test_one_proof_opens_what_the_holder_s_files_need(tmp_path):
    counter = Counter(tmp_path)
    read_card(counter.session, keys=counter.keys)
    counter.keys.open_holder_data(counter.session)
    assert counter.sent(EXTERNAL_AUTHENTICATE) == 1


def test_a_key_that_fails_is_not_tried_again(tmp_path):
    """Each try counts, and EF05 and EF06 both want the key."""
    counter = Counter(tmp_path)
    other = counter.desk.blank(9)
    keys = DeskKeys.of(counter.session, counter.desk.store, other.atr, random=counter_bytes())
    found = read_basics(counter.session, keys=keys)
    assert counter.sent(EXTERNAL_AUTHENTICATE) == 1
    assert found.text("issue_date") == "2026-11-01"
    assert found.refused["SSSE/EF06"][0].startswith("The card does not accept this desk's key")
    with pytest.raises(WrongProofError):
        keys.open_holder_data(counter.session)


def test_without_key_or_pin_what_is_free_is_given_and_the_rest_says_why(tmp_path):
    counter = Counter(tmp_path)
    shown = read_basics(counter.session).to_json()
    assert (shown["issue_date"], shown["name"], shown["card_number"]) == ("2026-11-01", None, None)
    assert [one["file"] for one in shown["refused"]] == ["SSSE/EF05", "SSSE/EF06"]
    counter.session.verify_pin(PIN)
    assert read_basics(counter.session).holder.name == "张三"


@pytest.mark.parametrize("profile", PROFILES)
def test_what_was_read_is_what_the_signature_is_held_against(profile, tmp_path):
    counter = Counter(tmp_path, profile)
    found = read_basics(counter.session, keys=counter.keys)
    read = len(counter.wire.log)

    def judged(stored: tuple[bytes, bytes]) -> Verdict:
        trust = counter.desk.store.public_keys()
        return check_card(
            counter.session, trust=trust, now=NOW, random=counter_bytes(4), stored=stored
        ).verdict

    assert judged(found.stored) is Verdict.GENUINE
    assert not any(command[1] == 0xB2 for command, _ in counter.wire.log[read:])
    issuer, holder = found.stored
    assert judged((issuer, holder[:-1] + b"\x01")) is Verdict.ALTERED


def test_a_leniently_read_card_is_verified_as_strictly_as_any(tmp_path):
    """Spaces instead of zeros behind the name read the same; they are not what was signed."""
    counter = Counter(tmp_path)

    class Padded:
        def transmit(self, command: bytes) -> bytes:
            answer = counter.card.transmit(command)
            return answer.replace(b"\xd5\xc5\xc8\xfd\x00", b"\xd5\xc5\xc8\xfd ")

    counter.card.reset()
    session = CardSession(Padded())
    session.verify_pin(PIN)
    found = read_basics(session)
    assert found.holder.name == "张三"
    trust = counter.desk.store.public_keys()
    verdict = check_card(session, trust=trust, now=NOW, random=counter_bytes(4)).verdict
    assert verdict is Verdict.ALTERED


def test_a_changed_item_is_read_anew(tmp_path):
    counter = Counter(tmp_path, "v2.00")
    before = read_basics(counter.session)
    changed = counter.desk.job(2).data.groups[0]
    write_group(counter.keys, counter.session, changed)
    after = read_basics(counter.session)
    assert (before.text("card_number"), after.text("card_number")) == NUMBERS


# --- the photo -----------------------------------------------------------------------------------

JPEG = bytes.fromhex(
    # SOI; APP0 of 16 bytes with an EOI in a thumbnail; a scan with a stuffed FF; EOI
    "FFD8 FFE0 0010 4A46494600010100FFD900010000 FFDA 0008 0101 0000 3F00 AAFF00BB FFD9"
)


def with_photo(counter: Counter, image: bytes) -> None:
    write_group(counter.keys, counter.session, Photo(image=image))
    counter.insert(counter.card)


@pytest.mark.parametrize("size", [0, 200, 3000])
def test_the_photo_is_read_to_its_end_and_no_further(size, tmp_path):
    image = JPEG[:-2] + b"\x55" * size + JPEG[-2:]
    counter = Counter(tmp_path)
    with_photo(counter, image)
    found = read_photo(counter.session, keys=counter.keys)
    assert found is not None
    assert (found.media_type, found.content) == ("image/jpeg", image)
    assert counter.sent(0xB0) == -(-len(image) // 240)


def test_no_photo_and_no_right_to_it_are_two_things(tmp_path):
    counter = Counter(tmp_path)
    with pytest.raises(AccessRefusedError):
        read_photo(counter.session)
    assert read_photo(counter.session, keys=counter.keys) is None


def test_a_card_of_the_first_version_has_no_photo(tmp_path):
    counter = Counter(tmp_path, "v1.00")
    assert read_photo(counter.session, keys=counter.keys) is None


@pytest.mark.parametrize(
    ("content", "media_type", "size"),
    [
        (JPEG + bytes(100), "image/jpeg", len(JPEG)),
        (b"\x00\x2c" + JPEG + bytes(9), "image/jpeg", len(JPEG)),  # a length in front
        (JPEG[:-2] + bytes(5), "image/jpeg", len(JPEG) - 2),  # without an end
        (b"BM" + (60).to_bytes(4, "little") + b"\x01" * 94, "image/bmp", 60),
        (b"\x89PNG\r\n\x1a\n" + b"\x07" * 20 + bytes(8), "image/png", 28),
        (bytes(4096), None, 0),
        (b"\xff" * 64, None, 0),
    ],
)
def test_an_image_is_found_in_what_fills_the_file(content, media_type, size):
    found = find_image(content)
    assert (found.media_type, len(found.content)) == (media_type, size) if found else not media_type
    assert is_whole(content) is (found is None or media_type == "image/bmp" or JPEG in content)
