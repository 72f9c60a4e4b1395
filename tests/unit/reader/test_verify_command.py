"""`onecard verify`: what it takes, what it says, and how it ends."""

import json
from base64 import b64encode
from codecs import BOM_UTF8
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crypto.envelope import parse, sign
from onecard.console import Exit
from onecard.settings import Settings
from reader import status_list
from reader.card_profile.values import CardNumber, IdentificationCode, SocialSecurityNumber
from reader.card_record import CardRecord, StatusReference, to_text
from reader.cli_verify import verify
from reader.record_input import MAX_INPUT
from reader.status_list import TokenStatus
from tests.signer import MemorySigner

PLACE = StatusReference(1, 5)


class Counter:
    """A service system with a trust list, and the record of one good card."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.signer = MemorySigner()
        self.trust = folder / "trust.json"
        self.trust.write_text(self.signer.trust().dumps(), encoding="utf-8")
        self.now = datetime.now(UTC)
        self.record = self.signed(self.signer)
        self.text = to_text(self.record)
        self.language = "en"
        self.database = folder / "no-book.sqlite3"

    def signed(self, signer: MemorySigner) -> bytes:
        record = CardRecord(
            card_number=CardNumber.of("A0000001"),
            social_security_number=SocialSecurityNumber("11010519491231002X"),
            name="张三",
            sex="2",
            identification_code=IdentificationCode(bytes.fromhex("430100D156000005" + 8 * "AB")),
            data_digest=bytes(16),
            issued_at=self.now - timedelta(days=1),
            expires_at=self.now + timedelta(days=1),
            status=PLACE,
            chip_key_id=b"\x01\x01",
        )
        return sign(record.claims(signer.suite), signer)

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def lists(self, status: TokenStatus) -> Path:
        """A file of signed status lists that says this of the card."""
        listed = status_list.encode(
            PLACE.list_id,
            {PLACE.index: status},
            self.signer,
            issued_at=self.now,
            lifetime=timedelta(days=1),
            time_to_live=timedelta(hours=1),
        )
        return self.file("lists.txt", status_list.dumps([listed]).encode())

    def run(self, *arguments: str | Path, standard_input: bytes = b"") -> Result:
        settings = Settings(trust=self.trust, database=str(self.database), language=self.language)
        return CliRunner().invoke(
            verify, [*map(str, arguments)], obj=settings, input=standard_input
        )


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path)


FORMS = {
    "text": lambda record, text: text.encode(),
    "text with a line end": lambda record, text: text.encode() + b"\r\n",
    "text with a byte order mark": lambda record, text: BOM_UTF8 + text.encode(),
    "binary": lambda record, text: record,
    "hexadecimal": lambda record, text: record.hex().encode(),
    "capital hexadecimal in pairs": lambda record, text: record.hex(" ").upper().encode(),
    "base64": lambda record, text: b64encode(record),
    "base64 in lines of 76": lambda record, text: b"\n".join(
        b64encode(record)[i : i + 76] for i in range(0, 400, 76)
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_may_hold_the_record_in_any_form(form, counter):
    path = counter.file("card.txt", FORMS[form](counter.record, counter.text))
    result = counter.run(path)
    assert (result.exit_code, result.stderr) == (Exit.OK, "")
    assert result.stdout.startswith("genuine: ")


@pytest.mark.parametrize("form", FORMS)
def test_standard_input_may_hold_the_same(form, counter):
    content = FORMS[form](counter.record, counter.text)
    assert counter.run("-", standard_input=content).exit_code == Exit.OK


def test_the_text_itself_may_be_given(counter):
    for given in (counter.text, counter.record.hex(), b64encode(counter.record).decode()):
        assert counter.run(given).exit_code == Exit.OK


def test_the_result_for_a_program(counter):
    result = counter.run(counter.text, "--json")
    shown = json.loads(result.stdout)
    assert list(shown) == [
        "verdict",
        "genuine",
        "reason",
        "reason_zh",
        "checks",
        "issuer",
        "card",
    ]
    assert (shown["verdict"], shown["card"]["name"], result.exit_code) == ("genuine", "张三", 0)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(TokenStatus.INVALID, "revoked"), (TokenStatus.SUSPENDED, "suspended")],
)
def test_a_status_list_tells_of_a_loss(status, verdict, counter):
    result = counter.run(counter.text, "--json", "--status-list", counter.lists(status))
    shown = json.loads(result.stdout)
    assert (shown["verdict"], shown["card"], result.exit_code) == (verdict, None, Exit.REFUSED)


def test_a_status_list_that_says_nothing_bad_counts_as_a_check(counter):
    result = counter.run(counter.text, "--json", "--status-list", counter.lists(TokenStatus.VALID))
    assert json.loads(result.stdout)["checks"] == ["signature", "validity", "status"]


def test_only_genuine_ends_with_zero(counter):
    changed = counter.record[:-1] + bytes((counter.record[-1] ^ 1,))
    stranger = counter.signed(MemorySigner())
    for given, verdict in (
        (to_text(changed), "altered"),
        (to_text(stranger), "unknown_key"),
        ("no such file", "malformed"),
    ):
        result = counter.run(given, "--json")
        assert (json.loads(result.stdout)["verdict"], result.exit_code) == (verdict, Exit.REFUSED)


@pytest.mark.parametrize("given", ["card.txt", "folder/record.cwt"])
def test_a_missing_file_is_told_as_such(given, counter):
    result = counter.run(given)
    assert (result.exit_code, result.stdout) == (Exit.BAD_INPUT, "")
    assert f"There is no file {given}." in result.stderr


@pytest.mark.parametrize("given", ["HC1:NCFOXN/X.K", "https://example.org/a.txt", "OC2:A.B"])
def test_a_text_with_a_full_stop_is_no_file_name(given, counter):
    result = counter.run(given, "--json")
    assert json.loads(result.stdout)["verdict"] == "malformed"


def test_a_person_reads_one_line_in_his_language(counter):
    counter.language = "zh"
    result = counter.run(to_text(counter.signed(MemorySigner())))
    assert result.stdout.startswith("unknown_key: 签名密钥不在信任列表中。")
    assert result.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"", "is empty"),
        ("space.txt", b" \n", "is empty"),
        ("long.txt", b"A" * (MAX_INPUT + 1), "longer than any record"),
    ],
)
def test_a_file_that_holds_no_record_is_told(name, content, said, counter):
    result = counter.run(counter.file(name, content))
    assert (result.exit_code, result.stdout) == (Exit.BAD_INPUT, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("given", ["", " "])
def test_no_text_at_all_is_told(given, counter):
    done = counter.run(given)
    assert done.exit_code == Exit.BAD_INPUT
    assert "The text given is empty" in done.stderr


def test_a_directory_is_told(counter):
    result = counter.run(counter.folder)
    assert (result.exit_code, result.stderr.count("\n")) == (Exit.BAD_INPUT, 1)
    assert "is a directory" in result.stderr


def test_an_endless_standard_input_is_not_read_to_its_end(counter):
    result = counter.run("-", standard_input=bytes(10 * MAX_INPUT))
    assert result.exit_code == Exit.BAD_INPUT


@pytest.mark.parametrize("content", [b"\xff" * 40, b"d2zz", b"0o!!", "记录".encode()])
def test_what_only_looks_like_a_record_is_a_verdict(content, counter):
    result = counter.run(counter.file("x", content), "--json")
    assert (json.loads(result.stdout)["genuine"], result.exit_code) == (False, Exit.REFUSED)


def test_without_a_trust_list_nothing_is_judged(counter):
    counter.trust.unlink()
    result = counter.run(counter.text)
    assert (result.exit_code, result.stdout) == (Exit.KEYS, "")
    assert "onecard keys trust" in result.stderr


def test_a_damaged_trust_list_is_told(counter):
    counter.trust.write_text("{}")
    result = counter.run(counter.text)
    assert (result.exit_code, result.stdout) == (Exit.KEYS, "")
    assert str(counter.trust) in result.stderr


def test_another_trust_list_may_be_named(counter):
    other = counter.file("other.json", MemorySigner().trust().dumps().encode())
    assert counter.run(counter.text, "--trust", other).exit_code == Exit.REFUSED


@pytest.mark.parametrize("content", [None, b"", b"?!", b"AAAA"])
def test_a_status_list_that_cannot_be_relied_on_is_told(content, counter):
    path = counter.folder / "lists.txt"
    if content is not None:
        path.write_bytes(content)
    result = counter.run(counter.text, "--status-list", path)
    assert (result.exit_code, result.stdout) == (Exit.BAD_INPUT, "")
    assert result.stderr.count("\n") == 1


def test_a_place_outside_of_its_status_list_is_told(counter):
    listed = status_list.encode(
        PLACE.list_id,
        {},
        counter.signer,
        issued_at=counter.now,
        lifetime=timedelta(days=1),
        time_to_live=timedelta(hours=1),
    )
    path = counter.file("lists.txt", status_list.dumps([listed]).encode())
    outside = dict(parse(counter.record).claims)
    outside[-65_537][6] = [PLACE.list_id, status_list.SIZE]
    result = counter.run(to_text(sign(outside, counter.signer)), "--status-list", path)
    assert (result.exit_code, result.stdout) == (Exit.BAD_INPUT, "")
    assert "outside" in result.stderr


def test_a_book_that_cannot_be_read_gives_no_answer(counter):
    """Better none than one without the loss."""
    counter.database = counter.file("book.sqlite3", b"not a database at all, but long enough")
    result = counter.run(counter.text)
    assert (result.exit_code, result.stdout) == (Exit.STORAGE, "")
    assert "is not an issuer's book" in result.stderr
    assert result.stderr.count("\n") == 1
