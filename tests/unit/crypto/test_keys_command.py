"""`onecard keys` from the outside: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crypto.cli import keys
from crypto.keystore import SoftKeyStore
from crypto.suites import NIST
from crypto.trust import TrustedKey, TrustList
from onecard.console import Exit
from onecard.settings import Settings


class Desk:
    """Somebody at a terminal-less desk with a key store."""

    def __init__(self, folder: Path) -> None:
        self.keys, self.trust = folder / "keys.json", folder / "trust.json"
        self.passphrase: str | None = "open"  # noqa: S105
        self.language = "en"

    def run(self, *arguments: str) -> Result:
        """`onecard keys` with these arguments."""
        settings = Settings(
            keys=self.keys,
            trust=self.trust,
            keys_passphrase=self.passphrase,
            language=self.language,
        )
        return CliRunner().invoke(keys, arguments, obj=settings)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk whose store is there and empty; scrypt's cost is the least there is."""
    desk = Desk(tmp_path)
    SoftKeyStore.create(desk.keys, desk.passphrase or "", cost=2)
    return desk


def test_init_says_where_the_store_is(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "new")
    assert json.loads(desk.run("init", "--json").stdout) == {"keys": str(desk.keys)}
    assert desk.run("list").exit_code == Exit.OK


def test_init_does_not_touch_a_store(desk: Desk) -> None:
    result = desk.run("init")
    assert (result.exit_code, result.stdout) == (Exit.STATE, "")
    assert "ONECARD_KEYS" in result.stderr


def test_a_created_key_is_listed(desk: Desk) -> None:
    created = json.loads(desk.run("create", "a", "--kind", "signing", "--json").stdout)
    listed = json.loads(desk.run("list", "--json").stdout)
    assert listed == [created]
    assert (created["name"], created["kind"], created["algorithm"]) == ("a", "signing", "GM")


@pytest.mark.parametrize(
    ("options", "algorithm"),
    [
        (["--kind", "signing", "--suite", "NIST"], "NIST"),
        (["--kind", "master"], "SM4"),
        (["--kind", "master", "--cipher", "3DES"], "3DES"),
        (["--kind", "keyset"], "AES-128"),
        (["--kind", "keyset", "--size", "AES-256"], "AES-256"),
        (["--kind", "sealing"], "AES-256-GCM"),
    ],
)
def test_each_kind_has_its_algorithm(desk: Desk, options: list[str], algorithm: str) -> None:
    result = desk.run("create", "a", *options)
    assert result.exit_code == Exit.OK
    assert result.stdout.split()[2] == algorithm


def test_an_option_of_another_kind_is_refused(desk: Desk) -> None:
    result = desk.run("create", "a", "--kind", "master", "--suite", "GM")
    assert (result.exit_code, result.stdout) == (Exit.USAGE, "")
    assert "--cipher" in result.stderr


def test_a_taken_name_is_refused(desk: Desk) -> None:
    desk.run("create", "a", "--kind", "master")
    assert desk.run("create", "a", "--kind", "master").exit_code == Exit.STATE


def test_a_person_reads_the_list_in_columns(desk: Desk) -> None:
    desk.run("create", "long-name", "--kind", "master")
    desk.run("create", "b", "--kind", "signing")
    lines = desk.run("list").stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["long-name", "master"], ["b", "signing"]]
    assert lines[0].index("master") == lines[1].index("signing")


def test_an_empty_store_prints_no_line(desk: Desk) -> None:
    assert desk.run("list").stdout == ""


def test_the_trust_list_goes_to_standard_output(desk: Desk) -> None:
    desk.run("create", "a", "--kind", "signing")
    assert [key.name for key in TrustList.loads(desk.run("trust").stdout)] == ["a"]


def test_the_trust_list_goes_to_a_file(desk: Desk, tmp_path: Path) -> None:
    desk.run("create", "a", "--kind", "signing")
    path = tmp_path / "list.json"
    assert desk.run("trust", "--output", str(path)).stdout == ""
    assert len(TrustList.loads(path.read_text())) == 1


def test_installing_keeps_the_keys_of_others(desk: Desk) -> None:
    other = TrustedKey(
        name="other", suite=NIST, public_key=NIST.signature.generate_key().public_key
    )
    desk.trust.write_text(TrustList([other]).dumps())
    desk.run("create", "a", "--kind", "signing")
    for _ in range(2):
        result = desk.run("trust", "--install", "--json")
    assert json.loads(result.stdout) == {"trust": str(desk.trust), "keys": 2}
    assert other in TrustList.loads(desk.trust.read_text())


def test_a_damaged_trust_list_is_not_written_over(desk: Desk) -> None:
    desk.trust.write_text("damaged")
    assert desk.run("trust", "--install").exit_code == Exit.BAD_INPUT
    assert desk.trust.read_text() == "damaged"


def test_a_place_that_cannot_be_written_is_a_storage_error(desk: Desk, tmp_path: Path) -> None:
    result = desk.run("trust", "--output", str(tmp_path / "missing" / "list.json"))
    assert result.exit_code == Exit.STORAGE
    assert "list.json" in result.stderr


@pytest.mark.parametrize("passphrase", ["wrong", None])
def test_without_the_passphrase_nothing_opens(desk: Desk, passphrase: str | None) -> None:
    desk.passphrase = passphrase
    result = desk.run("list")
    assert (result.exit_code, result.stdout) == (Exit.KEYS, "")
    assert "ONECARD_KEYS_PASSPHRASE" in result.stderr


def test_a_missing_store_is_told_in_one_line(tmp_path: Path) -> None:
    result = Desk(tmp_path).run("list")
    assert result.exit_code == Exit.KEYS
    assert result.stderr.count("\n") == 1
    assert "onecard keys init" in result.stderr


def test_a_chinese_desk_reads_chinese(desk: Desk) -> None:
    desk.passphrase, desk.language = "wrong", "zh"
    assert "密钥库口令错误" in desk.run("list").stderr


@pytest.mark.parametrize("command", ["init", "list", "create", "trust"])
def test_help_shows_an_example(desk: Desk, command: str) -> None:
    assert f"onecard keys {command}" in desk.run(command, "--help").stdout
