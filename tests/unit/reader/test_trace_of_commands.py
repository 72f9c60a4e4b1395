"""`--trace` on every command that talks to a card: what went over the line, and nothing secret."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware_sim.icc import IntegratedCircuitCard
from hardware_sim.psam.psam import Psam
from onecard.console import Exit
from reader.trace_masking import Masking
from tests.clerk import Clerk, made_card
from tests.desk import PIN, counter_bytes
from tests.unit.reader.test_psam_at_the_counter import module_of

NEW_PIN = "192837"
AMOUNTS = ("--account", "0.00", "--personal", "12.50", "--fund", "700.00", "--yes")


class Overheard:
    """A card or module, and all that was said to it and by it."""

    def __init__(self, inner: IntegratedCircuitCard) -> None:
        self._inner = inner
        self.said: list[tuple[bytes, bytes]] = []

    @property
    def atr(self) -> bytes:
        return self._inner.atr

    def reset(self) -> None:
        self._inner.reset()

    def transmit(self, command: bytes) -> bytes:
        answer = self._inner.transmit(command)
        self.said.append((command, answer))
        return answer

    def secrets(self) -> Iterator[bytes]:
        """What a key or a person gave: proofs, secured data, PINs, MACs, and answers to them."""
        asked = b""
        for command, answer in self.said:
            data = command[5:]
            if command[1] != 0xC0:
                asked = command
            if command[1] == 0x82:
                yield data[:8]  # the proof; what it proves stands in the open
            elif command[1] == 0xFA:
                yield data[8:]  # a PIN in whole blocks; 8 bytes are what a proof is made of
            elif command[0] in (0x04, 0x84) or command[1] in (0x20, 0x5E):
                yield data.rstrip(b"\x00")
            elif command[:2] == b"\xb0\x2c":
                yield data[-5:-1]  # MAC1
            made = asked[1] in (0x88, 0xFA) or asked[:2] in (b"\xb0\x2c", b"\xb0\x2a")
            if made and 2 < len(answer) < 64:  # a chip's signature is no secret
                yield answer[:-2]


@pytest.fixture(scope="module", params=["v3.00", "v2.00"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("traced")
    return folder, *made_card(folder, request.param)


@pytest.fixture
def clerk(made) -> Clerk:
    return Clerk(*made)


@pytest.mark.parametrize(
    ("command", "typed"),
    [
        (("pin", "verify"), f"{PIN}\n"),
        (("pin", "change"), f"{PIN}\n{NEW_PIN}\n{NEW_PIN}\n"),
        (("pin", "reload", "--document-checked"), f"{NEW_PIN}\n{NEW_PIN}\n"),
        (("pin", "unblock", "--document-checked"), ""),
        (("update", "residence", "telephone=13900000001", "--with-mac", "--yes"), ""),
        (("lock", "application", "DF02", "--yes"), ""),
        (("account", "balance"), f"{PIN}\n"),
        (("account", "settle", *AMOUNTS), f"{PIN}\n"),
        (("driver", "iReadCardBas", "3"), ""),
        (("driver", "iVerifyPIN", "3"), f"{PIN}\n"),
        (("read", "--all"), ""),
        (("verify",), ""),
        (("dump",), ""),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_nothing_secret_is_in_the_trace_of_a_command(clerk, tmp_path: Path, command, typed) -> None:
    clerk.with_keys = False
    card = clerk.on_reader = Overheard(clerk.card)
    psam = Overheard(Psam(module_of(clerk.desk), random=counter_bytes(6)))
    for person in ((), ("--with-person",)):
        path = tmp_path / "trace.jsonl"
        ran = clerk.run(*command, "--trace", str(path), *person, typed=typed, psam=psam)
        assert person or ran.exit_code in (Exit.OK, Exit.REFUSED), ran.stderr
        text = path.read_text(encoding="utf-8")
        lines = [json.loads(line) for line in text.splitlines()]
        assert sum("trace" in line for line in lines) == (
            1 if command[0] == "driver" and command[1] == "iVerifyPIN" else 2
        ), text
        secrets = [*card.secrets(), *psam.secrets()]
        assert secrets
        for secret in secrets:
            assert not any(secret) or len(secret) < 4 or secret.hex().upper() not in text
        assert NEW_PIN not in text


def test_the_settlement_that_is_traced_happens(clerk, tmp_path: Path) -> None:
    clerk.with_keys = False
    psam = Psam(module_of(clerk.desk), random=counter_bytes(6))
    path = tmp_path / "trace.jsonl"
    paid = clerk.run(
        "account", "settle", *AMOUNTS, "--pin", PIN, "--json", "--trace", str(path), psam=psam
    )
    assert paid.exit_code == 0, paid.stderr
    certificate = json.loads(paid.stdout)["certificate"]
    text = path.read_text(encoding="utf-8")
    assert certificate not in text
    assert "000004E2" not in text  # 12.50 yuan
    debits = [line for line in map(json.loads, text.splitlines()) if "B02C" in str(line)]
    assert [line["hidden"] for line in debits] == [["command"]]


@pytest.mark.parametrize(
    ("command", "answer", "hidden"),
    [
        ("0082000A10" + "A5" * 16, "9000", (True, False)),
        ("0088000010" + "A5" * 16 + "08", "B6" * 8 + "9000", (False, True)),
        ("0088008120" + "A5" * 32 + "40", "B6" * 64 + "9000", (False, False)),  # a signature
        ("80FA050010" + "A5" * 16, "B6B6B6B69000", (True, True)),
        ("04DC010408" + "A5" * 8, "9000", (True, False)),
        ("8416000004" + "A5" * 4, "9000", (True, False)),
        ("B02C01000F" + "A5" * 15, "B6" * 8 + "9000", (True, True)),
        ("B032003202" + "A5" * 2, "B6" * 8 + "9000", (False, True)),
        ("BFDE470A18" + "A5" * 24, "9000", (False, False)),  # factors of no secret
        ("0084000008", "B6" * 8 + "9000", (False, False)),
    ],
)
def test_what_a_key_made_is_hidden_even_with_the_person(command, answer, hidden) -> None:
    masked = Masking(with_person=True).mask(bytes.fromhex(command), bytes.fromhex(answer))
    assert (masked.hidden_command, masked.hidden_answer) == hidden
