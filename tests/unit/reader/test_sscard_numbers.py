"""What a call of the driver returns for an error, and its text as bytes."""

import importlib
import pkgutil
import re

import pytest

import reader
from reader.account_errors import NoTransactionKeysError
from reader.agent.errors import (
    AgentFaultError,
    BusyError,
    OtherCardError,
    PageLeftError,
    PinEntryCancelledError,
    PinEntryError,
    PinEntryTimeoutError,
    PinsDifferError,
    TookTooLongError,
)
from reader.errors import (
    CardRefusedError,
    NoCardError,
    PsamError,
    PsamKeyMissingError,
    ReaderError,
    WrongPinError,
)
from reader.refusals import ApplicationBlockedError, InsufficientFundsError, refusal
from reader.server_errors import ServerCertificateError
from reader.sscard.buffers import BufferTooSmallError
from reader.sscard.error_table import FIELD, JIANGSU, TABLES, ZHEJIANG
from reader.sscard.errors import ArgumentsError
from reader.sscard_driver import argument_text, out_bytes


def kinds() -> list[type[ReaderError]]:
    """Every error of the reader's, wherever it stands."""
    for module in pkgutil.walk_packages(reader.__path__, "reader."):
        if module.name != "reader.pcsc":  # needs the smartcard library
            importlib.import_module(module.name)
    found, waiting = [], [ReaderError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("reader"):
            found.append(kind)
    return found


# What a call can meet, the agent's errors too; those of the command line have the number of
# everything else.
MET = re.compile(
    r"reader\.(errors|refusals|item|line_errors|status_list|server_\w+|sscard\S*|agent\.errors)"
)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_every_error_has_a_number(table):
    without = [
        kind.code
        for kind in kinds()
        if kind is not ReaderError and MET.fullmatch(kind.__module__) and not table.covers(kind)
    ]
    assert without == [], f"give them a number in {table.name}"
    assert table.other
    assert 0 not in table.numbers.values()


@pytest.mark.parametrize(
    ("error", "numbers"),
    [
        (BusyError(), (-11, 103, -200001)),  # the reader is in use
        (TookTooLongError(), (-4, 203, -200025)),  # no answer
        (PageLeftError(), (-12, 102, -200014)),
        (PinEntryError(), (-31, 303, -200060)),
        (PinEntryCancelledError(), (-31, 303, -200062)),
        (PinEntryTimeoutError(), (-32, 303, -200061)),
        (PinsDifferError(), (-34, 303, -200060)),
        (OtherCardError(), (-22, 301, -200014)),
        (AgentFaultError(), (-999, 999, -200014)),
        (ServerCertificateError(), (-12, 102, -200014)),
        (NoTransactionKeysError("DPK"), (-37891, 302, -200078)),
    ],
    ids=lambda value: value.code if isinstance(value, ReaderError) else "",
)
def test_what_the_agent_and_the_line_add(error, numbers):
    assert (FIELD.number(error), JIANGSU.number(error), ZHEJIANG.number(error)) == numbers


def test_a_status_word_is_its_negative():
    assert FIELD.number(CardRefusedError(0x6A82)) == -27266
    assert FIELD.number(CardRefusedError(0x6A83)) == -27267
    assert FIELD.number(refusal(0x6982, "")) == -27010
    assert FIELD.number(refusal(0x9302, "")) == -37634
    assert FIELD.number(PsamError(0x6A86)) == -27270
    assert FIELD.number(ApplicationBlockedError(0x6283)) == -27013
    assert FIELD.number(ApplicationBlockedError(0x9303)) == -37635
    assert FIELD.number(InsufficientFundsError(0x9401)) == -37889
    assert FIELD.number(CardRefusedError(0)) == -999


def test_numbers_of_two_local_lists():
    assert [table.number(NoCardError()) for table in (JIANGSU, ZHEJIANG)] == [201, -200023]
    tries = [ZHEJIANG.number(WrongPinError(0x63C0 | left, left)) for left in (1, 5, 6)]
    assert tries == [-200069, -200073, -200073]
    assert JIANGSU.number(WrongPinError(0x63C1, 1)) == 303
    assert ZHEJIANG.number(PsamKeyMissingError(0x6A88, "RKSSSE")) == -200078


def test_text_goes_out_as_gbk_with_a_zero_behind():
    assert out_bytes("张三|") == bytes.fromhex("D5C5C8FD7C00")
    assert argument_text(bytes.fromhex("D5C5C8FD7C00") + b"rest") == "张三|"


def test_a_buffer_that_is_too_small_is_told_before_it_is_too_late():
    assert len(out_bytes("x" * 1023)) == 1024
    with pytest.raises(BufferTooSmallError) as caught:
        out_bytes("x" * 1024)
    assert caught.value.needed == 1025
    assert len(out_bytes("x" * 1024, size=2048)) == 1025


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\x81", b"\xd5"])
def test_bytes_that_are_no_gbk(data):
    with pytest.raises(ArgumentsError):
        argument_text(data)
