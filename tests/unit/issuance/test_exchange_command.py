"""`onecard bureau send`, `receive`, `exchange` and `recall` from the outside."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crypto import cms
from crypto.certificates import load_certificate
from crypto.cli import keys as keys_command
from crypto.envelope import parse, verify
from crypto.keystore import SoftKeyStore
from issuance.cli import bureau as bureau_command
from onecard.console import Exit
from onecard.settings import Settings
from reader.card_profile.profiles import PROFILES
from reader.card_record import CardRecord
from tests.bureau import MAKER
from tests.exchange import RECEIVER, Exchange, exchange, good, rejected
from tests.key_store import PASSPHRASE

PASSWORD = "quiet words"  # noqa: S105


class House:
    """An issuer with files of keys, and a batch that waits to be sent."""

    def __init__(self, folder: Path, post: Exchange) -> None:
        self.folder, self.post, self.language = folder, post, "en"
        self.batch = post.prepared(3)
        post.issuer.write(folder, "issuer", PASSWORD)
        post.bureau.write(folder, "bureau")
        (folder / "password").write_text(f"{PASSWORD}\n")
        SoftKeyStore.create(folder / "keys.json", PASSPHRASE, cost=2)

    def run(self, *arguments: str, by: str = MAKER) -> Result:
        settings = Settings(
            database=str(self.folder / "book.sqlite3"),
            keys=self.folder / "keys.json",
            keys_passphrase=PASSPHRASE,
            operator=by,
            language=self.language,
        )
        words = [word.replace("DIR", str(self.folder)) for word in arguments]
        command = keys_command if words[0] == "create" else bureau_command
        return CliRunner().invoke(command, words, obj=settings)

    def send(self, *more: str) -> Result:
        keys = ("--cert", "DIR/issuer.pem", "--sign-key", "DIR/issuer.key")
        to = ("--to", "DIR/bureau.pem", "--password-file", "DIR/password", "--out", "DIR/post")
        return self.run("send", self.batch, *to, *(more or keys), "--size", "2")

    def receive(self, *files: str, more: tuple[str, ...] = (), by: str = RECEIVER) -> Result:
        keys = ("--cert", "DIR/issuer.pem", "--open-key", "DIR/issuer.key", *more)
        sender = ("--from", "DIR/bureau.pem", "--password-file", "DIR/password")
        return self.run("receive", *files, *sender, *keys, by=by)

    def delivered(self) -> list[str]:
        """Names of the files in the folder, which the bureau reads from now on."""
        for path in (self.folder / "post").iterdir():
            self.post.post[path.name] = path.read_bytes()
        return sorted(self.post.post)

    def answer(self, name: str, data: bytes) -> str:
        (self.folder / name).write_bytes(data)
        return f"DIR/{name}"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with exchange(tmp_path) as post:
        yield House(tmp_path, post)


def told(result: Result) -> Any:
    assert result.exit_code == Exit.OK, result.stderr
    return json.loads(result.stdout)


def test_a_batch_is_sent_and_comes_back(house: House) -> None:
    found = told(house.send("--cert", "DIR/issuer.pem", "--sign-key", "DIR/issuer.key", "--json"))
    assert [(one["volume"], one["cards"]) for one in found["files"]] == [(1, 2), (2, 1)]
    assert found["bureau"] == "Bureau A"
    files = [
        house.answer(f"back-{place}.p7m", house.post.all_good(name))
        for place, name in enumerate(house.delivered())
    ]
    back = told(house.receive(*files, more=("--json",)))
    assert [(one["good"], one["waiting"], one["faults"]) for one in back["files"]] == [
        (2, 0, []),
        (1, 0, []),
    ]
    status = told(house.run("exchange", house.batch, "--json"))
    assert [(one["volume"], one["good"], one["out"]) for one in status["sent"]] == [
        (1, 2, 0),
        (2, 1, 0),
    ]
    assert [one["signer"] for one in status["received"]] == ["CN=Bureau A"] * 2


def test_the_cards_get_signed_records_of_their_own(house: House) -> None:
    house.send()
    name = house.delivered()[0]
    header, numbers = house.post.answer_of(name)
    key = PROFILES["v3.00"].suite.signature.generate_key().public_key
    made = [replace(good(row, card), chip_public_key=key) for row, card in enumerate(numbers, 1)]
    assert house.receive(house.answer("b", house.post.sealed(header, made))).exit_code == Exit.OK
    card = house.post.desk.cards(house.batch)[0]
    envelope = parse(card.record or b"")
    store = SoftKeyStore.open(house.folder / "keys.json", PASSPHRASE)
    [trusted] = store.public_keys().find(envelope.kid)
    verify(envelope, trusted)
    record = CardRecord.from_claims(envelope.claims, trusted.suite)
    assert (str(record.card_number), record.identification_code, record.chip_key) == (
        card.number,
        card.identification_code,
        key,
    )


def test_a_key_of_the_key_store_signs_with_a_certificate_of_its_own(house: House) -> None:
    house.run("create", "exchange", "--kind", "signing", "--suite", "NIST")
    made = house.run("exchange-certificate", "exchange", "--name", "Issuer", "--out", "DIR/own.pem")
    assert made.exit_code == Exit.OK, made.stderr
    assert house.send("--cert", "DIR/own.pem", "--key", "exchange").exit_code == Exit.OK
    pinned = load_certificate((house.folder / "own.pem").read_bytes())
    house.delivered()
    for data in house.post.post.values():
        cms.open_sealed(
            data, recipient=house.post.bureau.opening, signer=pinned, at=datetime.now(UTC)
        )


def test_records_get_macs_under_a_shared_key(house: House) -> None:
    house.run("create", "exchange-A", "--kind", "master", "--cipher", "AES")
    keys = ("--cert", "DIR/issuer.pem", "--sign-key", "DIR/issuer.key")
    assert house.send(*keys, "--mac-key", "exchange-A").exit_code == Exit.OK
    assert house.send(*keys, "--mac-key", "no such key").exit_code == Exit.STATE  # nothing waits


def test_every_card_that_disagrees_is_printed_and_the_exit_code_says_no(house: House) -> None:
    house.send()
    name = house.delivered()[0]
    header, (first, second) = house.post.answer_of(name)
    data = house.post.sealed(header, [good(1, first)])
    refused = house.receive(house.answer("back.p7m", data))
    assert refused.exit_code == Exit.REFUSED
    assert second in refused.stdout
    assert "did not come back" in refused.stdout
    assert "--partial books the cards without a fault" in refused.stderr
    house.language = "zh"
    assert "未返回" in house.receive("DIR/back.p7m").stdout


def test_partial_books_what_is_clear(house: House) -> None:
    house.send()
    header, (first, second) = house.post.answer_of(house.delivered()[0])
    data = house.post.sealed(header, [rejected(1, first)])
    result = house.receive(house.answer("back.p7m", data), more=("--partial",))
    assert result.exit_code == Exit.OK, result.stderr
    assert "0 good, 1 rejected, 1 still out" in result.stderr
    assert second in result.stdout


def test_one_bad_file_does_not_keep_another_from_being_booked(house: House) -> None:
    house.send()
    name = house.delivered()[1]
    files = (
        house.answer("bad.p7m", b"0\x03abc"),
        house.answer("good.p7m", house.post.all_good(name)),
    )
    result = house.receive(*files)
    assert result.exit_code == Exit.BAD_INPUT
    assert "bad.p7m: not such a file" in result.stderr
    assert "good.p7m: 1 good" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--cert", "DIR/issuer.pem"), Exit.USAGE, "one of --key and --sign-key"),
        (("--cert", "DIR/bureau.pem", "--sign-key", "DIR/issuer.key"), Exit.KEYS, "not that of"),
        (("--cert", "DIR/none.pem", "--sign-key", "DIR/issuer.key"), Exit.STORAGE, "none.pem"),
        (("--cert", "DIR/password", "--sign-key", "DIR/issuer.key"), Exit.KEYS, "not a certif"),
        (("--cert", "DIR/issuer.pem", "--sign-key", "DIR/issuer.pem"), Exit.KEYS, "private key"),
        (("--cert", "DIR/issuer.pem", "--key", "none"), Exit.KEYS, "no signing key named 'none'"),
    ],
)  # fmt: skip
def test_keys_that_do_not_serve_are_told(
    house: House, arguments: tuple[str, ...], code: Exit, said: str
) -> None:
    result = house.send(*arguments)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    assert not list(house.folder.glob("post/*"))


def test_a_wrong_password_is_told(house: House) -> None:
    (house.folder / "password").write_text("wrong\n")
    result = house.send()
    assert (result.exit_code, "wrong password" in result.stderr) == (Exit.KEYS, True)


def test_an_encrypted_file_needs_keys(house: House) -> None:
    house.send()
    name = house.delivered()[0]
    path = house.answer("back.p7m", house.post.all_good(name))
    result = house.run("receive", path, by=RECEIVER)
    assert (result.exit_code, "no certificates were given" in result.stderr) == (
        Exit.BAD_INPUT,
        True,
    )


def test_a_recalled_dispatch_is_sent_again(house: House) -> None:
    house.send()
    recalled = house.run("recall", house.batch, "--dispatch", "1", "--reason", "lost", "--json")
    assert told(recalled)["cards"] == 3
    assert house.send().exit_code == Exit.OK
    shown = house.run("exchange", house.batch)
    assert "recalled" in shown.stdout
    assert "Nothing came back yet of volumes: 1, 2." in shown.stderr


def test_nothing_is_sent_twice(house: House) -> None:
    house.send()
    again = house.send()
    assert again.exit_code == Exit.STATE
    assert f"No card of batch {house.batch} waits to be sent." in again.stderr
