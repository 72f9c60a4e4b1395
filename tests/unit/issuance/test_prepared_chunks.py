"""A chunk of cards is prepared to the very bytes that each card would get alone."""

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from crypto.errors import SealError
from crypto.keystore import KeyStore
from crypto.receipt import parse_record
from issuance.applications import COLUMNS
from issuance.card_data import card_job
from issuance.card_job import sign_record
from issuance.instants import last_valid_day
from issuance.issuer_keys import signing_key_name
from issuance.models import Application, Card
from issuance.preparation.card_secrets import prepared_keys
from issuance.preparation.chunk_preparation import ChunkTask, PreparedChunk, prepare
from issuance.preparation.content import ChunkContent
from issuance.preparation.errors import DamagedChunkError, UnpreparableError
from issuance.states import Signing
from reader.authenticity import Verdict, verify_record
from reader.card_keys import CardKeys
from reader.card_profile.profiles import PROFILES
from reader.card_profile.values import CardNumber, RegionCode
from reader.card_record import CardRecord
from reader.data_items import to_records
from reader.global_platform import encode_dgi, record_dgi
from tests.bureau import NOW, REGION, chance, rows
from tests.desk import Desk

ISSUED_ON = date(2026, 11, 1)
COUNT = 40
MAKER = bytes.fromhex("8660")
CASES = [
    pytest.param(profile, signing, id=f"{profile} {signing.value}")
    for profile in PROFILES
    for signing in (Signing.CARD, Signing.MERKLE, Signing.MERKLE_ON_CARD)
]


@cache
def store_of(profile: str) -> KeyStore:
    return Desk.open(Path(mkdtemp()), profile).store


def task_of(profile: str, signing: Signing, count: int = COUNT, **changed: list[str]) -> ChunkTask:
    people = rows(count, seed=3)
    columns = {name: [row[i] for row in people] for i, name in enumerate(COLUMNS)}
    return ChunkTask(
        batch_id="371700-20261101-0001",
        chunk=7,
        region=REGION,
        profile=profile,
        signing=signing,
        issued_on=ISSUED_ON,
        numbers=[CardNumber.of(f"A{place:07}") for place in range(count)],
        places=[(place % 3, place * 311) for place in range(count)],
        blanks=[MAKER + (5_000 + place).to_bytes(6, "big") for place in range(count)],
        columns={**columns, **changed},
        rows=range(1, count + 1),
    )


@cache
def made(profile: str, signing: Signing) -> tuple[ChunkTask, PreparedChunk, ChunkContent]:
    task = task_of(profile, signing)
    chunk = prepare(task, store_of(profile), random=chance())
    return task, chunk, ChunkContent(chunk.content, store_of(profile))


def _row(task: ChunkTask, place: int) -> tuple[Application, Card]:
    application = Application(
        **{name: values[place] for name, values in task.columns.items()},
        region=task.region,
        intake_id=1,
    )
    number, (list_id, index) = task.numbers[place], task.places[place]
    card = Card(
        number=number,
        region=task.region,
        issued_on=ISSUED_ON,
        expires_on=last_valid_day(ISSUED_ON),
        status_list=list_id,
        status_index=index,
    )
    return application, card


@pytest.mark.parametrize(("profile", "signing"), CASES)
def test_the_groupings_are_those_of_the_station(profile: str, signing: Signing) -> None:
    task, _, content = made(profile, signing)
    for place in range(COUNT):
        job = card_job(*_row(task, place), PROFILES[profile])
        keys = CardKeys(store_of(profile), job.profile, RegionCode(REGION), task.blanks[place])
        job = job.with_identification_code(keys.identification_code())
        expected: dict[str, bytes] = {}
        for group in job.data.groups:
            application, file = job.profile.file_of(type(group))
            for number, record in enumerate(to_records(group, file.slots), start=1):
                grouping = encode_dgi(record_dgi(file.sfi, number), record)
                expected[application.name] = expected.get(application.name, b"") + grouping
        assert content.card(place).groupings == expected


@pytest.mark.parametrize(("profile", "signing"), CASES)
def test_the_keys_are_the_cards_own(profile: str, signing: Signing) -> None:
    task, _, content = made(profile, signing)
    keys = CardKeys(store_of(profile), PROFILES[profile], RegionCode(REGION), task.blanks[3])
    expected = {key.name: keys.key(key) for key in prepared_keys(PROFILES[profile])}
    assert content.card(3).keys == expected


