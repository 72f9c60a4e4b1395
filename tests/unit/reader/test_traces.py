"""A trace: nothing secret in it, and a card that can be played again."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware_sim.card.card import Card
from reader.basics import read_basics
from reader.card_profile.ssse import CardHolder
from reader.card_reading import read_card
from reader.command_kinds import is_harmless, title_of
from reader.errors import CardRemovedError, ReaderError
from reader.session import CardSession
from reader.trace_file import Conversation, TraceFile, TraceFormatError, load, recorded, tracing
from reader.trace_masking import Masking
from reader.trace_replay import NotInTraceError, TraceTransport, against
from tests.desk import counter_bytes
from tests.fixed_card import fixed_card

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOLDER_RECORDS = bytes.fromhex(
    "0812 313130313035313934393132333130303258 091E D5C5C8FD" + "00" * 26 + "0D04 19491231"
)
READ_EF06 = bytes.fromhex("00B201355B")


def powered(profile: str = "v2.00") -> Card:
    return Card(fixed_card(profile), random=counter_bytes())


def traced(card: Card, work, *, with_person: bool = False) -> str:
    """What is in the file after *work* with a session."""
    out, ticks = io.StringIO(), iter(range(0, 10**6, 7))
    trace = TraceFile(
        out, now=lambda: AT, microseconds=lambda: next(ticks), with_person=with_person
    )
    with tracing(trace):
        work(CardSession(recorded(card, reader="desk", atr=card.atr)))
    return out.getvalue()


def replayed(text: str) -> TraceTransport:
    return TraceTransport(load(text)[-1])


def test_a_trace_begins_with_what_was_used():
    lines = traced(powered(), read_basics).splitlines()
    head = json.loads(lines[0])
    assert (head["trace"], head["reader"], head["time"]) == (1, "desk", AT.isoformat())
    assert head["atr"] == "3B6D000000814F431086600123456789AB"
    assert json.loads(lines[1])["command"].startswith("00A40400")
    assert {"at", "took"} <= json.loads(lines[1]).keys()


@pytest.mark.parametrize("with_person", [False, True])
def test_a_pin_is_never_in_a_trace(with_person):
    def work(session: CardSession) -> None:
        session.verify_pin("123456")
        session.change_pin("123456", "654321")

    text = traced(powered(), work, with_person=with_person)
    assert "123456" not in text.replace("0123456789AB", "")
    assert "654321" not in text


@pytest.mark.parametrize(
    "command",
    [
        "002000000312345600",
        "805E010007123456FF654321",
        "002C000006111111222222",
        "842400010CAABBCCDDEEFF0011AABBCCDD",
        "84D4010004AABBCCDD",
        "80D8000004AABBCCDD",
    ],
)
def test_no_pin_and_no_key_whatever_carries_it(command):
    raw = bytes.fromhex(command)
    masked = Masking(with_person=True).mask(raw, b"\x90\x00")
    assert masked.command == raw[:5] + bytes(len(raw) - 5)
    assert masked.hidden_command


def test_a_holder_becomes_nobody_of_the_same_form():
    masked = Masking().mask(READ_EF06, HOLDER_RECORDS + b"\x90\x00")
    assert len(masked.answer) == len(HOLDER_RECORDS) + 2
    assert masked.answer[:20] == b"\x08\x1211010519491231002X"  # GB 11643's own example
    assert masked.answer[20:26] == b"\x09\x1e****"
    assert masked.answer[-6:-2] == bytes.fromhex("19000101")


def test_what_get_response_brings_is_masked_like_what_was_asked_for():
    masking = Masking()
    assert masking.mask(READ_EF06, b"\x61\x38").answer == b"\x61\x38"
    fetched = masking.mask(bytes.fromhex("00C0000038"), HOLDER_RECORDS + b"\x90\x00")
    assert b"\xd5\xc5\xc8\xfd" not in fetched.answer


@pytest.mark.parametrize("profile", ["v1.00", "v2.00", "v3.00", "international"])
def test_a_replay_gives_what_was_read_with_somebody_else_for_the_holder(profile):
    seen = []

    def work(session: CardSession) -> None:
        session.verify_pin("123456")
        seen.append(read_card(session, everything=True))

    card = powered(profile)
    text = traced(card, work)
    session = CardSession(replayed(text))
    found = read_card(session, everything=True)
    assert found.groups.keys() == seen[0].groups.keys()
    assert found.refused == seen[0].refused
    assert not found.problems
    holder = found.groups["SSSE"]["holder"]
    assert (holder.name, holder.birth_date.year) == ("****", 1900)
    issuer, was = found.groups["SSSE"]["issuer"], seen[0].groups["SSSE"]["issuer"]
    assert (issuer.issue_date, issuer.identification_code) == (
        was.issue_date,
        was.identification_code,
    )


def test_with_the_person_a_replay_is_the_same_to_the_byte():
    text = traced(powered(), read_basics, with_person=True)
    assert CardSession(replayed(text)).read(CardHolder).name == "张三"
    assert "hidden" not in text


def test_a_command_that_was_not_traced_has_no_answer():
    card = replayed(traced(powered(), read_basics))
    session = CardSession(card)
    with pytest.raises(NotInTraceError):
        session.internal_authenticate(session.profile.key("IRK"), bytes(8), bytes(8))


def test_a_line_that_breaks_is_in_the_trace():
    class Broken:
        atr = b"\x3b\x00"

        def transmit(self, command: bytes) -> bytes:
            raise CardRemovedError

    out = io.StringIO()
    trace = TraceFile(out, now=lambda: AT, microseconds=lambda: 0)
    with tracing(trace), pytest.raises(CardRemovedError):
        CardSession(recorded(Broken(), reader="desk", atr=Broken.atr))
    assert json.loads(out.getvalue().splitlines()[-1])["error"] == "card-removed"
    assert load(out.getvalue())[0].exchanges == ()


def test_without_a_trace_nothing_is_recorded():
    card = powered()
    assert recorded(card, reader="", atr=card.atr) is card


# --- against another card ------------------------------------------------------------------------


def conversation(profile: str) -> Conversation:
    return load(traced(powered(profile), read_basics, with_person=True))[0]


def test_the_same_card_answers_as_in_its_trace():
    found = against(conversation("v2.00"), powered("v2.00"))
    assert found.compared >= 3
    assert found.differences == ()


def test_another_card_shows_where_it_differs():
    found = against(conversation("v2.00"), powered("v3.00"))
    assert found.differences
    place = found.differences[0].place
    assert conversation("v2.00").exchanges[place - 1].answer == found.differences[0].traced


def test_nothing_that_counts_or_changes_is_sent_to_another_card():
    def work(session: CardSession) -> None:
        session.verify_pin("123456")

    other = powered()
    for _ in range(8):
        against(load(traced(powered(), work, with_person=True))[0], other)
    CardSession(other).verify_pin("123456")  # six wrong tries would have blocked it


@pytest.mark.parametrize(
    ("command", "harmless", "title"),
    [
        ("00A40000023F00", True, "SELECT"),
        ("00B2010400", True, "READ RECORD"),
        ("00200000", True, "VERIFY"),
        ("0020000003123456", False, "VERIFY"),
        ("00DC01040103", False, "UPDATE RECORD"),
        ("0082000A10" + 16 * "00", False, "EXTERNAL AUTHENTICATE"),
        ("841600000411223344", False, "CARD BLOCK"),
        ("8012", False, "80 12"),
        ("", False, ""),
    ],
)
def test_what_a_command_is_called_and_whether_it_only_reads(command, harmless, title):
    raw = bytes.fromhex(command)
    assert (is_harmless(raw), title_of(raw)) == (harmless, title)


# --- files that are none -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        '{"trace": 2, "conversation": 1, "atr": ""}',
        '{"trace": 1, "conversation": 1}',
        '{"conversation": 1, "command": "00", "answer": "9000", "took": 1}',
        '{"trace": 1, "conversation": 1, "atr": "3B00"}\n{"conversation": 1, "command": "0"}',
    ],
)
def test_what_is_no_trace_is_told(text):
    with pytest.raises(TraceFormatError):
        load(text)


def lines() -> Iterator[st.SearchStrategy[str]]:
    keys = st.sampled_from(["trace", "conversation", "atr", "command", "answer", "took", "hidden"])
    values = st.one_of(st.integers(-1, 3), st.text(max_size=6), st.none(), st.just("9000"))
    yield st.dictionaries(keys, values).map(json.dumps)
    yield st.text(max_size=20)


@given(st.lists(st.one_of(*lines()), max_size=5).map("\n".join))
def test_any_text_is_a_trace_or_an_error(text):
    try:
        found = load(text)
    except ReaderError:
        return
    assert found


@given(st.binary(max_size=60), st.binary(max_size=300), st.booleans())
def test_masking_keeps_every_length(command, answer, with_person):
    masked = Masking(with_person=with_person).mask(command, answer)
    assert (len(masked.command), len(masked.answer)) == (len(command), len(answer))
    assert masked.answer[-2:] == answer[-2:]
