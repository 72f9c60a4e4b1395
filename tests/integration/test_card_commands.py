"""`onecard card read` and `verify` over TCP: a blank, a finished card, and a desk with its keys."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hardware_sim.card.card import Card
from onecard.console import Exit
from onecard.settings import Settings
from reader.cli import card as card_command
from tests.card_on_a_port import served
from tests.desk import PASSPHRASE, PIN, Desk

PROFILES = ("v3.00", "v2.00", "v1.00", "international")


class Counter:
    """A counter with a reader; *with_keys* makes it a desk of the issuer."""

    def __init__(self, folder: Path, profile: str = "v3.00") -> None:
        self.folder = folder
        self.desk = Desk.open(folder, profile)
        self.trust = folder / "trust.json"
        self.trust.write_text(self.desk.store.public_keys().dumps(), encoding="utf-8")
        self.with_keys = False
        self.language = "en"

    def run(self, *arguments: str) -> Result:
        """`onecard card` with these arguments."""
        keys = "keys.json" if self.with_keys else "none.json"
        settings = Settings(
            keys=self.folder / keys,
            keys_passphrase=PASSPHRASE,
            trust=self.trust,
            database=str(self.folder / "no-book.sqlite3"),
            language=self.language,
        )
        return CliRunner().invoke(card_command, arguments, obj=settings)

    def finished(self) -> Card:
        card = self.desk.blank()
        self.desk.make(card)
        return card


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_finished_card_is_read_for_a_program(profile, tmp_path):
    counter = Counter(tmp_path, profile)
    card = counter.finished()
    with served(card) as address:
        result = counter.run("read", "--tcp", address, "--pin", PIN, "--json")
    assert (result.exit_code, result.stderr) == (Exit.OK, "")
    shown = json.loads(result.stdout)
    assert list(shown)[:4] == ["atr", "profile", "issuer", "holder"]
    assert (shown["atr"], shown["profile"]) == (card.atr.hex().upper(), profile)
    issuer, holder = shown["issuer"], shown["holder"]
    assert (issuer["card_number"], issuer["issue_date"]) == ("A00000011", "2026-11-01")
    assert issuer["specification_version"] == counter.desk.profile.version
    assert holder["social_security_number"] == "11010519491231002X"
    assert (holder["name"], holder["birth_date"]) == ("张三", "1949-12-31")
    assert shown["refused"] == []


def test_without_pin_or_key_the_third_generation_keeps_the_holder_to_itself(counter):
    with served(counter.finished()) as address:
        result = counter.run("read", "--tcp", address, "--json")
    shown = json.loads(result.stdout)
    assert (result.exit_code, shown["holder"]) == (Exit.OK, None)
    assert shown["issuer"]["card_number"] is None
    assert [one["file"] for one in shown["refused"]] == ["SSSE/EF05", "SSSE/EF06"]
    assert "张三" not in result.stdout


def test_the_issuers_desk_reads_it_with_its_keys(counter):
    counter.with_keys = True
    with served(counter.finished()) as address:
        result = counter.run("read", "--tcp", address, "--json")
    assert json.loads(result.stdout)["holder"]["name"] == "张三"


@pytest.mark.parametrize("profile", PROFILES)
def test_everything_is_read_with_the_keys(profile, tmp_path):
    counter = Counter(tmp_path, profile)
    counter.with_keys = True
    with served(counter.finished()) as address:
        result = counter.run("read", "--tcp", address, "--all", "--json")
        told = counter.run("read", "--tcp", address, "--all")
    shown = json.loads(result.stdout)
    # Cards of version 1.00 keep of a residence the telephone, and nothing else.
    assert shown["DF01.residence"]["telephone"] == "13800000000"
    assert "telephone: 13800000000" in told.stdout
    has_address = shown["DF01.residence"]["address"] == "人民街道16弄8号"
    assert has_address == ("address: 人民街道16弄8号" in told.stdout) == (profile != "v1.00")
    assert (result.exit_code, told.exit_code) == (Exit.OK, Exit.OK)


def test_a_person_reads_the_items_in_his_language(counter):
    with served(counter.finished()) as address:
        english = counter.run("read", "--tcp", address, "--pin", PIN)
        counter.language = "zh"
        chinese = counter.run("read", "--tcp", address, "--pin", PIN)
    assert "  name: 张三\n" in english.stdout
    assert "  姓名: 张三\n" in chinese.stdout


@pytest.mark.parametrize("command", ["read", "verify"])
def test_a_blank_is_told_to_be_one(command, counter):
    with served(counter.desk.blank()) as address:
        result = counter.run(command, "--tcp", address, "--json")
    assert (result.exit_code, result.stdout) == (Exit.CARD, "")
    assert "This card is a blank" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_wrong_pin_is_told_with_the_tries_left(counter):
    with served(counter.finished()) as address:
        result = counter.run("read", "--tcp", address, "--pin", "000000")
        assert (result.exit_code, result.stdout) == (Exit.CARD, "")
        assert "The PIN is wrong" in result.stderr
        assert "5" in result.stderr
        for _ in range(5):
            counter.run("read", "--tcp", address, "--pin", "000000")
        blocked = counter.run("read", "--tcp", address, "--pin", PIN)
    assert "The PIN is blocked" in blocked.stderr


@pytest.mark.parametrize("pin", ["12", "12345x", "1234567890123"])
def test_what_is_no_pin_is_the_users_mistake(pin, counter):
    card = counter.finished()
    with served(card) as address:
        result = counter.run("read", "--tcp", address, "--pin", pin)
        assert (result.exit_code, result.stderr.count("\n")) == (Exit.USAGE, 1)
        assert "4 to 12 digits" in result.stderr
        assert counter.run("read", "--tcp", address, "--pin", PIN).exit_code == Exit.OK


@pytest.mark.parametrize("profile", PROFILES)
def test_a_finished_card_is_genuine(profile, tmp_path):
    counter = Counter(tmp_path, profile)
    with served(counter.finished()) as address:
        result = counter.run("verify", "--tcp", address, "--pin", PIN, "--json")
    shown = json.loads(result.stdout)
    verdict = "genuine" if shown["genuine"] else shown["verdict"]
    # The tests' cards are valid from 1 November 2026 on, whatever today is.
    assert verdict in {"genuine", "not_yet_valid"}
    assert result.exit_code == (Exit.OK if shown["genuine"] else Exit.REFUSED)
    chip = ["chip"] if counter.desk.profile.chip_has_key_pair else []
    assert shown["checks"] == ["signature", "validity", "data", *chip]


def test_the_issuers_desk_proves_a_chip_that_shares_its_key(tmp_path):
    counter = Counter(tmp_path, "v2.00")
    counter.with_keys = True
    with served(counter.finished()) as address:
        result = counter.run("verify", "--tcp", address, "--json")
    assert json.loads(result.stdout)["checks"][-1] == "chip"


def test_a_card_of_another_issuer_is_of_an_unknown_key(counter, tmp_path):
    (tmp_path / "other").mkdir()
    stranger = Desk.stranger(tmp_path / "other")
    card = stranger.blank()
    stranger.make(card)
    with served(card) as address:
        result = counter.run("verify", "--tcp", address, "--pin", PIN, "--json")
    shown = json.loads(result.stdout)
    assert (shown["verdict"], result.exit_code) == ("unknown_key", Exit.REFUSED)


def test_the_third_generation_shows_its_record_only_after_the_pin(counter):
    with served(counter.finished()) as address:
        result = counter.run("verify", "--tcp", address)
    assert (result.exit_code, result.stdout) == (Exit.CARD, "")
    assert "PIN" in result.stderr


@pytest.mark.parametrize("command", ["read", "verify"])
@pytest.mark.parametrize(
    ("address", "code"), [("nonsense", Exit.USAGE), ("127.0.0.1:1", Exit.CARD)]
)
def test_an_address_without_a_card_is_told(command, address, code, counter):
    result = counter.run(command, "--tcp", address)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (code, "", 1)
    assert address in result.stderr


@pytest.mark.parametrize("command", [("readers",), ("read",), ("verify",)])
def test_a_machine_without_a_reader_is_told(command, counter):
    """No PC/SC service runs where these tests look for one, or it has no card."""
    result = counter.run(*command)
    assert "Traceback" not in result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)