@pytest.mark.parametrize(("profile", "signing"), CASES)
def test_the_record_says_what_the_stations_would_say(profile: str, signing: Signing) -> None:
    task, chunk, content = made(profile, signing)
    suite = PROFILES[profile].suite
    for place in (0, 1, COUNT - 1):
        found = CardRecord.from_claims(parse_record(chunk.records[place]).claims, suite)
        job = card_job(*_row(task, place), PROFILES[profile])
        keys = CardKeys(store_of(profile), job.profile, RegionCode(REGION), task.blanks[place])
        code = keys.identification_code()
        signer = store_of(profile).signer(signing_key_name(job.profile))
        alone = sign_record(job.with_identification_code(code), signer, code, found.chip_key)
        assert found == CardRecord.from_claims(parse_record(alone).claims, suite)
        scalar = content.card(place).scalar
        if scalar is None:
            assert found.chip_key is None
        else:
            assert suite.signature.load_key(scalar).public_key == found.chip_key


@pytest.mark.parametrize(("profile", "signing"), CASES)
def test_a_stranger_verifies_every_record(profile: str, signing: Signing) -> None:
    _, chunk, _ = made(profile, signing)
    trust = store_of(profile).public_keys()
    verdicts = {verify_record(one, trust=trust, now=NOW).verdict for one in chunk.records}
    assert verdicts == {Verdict.GENUINE}


def test_key_pairs_are_made_ahead_only_where_the_batch_says_so() -> None:
    assert made("v3.00", Signing.MERKLE)[2].card(0).scalar
    assert made("v3.00", Signing.MERKLE_ON_CARD)[2].card(0).scalar is None


def test_no_two_cards_share_a_key() -> None:
    _, _, content = made("v3.00", Signing.CARD)
    keys = [value for place in range(COUNT) for value in content.card(place).keys.values()]
    assert len(set(keys)) == len(keys)


def test_the_printer_gets_what_stands_on_the_card() -> None:
    task, _, content = made("v3.00", Signing.CARD)
    expected = (
        task.columns["name"][5],
        task.columns["social_security_number"][5],
        task.numbers[5],
        "2026-11-01",
    )
    assert content.card(5).printed == expected


def test_a_value_that_no_card_holds_names_the_card() -> None:
    task = task_of("v3.00", Signing.CARD, 2, ethnic_group=["01", "xx"])
    with pytest.raises(UnpreparableError, match="row 2: the card cannot hold this: ethnic_group"):
        prepare(task, store_of("v3.00"), random=chance())


def test_the_secrets_are_not_in_the_content_as_they_are() -> None:
    _, chunk, content = made("v3.00", Signing.CARD)
    card = content.card(0)
    assert card.scalar
    assert card.scalar not in chunk.content
    assert not any(key in chunk.content for key in card.keys.values())


def test_another_stores_key_opens_nothing() -> None:
    _, chunk, _ = made("v3.00", Signing.CARD)
    with pytest.raises(SealError):
        ChunkContent(chunk.content, store_of("v2.00"))


def test_an_exchanged_secret_does_not_open() -> None:
    _, chunk, _ = made("v3.00", Signing.MERKLE_ON_CARD)
    whole = chunk.content
    size = len(prepared_keys(PROFILES["v3.00"])) * 16 + 16
    chips = sum(
        len(part) for part in made("v3.00", Signing.MERKLE_ON_CARD)[2].card(0).groupings.values()
    )
    body = 8 + int.from_bytes(whole[4:8], "big") + COUNT * chips
    swapped = (
        whole[:body]
        + whole[body + size : body + 2 * size]
        + whole[body : body + size]
        + whole[body + 2 * size :]
    )
    with pytest.raises(SealError):
        ChunkContent(swapped, store_of("v3.00")).card(0)


@pytest.mark.parametrize("data", [b"", b"OCC1", b"something else"])
def test_other_bytes_are_no_content(data: bytes) -> None:
    with pytest.raises(DamagedChunkError):
        ChunkContent(data, store_of("v3.00"))
